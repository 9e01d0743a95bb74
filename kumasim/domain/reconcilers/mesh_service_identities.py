"""The service tags behind a MeshService, which its home zone writes into its spec, so that they travel.

Kuma looks every ten seconds. Here a change is looked at on the next full ten seconds of virtual time.

Source: C-39, KDS-193.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import KUMA, NAMESPACE_TAG, SERVICE_TAG, ZONE_TAG, content
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View
from kumasim.domain.reconcilers.comparison import same
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.resource import Key, Resource
from kumasim.domain.store import Index
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import update

INTERVAL_NS = 10_000_000_000
ANY = ("", "")
"""Where MeshServices are found that may select any Dataplane."""


def reconcile(view: View, key: Key) -> Plan:
    """Bring the identities of a local MeshService up to date at the next full ten seconds."""
    service = view.store.get(key)
    if service is None or not is_local(service, view):
        return NOTHING
    wanted = identities(view, service)
    if same(dig(service.spec, "identities", default=()), wanted):
        return NOTHING
    wait_ns = -view.now_ns % INTERVAL_NS
    if wait_ns:
        return Plan(again_in_ns=wait_ns)
    return Plan((update(with_body(service, spec=service.spec.with_(identities=wanted))),))


def is_local(service: Resource, view: View) -> bool:
    """Whether a MeshService belongs to this zone. Source: C-35."""
    return service.meta.labels.get(ZONE_TAG, "") in ("", view.around.zone)


def identities(view: View, service: Resource) -> tuple[FrozenMap, ...]:
    """The service tags of the Dataplanes that a MeshService selects, sorted.

    In 2.8 the mesh does not matter, and one that names a Dataplane counts as selecting all of them.
    """
    wanted = dig(content(service), "selector", "dataplaneTags", default=EMPTY)
    namespace = wanted.get(NAMESPACE_TAG, "*")
    everywhere = view.list("Dataplane", group=KUMA)
    candidates = everywhere if namespace == "*" else view.find("identities-dataplane-by-namespace", namespace)
    found: set[str] = set()
    for dataplane in candidates:
        tags = [_tags(inbound) for inbound in _inbounds(dataplane)]
        if any(selector.matches(wanted, each) for each in tags):
            found.update(str(each[SERVICE_TAG]) for each in tags if each.get(SERVICE_TAG))
    return tuple(FrozenMap({"type": "ServiceTag", "value": value}) for value in sorted(found))


def _inbounds(dataplane: Resource) -> tuple[Any, ...]:
    found: tuple[Any, ...] = dig(content(dataplane), "networking", "inbound", default=())
    return found


def _tags(inbound: Any) -> FrozenMap:
    found: FrozenMap = dig(inbound, "tags", default=EMPTY)
    return found


def _namespaces(dataplane: Resource) -> Iterable[str]:
    return sorted({str(_tags(one).get(NAMESPACE_TAG, "")) for one in _inbounds(dataplane)})


def _selected_by(service: Resource) -> Iterable[tuple[str, str]]:
    """One tag that every selected Dataplane has: the one that says most about it."""
    wanted = dig(content(service), "selector", "dataplaneTags", default=EMPTY)
    exact = {key: str(value) for key, value in wanted.items() if value != "*"}
    telling = sorted(exact, key=lambda key: (key == NAMESPACE_TAG, key))
    return ((telling[0], exact[telling[0]]),) if telling else (ANY,)


def _itself_if_local(service: Resource, view: View) -> Iterable[Key]:
    return (service.key,) if is_local(service, view) else ()


def _selecting(dataplane: Resource, view: View) -> Iterable[Key]:
    pairs = {(key, str(value)) for inbound in _inbounds(dataplane) for key, value in _tags(inbound).items()}
    for pair in sorted({ANY, *pairs}):
        for service in view.find("identities-meshservice-by-tag", pair):
            if is_local(service, view):
                yield service.key


MESH_SERVICE_IDENTITIES = Reconciler(
    name="mesh-service-identities",
    wakes={(KUMA, "MeshService"): _itself_if_local, (KUMA, "Dataplane"): _selecting},
    reconcile=reconcile,
    indexes=(
        Index("identities-dataplane-by-namespace", "Dataplane", _namespaces),
        Index("identities-meshservice-by-tag", "MeshService", _selected_by),
    ),
    source="C-39, KDS-193",
)
"""What keeps MeshServices' identities."""
