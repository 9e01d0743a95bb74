"""What a control plane's webhooks see and a user should know: where Kuma's documentation and its code disagree.

Source: GW-188 to GW-190, GW-215.
"""

from __future__ import annotations

from collections.abc import Callable

from kumasim.domain.admission.gateway_api_in_zones import RULE
from kumasim.domain.admission.rule import CREATE, Review, Verdict
from kumasim.domain.reconcilers.base import Diagnostic, View
from kumasim.domain.reconcilers.names import OWNER_LABEL


def told(view: View, review: Review, verdict: Verdict) -> tuple[Diagnostic, ...]:
    """What is to be told about a write, beside the verdict on it."""
    found = (one(view, review, verdict) for one in _TELLERS)
    return tuple(diagnostic for diagnostic in found if diagnostic is not None)


def _refused_on_global(_: View, review: Review, verdict: Verdict) -> Diagnostic | None:
    """A Gateway API object that only the documentation refuses. Source: GW-188 to GW-190."""
    if verdict.failure is None or verdict.failure.rule != RULE or review.new is None:
        return None
    message = (
        f"{review.new.kind} on the global: refused, as it is documented that it must be created in a non-global zone; "
        "Kuma 2.8's code accepts it and runs its controllers, but no gateway is ever deployed there (GW-188 to GW-190)"
    )
    return Diagnostic("KS0611", message, str(review.new.key))


def _edited(view: View, review: Review, verdict: Verdict) -> Diagnostic | None:
    """A user's change of something that was generated for a Gateway or HTTPRoute. Source: GW-215."""
    old = review.old
    if old is None or review.operation == CREATE or verdict.failure is not None or OWNER_LABEL not in old.meta.labels:
        return None
    if review.user.startswith("system:") or (review.new is not None and review.new.body == old.body):
        return None
    taken = "overwritten at once" if view.around.profile.documented else "left until then"
    message = (
        "an edit of a generated resource: documented is that it is overwritten, Kuma 2.8's code does so only when the "
        f"Gateway or HTTPRoute behind it is reconciled for another reason (GW-215); here it is {taken}"
    )
    return Diagnostic("KS0612", message, str(old.key))


_TELLERS: tuple[Callable[[View, Review, Verdict], Diagnostic | None], ...] = (_refused_on_global, _edited)
