"""The references of an HTTPRoute that stand for nothing: what is missing, where it is, and what would help.

Source: GW-119 to GW-133, GW-160 to GW-170.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fractions import Fraction

import attrs

from kumasim.domain.reconcilers.gateway_api import ObjectRef, ParentRef, RouteSpec
from kumasim.domain.reconcilers.http_route.backends import Referrer, Unresolved, resolve
from kumasim.domain.reconcilers.mesh_of import mesh_by_label_or_annotation
from kumasim.domain.reconcilers.reference_grants import is_permitted
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.projections.explain.making import grant, patched, repair, service_like, service_named, together
from kumasim.projections.explain.scene import Cause, Line, Repair, Scene, line_of


@attrs.frozen
class Broken:
    """One reference that stands for nothing.

    Args:
        path: where the route has it, as a JSON pointer.
        reference: with its defaults.
        why: reason and message.
        share: of the requests of its rule; None for a mirror.
        rule: number of its rule, from 1.
    """

    path: str
    reference: ObjectRef
    why: Unresolved
    share: Fraction | None
    rule: int


def broken_references(scene: Scene, route: Resource, parent: ParentRef) -> tuple[Broken, ...]:
    """Every reference that does not resolve under a parent, filters before backends (GW-107)."""
    namespace = scene.held(Key("", "Namespace", "", route.namespace)) or Resource("v1", "Namespace", route.meta)
    mesh = mesh_by_label_or_annotation(route, namespace)
    referrer = Referrer(route.namespace, mesh, needs_grant=parent.is_gateway)
    found = []
    for path, entry, share, rule in _references(route):
        wrong = resolve(scene.view, referrer, entry)[1]
        if wrong is not None:
            found.append(Broken(path, ObjectRef.read(entry, route.namespace, "Service"), wrong, share, rule))
    return tuple(found)


def unresolved(scene: Scene, route: Resource, parent: ParentRef, known: Cause) -> Cause:
    """Why ResolvedRefs is False under a parent."""
    broken = broken_references(scene, route, parent)
    return attrs.evolve(
        known,
        missing=tuple(_missing(scene, one) for one in broken),
        elsewhere=tuple(line for one in broken for line in _elsewhere(scene, one)),
        effect=_effect(broken, parent),
        repairs=_repairs(scene, route, parent, broken),
    )


def _references(route: Resource) -> Iterable[tuple[str, FrozenMap, Fraction | None, int]]:
    for number, rule in enumerate(route.view(RouteSpec).rules):
        for index, entry in enumerate(dig(rule, "filters", default=())):
            if entry.get("type") == "RequestMirror":
                backend = dig(entry, "requestMirror", "backendRef", default=EMPTY)
                yield f"/spec/rules/{number}/filters/{index}/requestMirror/backendRef", backend, None, number + 1
        backends = dig(rule, "backendRefs", default=())
        total = sum(dig(entry, "weight", default=1) for entry in backends)
        for index, entry in enumerate(backends):
            share = Fraction(dig(entry, "weight", default=1), total) if total else Fraction(1)
            yield f"/spec/rules/{number}/backendRefs/{index}", entry, share, number + 1


def _missing(scene: Scene, broken: Broken) -> str:
    reference, place = broken.reference, broken.path.strip("/").replace("/", ".")
    what = f"{reference.group_kind}/{reference.full_name}"
    words = {
        "BackendNotFound": f"there is no {what} in {scene.store}",
        "RefNotPermitted": f"no ReferenceGrant in namespace {reference.namespace} permits {what}",
        "InvalidKind": f"{what} is of a kind that cannot be a backend",
    }
    return f"{words[broken.why.reason]} ({place})"


def _elsewhere(scene: Scene, broken: Broken) -> Iterable[Line]:
    reference = broken.reference
    key = Key(reference.group, reference.kind, reference.namespace, reference.name)
    here = scene.held(key)
    if here is not None:
        yield line_of(here, scene.store)
    yield from scene.elsewhere(key)
    for other in _namesakes(scene, reference):
        yield line_of(other, scene.store)


def _namesakes(scene: Scene, reference: ObjectRef) -> tuple[Resource, ...]:
    """Services of the same name in other namespaces of the cluster."""
    services = scene.stores[scene.store].list("", "Service")
    return tuple(one for one in services if one.name == reference.name and one.namespace != reference.namespace)


def _effect(broken: tuple[Broken, ...], parent: ParentRef) -> str:
    mirrors = [f"rule {one.rule}: nothing is mirrored (GW-154)" for one in broken if one.share is None]
    shares = [one for one in broken if one.share]
    if parent.is_gateway:
        told = [f"rule {one.rule}: {_percent(one.share)} of the requests get 500 (GW-160)" for one in shares]
    else:
        rules = sorted({one.rule for one in shares})
        told = [f"rule {rule} vanishes, its requests reach the parent Service (GW-169, GW-170)" for rule in rules]
    return "; ".join([*told, *mirrors])


def _percent(share: Fraction | None) -> str:
    percent = (share or Fraction(0)) * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{float(percent):.3g}%"


def _repairs(scene: Scene, route: Resource, parent: ParentRef, broken: tuple[Broken, ...]) -> tuple[Repair, ...]:
    """For one reference every way that there is; for several the first ways together, then the second ones."""
    offers = [_OFFERS[one.why.reason](scene, route, parent, one) for one in broken]
    if not offers or not all(offers):
        return ()
    if len(offers) == 1:
        return tuple(offers[0])
    longest = max(map(len, offers))
    return tuple(together(*(ways[min(turn, len(ways) - 1)] for ways in offers)) for turn in range(longest))


def _create(scene: Scene, route: Resource, parent: ParentRef, broken: Broken) -> list[Repair]:
    reference = broken.reference
    if (reference.group, reference.kind) != ("", "Service"):
        return []
    offered = _nearby(scene, route, parent, broken)
    key = Key("", "Service", reference.namespace, reference.name)
    there = [(name, found) for name, store in sorted(scene.stores.items()) if (found := store.get(key)) is not None]
    for name, found in there[:1]:
        title = f"apply the Service {reference.full_name} of {name} to {scene.store} too, with workloads behind it"
        offered.append(repair(title, scene.store, service_like(found)))
    if not there:
        title = f"create a Service {reference.full_name} in {scene.store}, with workloads behind it"
        made = service_named(reference.namespace, reference.name, reference.port or 80)
        offered.append(repair(title, scene.store, made))
    return offered


def _nearby(scene: Scene, route: Resource, parent: ParentRef, broken: Broken) -> list[Repair]:
    """Services that may have been meant: of a similar name, or of the same name in another namespace."""
    reference = broken.reference
    names = [one.name for one in scene.stores[scene.store].list("", "Service", reference.namespace)]
    offered = []
    for name in get_close_matches(reference.name, names, 2):
        operation = {"op": "replace", "path": f"{broken.path}/name", "value": name}
        offered.append(repair(f"name the Service {name}, which exists", scene.store, patched(route, operation)))
    for other in _namesakes(scene, reference):
        target = attrs.evolve(reference, namespace=other.namespace)
        operation = {"op": "add", "path": f"{broken.path}/namespace", "value": other.namespace}
        needed = parent.is_gateway and not is_permitted(scene.view, "HTTPRoute", route.namespace, target)
        grants = (grant("HTTPRoute", route.namespace, target),) if needed else ()
        title = f"refer to the Service in namespace {other.namespace}" + (", and grant that" if grants else "")
        offered.append(repair(title, scene.store, *grants, patched(route, operation)))
    return offered


def _grant(scene: Scene, route: Resource, _: ParentRef, broken: Broken) -> list[Repair]:
    reference = broken.reference
    title = f"create a ReferenceGrant in namespace {reference.namespace}"
    return [repair(title, scene.store, grant("HTTPRoute", route.namespace, reference))]


def _as_service(scene: Scene, route: Resource, _: ParentRef, broken: Broken) -> list[Repair]:
    """The Service of the name that the other kind was given. Its port has to be one of the Service's."""
    reference = broken.reference
    service = scene.held(Key("", "Service", reference.namespace, reference.name))
    if service is None:
        return []
    operations = [
        {"op": "add", "path": f"{broken.path}/group", "value": ""},
        {"op": "add", "path": f"{broken.path}/kind", "value": "Service"},
    ]
    if reference.port is None:
        port = dig(service.spec, "ports", 0, "port", default=80)
        operations.append({"op": "add", "path": f"{broken.path}/port", "value": port})
    return [repair(f"refer to the Service {reference.full_name}", scene.store, patched(route, *operations))]


_OFFERS: dict[str, Callable[[Scene, Resource, ParentRef, Broken], list[Repair]]] = {
    "BackendNotFound": _create,
    "RefNotPermitted": _grant,
    "InvalidKind": _as_service,
}
