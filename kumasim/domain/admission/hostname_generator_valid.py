"""What a HostnameGenerator must hold: one sort of destination, and a template that can be parsed.

Source: C-45.
"""

from __future__ import annotations

from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.go_template import TemplateError, parsed
from kumasim.domain.kinds.hostname_generator import SELECTORS
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig


def hostname_generator_valid(_: View, __: Review, resource: Resource) -> Outcome:
    """Refuses a generator for no kind of destination or for several, and one whose template makes no sense."""
    faults = []
    if sum(1 for kind in SELECTORS if dig(resource.spec, "selector", kind) is not None) != 1:
        faults.append(Fault("spec.selector", f"exactly one selector ({', '.join(SELECTORS)}) must be defined"))
    try:
        parsed(str(resource.spec.get("template") or ""), ("label",))
    except TemplateError as error:
        faults.append(Fault("spec.template", f"couldn't parse template: {error}"))
    return invalid(faults)
