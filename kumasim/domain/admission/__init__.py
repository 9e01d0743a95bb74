"""What Kuma's webhooks change and refuse: one module a rule, and the tables that order them."""

from kumasim.domain.admission.review import MUTATORS, RULES, VALIDATORS, review
from kumasim.domain.admission.rule import CREATE, DELETE, UPDATE, Review, Rule, Verdict
from kumasim.domain.admission.users import GARBAGE_COLLECTOR, PERSON, control_plane, privileged
from kumasim.domain.admission.webhooks import asks

__all__ = [
    "CREATE",
    "DELETE",
    "GARBAGE_COLLECTOR",
    "MUTATORS",
    "PERSON",
    "RULES",
    "UPDATE",
    "VALIDATORS",
    "Review",
    "Rule",
    "Verdict",
    "asks",
    "control_plane",
    "privileged",
    "review",
]
