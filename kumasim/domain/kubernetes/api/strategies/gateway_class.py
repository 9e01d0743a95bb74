"""GatewayClass: its controller never changes (a CEL rule of the Gateway API's CRD)."""

from __future__ import annotations

from collections.abc import Iterable

from kumasim.domain.kubernetes.api.failures import Fault, invalid_value
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.resource import Resource


def _check(old: Resource | None, new: Resource) -> Iterable[Fault]:
    if old is not None and old.spec.get("controllerName") != new.spec.get("controllerName"):
        yield invalid_value("spec.controllerName", '"string"', "Value is immutable")


STRATEGY = Strategy(check=_check)
