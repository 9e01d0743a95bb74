"""What a receiver checks of each item before it stores it: an invalid one is left out, and the response is not ACKed.

Kuma asks the type's own validator, which is also the one that its webhook asks. So what arrives here invalid is what no
webhook has looked at (KDS-106), or what another version took.

Source: KDS-67, KDS-81.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kumasim.domain.admission.mesh_gateway_valid import mesh_gateway_valid
from kumasim.domain.admission.mesh_http_route_valid import mesh_http_route_valid
from kumasim.domain.admission.mesh_valid import mesh_valid
from kumasim.domain.admission.rule import CREATE, Review
from kumasim.domain.profile import Profile
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.store import Store
from kumasim.domain.sync.core import API_VERSION, CoreResource
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import Failure

Validator = Callable[[CoreResource], Iterable[str]]


def faults(core: CoreResource) -> tuple[str, ...]:
    """What is wrong with a received resource, empty if it is valid."""
    validator = _VALIDATORS.get(core.type)
    return () if validator is None else tuple(validator(core))


def _selects(core: CoreResource) -> Iterable[str]:
    """An older policy names its sources and destinations."""
    for side in ("sources", "destinations"):
        selectors = dig(core.content, "spec", side, default=())
        if not selectors:
            yield f"{side}: must have at least one element"
        for index, selector in enumerate(selectors):
            if not dig(selector, "match", default=EMPTY):
                yield f"{side}[{index}].match: must have at least one tag"


def _selects_and_says(core: CoreResource) -> Iterable[str]:
    yield from _selects(core)
    if not dig(core.content, "spec", "conf"):
        yield "conf: cannot be empty"


def _proxy(core: CoreResource) -> Iterable[str]:
    """A zone proxy has an address that others can use, or none at all."""
    networking = dig(core.content, "spec", "networking", default=EMPTY)
    if not 1 <= int(networking.get("port") or 0) <= 65535:
        yield "networking.port: port must be in the range [1, 65535]"


def _ingress(core: CoreResource) -> Iterable[str]:
    yield from _proxy(core)
    networking = dig(core.content, "spec", "networking", default=EMPTY)
    if bool(networking.get("advertisedAddress")) != bool(networking.get("advertisedPort")):
        yield "networking: has to have both advertised port and advertised address or none of them"
    for index, service in enumerate(dig(core.content, "spec", "availableServices", default=())):
        if not dig(service, "tags", "kuma.io/service"):
            yield f'availableServices[{index}].tags: mandatory tag "kuma.io/service" is missing'


def _as_admitted(rule: Callable[[View, Review, Resource], Any]) -> Validator:
    """A rule of admission that looks at nothing but the object."""

    def validator(core: CoreResource) -> Iterable[str]:
        meta = Metadata(core.name, labels=core.labels)
        body = FrozenMap({"mesh": core.mesh, **core.content}) if core.mesh else core.content
        stored = Resource(API_VERSION, core.type, meta, body)
        outcome = rule(_NOTHING_KNOWN, Review(CREATE, "", None, stored), stored)
        if isinstance(outcome, Failure):
            yield outcome.message

    return validator


_NOTHING_KNOWN = View(Store(), Surroundings(Profile()))

_VALIDATORS: dict[str, Validator] = {
    "FaultInjection": _selects_and_says,
    "HealthCheck": _selects_and_says,
    "Mesh": _as_admitted(mesh_valid),
    "MeshGateway": _as_admitted(mesh_gateway_valid),
    "MeshHTTPRoute": _as_admitted(mesh_http_route_valid),
    "Retry": _selects_and_says,
    "Timeout": _selects_and_says,
    "TrafficPermission": _selects,
    "TrafficRoute": _selects_and_says,
    "ZoneEgress": _proxy,
    "ZoneIngress": _ingress,
}
"""The validators by type; of other types everything is taken."""
