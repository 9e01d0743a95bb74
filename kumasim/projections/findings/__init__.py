"""What is wrong with a world at rest: the rules behind `kumasim check`, one a module.

They stand among the projections because they decide nothing: they read the statuses that controllers wrote, the
refusals that the journal holds and the files that users applied, and ask the domain's own rules for reasons.

To add one: a module beside this with a `Rule` in it, its name in `RULES`, and a page in `kumasim.domain.diagnostics`.
"""

from __future__ import annotations

from kumasim.projections.findings.backend_port import backend_port
from kumasim.projections.findings.base import RANK, Converged, Finding, Rule, Written
from kumasim.projections.findings.detached_route import detached_route
from kumasim.projections.findings.foreign_class import foreign_class
from kumasim.projections.findings.ignored_kind import ignored_kind
from kumasim.projections.findings.instance_without_gateway import instance_without_gateway
from kumasim.projections.findings.listener_unusable import listener_unusable
from kumasim.projections.findings.name_collision import name_collision
from kumasim.projections.findings.not_modelled import not_modelled
from kumasim.projections.findings.refused_write import refused_write
from kumasim.projections.findings.service_protocol import service_protocol
from kumasim.projections.findings.shadowed_route import shadowed_route
from kumasim.projections.findings.told_by_the_run import told_by_the_run
from kumasim.projections.findings.unresolved_backend import unresolved_backend

__all__ = ["RANK", "RULES", "Converged", "Finding", "Rule", "Written", "findings"]

RULES: tuple[Rule, ...] = (
    refused_write,
    name_collision,
    listener_unusable,
    detached_route,
    unresolved_backend,
    backend_port,
    shadowed_route,
    service_protocol,
    instance_without_gateway,
    foreign_class,
    ignored_kind,
    not_modelled,
)


def findings(world: Converged) -> list[Finding]:
    """Everything that is wrong, each once: by file and line, then by code.

    What a control plane reports and a rule finds too is told in the rule's words, which know the line.
    """
    told = dict.fromkeys(finding for rule in RULES for finding in rule(world))
    known = {(one.code, one.store, one.subject) for one in told}
    run = (one for one in told_by_the_run(world) if (one.code, one.store, one.subject) not in known)
    return sorted((*told, *dict.fromkeys(run)), key=_order)


def _order(finding: Finding) -> tuple[str, int, int, str, str, str, str]:
    file, line, column = ("", 0, 0) if finding.origin is None else _place(finding)
    return (file, line, column, finding.code, finding.store, finding.subject, finding.cause)


def _place(finding: Finding) -> tuple[str, int, int]:
    assert finding.origin is not None
    return finding.origin.file, finding.origin.line, finding.origin.column
