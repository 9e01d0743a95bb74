"""Who reaches whom: every workload's call to every destination of its mesh, as it would end at one moment.

Source: H-1 to H-38 for the calls; F-2, F-4, C-37 for the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from kumasim.domain.policy.identity import KUMA, SERVICE_TAG, content, mesh_of
from kumasim.domain.resource import Key, Resource
from kumasim.domain.traffic import Caller, NoSuchCaller, Outcome, Request, TrafficWorld, callers, sent_by
from kumasim.domain.traffic.cluster import workload_of
from kumasim.domain.tree import dig

SERVICELESS_PORT = 49151


@attrs.frozen
class Way:
    """One way in which a workload's calls to a destination end.

    Args:
        source: the caller, `zone/namespace/Deployment/name`.
        destination: the URL that it calls.
        share: fraction of its calls that end so.
        status: HTTP status, or "refused", "reset", "no-dns", "timeout".
        answered: who answered, `zone/namespace/service/workload`, "" if no workload did.
        path: the proxies passed, `sidecar zone-1`.
        why: the first hop that failed, what it did, and the rule; "" for an answer of a workload.
    """

    source: str
    destination: str
    share: Fraction
    status: int | str
    answered: str
    path: tuple[str, ...]
    why: str = ""


@attrs.frozen
class Source:
    """A workload that calls: its name, its mesh, and who of it sends."""

    name: str
    mesh: str
    callers: tuple[Caller, ...]


def reach(world: TrafficWorld, source: str = "", all_names: bool = False) -> tuple[Way, ...]:
    """Every way from every workload to every destination of its mesh.

    A destination that exists in another zone only is called, too, by the name that it would have in the caller's.

    Args:
        world: at one moment.
        source: only workloads whose name begins so, "zone-1" or "zone-1/shop/Deployment/client".
        all_names: the names of Services in the cluster's own DNS as well.
    """
    services = _services(world)
    found: list[Way] = []
    for zone in world.zones():
        for who in _sources(world, zone):
            if who.name.startswith(source):
                urls = dict.fromkeys(_urls(world, zone, who.mesh, services.get(who.mesh, ()), all_names))
                found += [way for url in urls for way in _ways(world, who, url)]
    return tuple(found)


def _services(world: TrafficWorld) -> dict[str, tuple[str, ...]]:
    """The service tags of each mesh, in whatever zone."""
    found: dict[str, set[str]] = {}
    for zone in world.zones():
        for dataplane in world.store(zone).list(KUMA, "Dataplane"):
            for inbound in dig(content(dataplane), "networking", "inbound", default=()):
                if dig(inbound, "port") != SERVICELESS_PORT and dig(inbound, "tags", SERVICE_TAG):
                    found.setdefault(mesh_of(dataplane), set()).add(dig(inbound, "tags", SERVICE_TAG))
    return {mesh: tuple(sorted(names)) for mesh, names in found.items()}


def _sources(world: TrafficWorld, zone: str) -> Iterator[Source]:
    """The workloads of a zone that have a sidecar, each once."""
    seen: set[str] = set()
    store = world.store(zone)
    for dataplane in store.list(KUMA, "Dataplane"):
        if dig(content(dataplane), "networking", "gateway", "type") == "BUILTIN":
            continue
        pod = store.get(Key("", "Pod", dataplane.namespace, dataplane.name))
        name = f"{zone}/{_named(dataplane, '' if pod is None else workload_of(store, pod))}"
        if name not in seen:
            seen.add(name)
            try:
                yield Source(name, mesh_of(dataplane), callers(world, name))
            except NoSuchCaller:
                continue  # a Dataplane that outlives its pod calls nobody


def _named(dataplane: Resource, workload: str) -> str:
    if not workload:
        return f"Dataplane/{dataplane.name}"
    kind = "Pod" if workload == dataplane.name else "Deployment"
    return f"{dataplane.namespace}/{kind}/{workload}"


def _urls(world: TrafficWorld, zone: str, mesh: str, services: Iterable[str], all_names: bool) -> Iterator[str]:
    for service in services:
        yield f"http://{service.replace('_', '.')}.mesh/"
    for one in world.store(zone).list(KUMA, "MeshService"):
        if mesh_of(one) == mesh:
            names = [dig(each, "hostname", default="") for each in dig(one.status, "addresses", default=())]
            for port in dig(content(one), "ports", default=()):
                yield from (f"http://{name}:{dig(port, 'port', default=80)}/" for name in names if name)
    for one in world.store(zone).list("", "Service") if all_names else ():
        for port in dig(content(one), "ports", default=()):
            yield f"http://{one.name}.{one.namespace}.svc.cluster.local:{dig(port, 'port', default=80)}/"


def _ways(world: TrafficWorld, who: Source, url: str) -> Iterator[Way]:
    """The outcomes of one call; those that differ only in the pod are one."""
    totals: dict[Way, Fraction] = {}
    for outcome in sent_by(world, who.callers, Request(url=url)):
        path = tuple(f"{hop['hop']} {hop['zone']}" for hop in outcome.via)
        way = Way(who.name, url, Fraction(0), outcome.status, _answered(outcome), path, _why(outcome))
        totals[way] = totals.get(way, Fraction(0)) + outcome.share
    for way, share in totals.items():
        yield attrs.evolve(way, share=share)


def _answered(outcome: Outcome) -> str:
    if outcome.seen is None:
        return ""
    return "/".join(str(part) for part in (outcome.zone, outcome.namespace, outcome.service, outcome.workload) if part)


def _why(outcome: Outcome) -> str:
    if outcome.seen is not None or not outcome.steps:
        return ""
    last = outcome.steps[-1]
    return f"{last.hop}{f' in {last.zone}' if last.zone else ''}: {last}"
