"""One request, evaluated exactly on what every proxy has received at this instant.

Source: H-1 to H-38.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from kumasim.domain.policy.identity import KUMA, content
from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.resource import Key, Resource
from kumasim.domain.traffic import cluster, dns, entry
from kumasim.domain.traffic.journey import Journey
from kumasim.domain.traffic.outcome import NO_DNS, Outcomes, joined, scaled
from kumasim.domain.traffic.request import Aim, Request, aim
from kumasim.domain.traffic.sidecar import leave, outbound_for
from kumasim.domain.traffic.world import TrafficWorld
from kumasim.domain.tree import dig


class NoSuchCaller(LookupError):
    """`from` or `to` of a request names something that does not exist or cannot be understood."""


@attrs.frozen
class Caller:
    """Who sends a request: somewhere outside (zone ""), a pod, or a Universal Dataplane."""

    zone: str = ""
    namespace: str = ""
    config: ProxyConfig | None = None


def evaluate(world: TrafficWorld, request: Request, detailed: bool = False) -> Outcomes:
    """The exact distribution of a request's outcomes; shares add up to 1.

    Args:
        world: at one instant.
        request: as the user states it.
        detailed: whether the steps of outcomes say more than what decided, for `trace`.

    Raises:
        NoSuchCaller: `from` names no pod, Deployment or Dataplane that exists, or `to` no zone or Service form.
    """
    return sent_by(world, callers(world, request.from_), request, detailed)


def sent_by(world: TrafficWorld, them: tuple[Caller, ...], request: Request, detailed: bool = False) -> Outcomes:
    """The outcomes of a request that any of some callers sends, whatever its own `from` says.

    Args:
        world: at one instant.
        them: who sends, each as likely as the others; never none.
        request: the rest of it.
        detailed: as for `evaluate`.
    """
    share = Fraction(1, len(them))
    wanted = aim(request)
    return joined(one for caller in them for one in scaled(_sent(world, caller, wanted, detailed), share))


def callers(world: TrafficWorld, text: str) -> tuple[Caller, ...]:
    """Who sends a request that is `from` somebody: the pods of a Deployment, or one.

    Raises:
        NoSuchCaller: nobody is called so.
    """
    if text in ("", "outside"):
        return (Caller(),)
    zone, *rest = text.split("/")
    if zone not in world.zones():
        raise NoSuchCaller(f"there is no zone {zone!r} (from: {text})")
    store = world.store(zone)
    pods: tuple[Resource, ...] = ()
    if len(rest) == 2 and rest[0] == "Dataplane":
        return (_dataplane_caller(world, zone, rest[1], text),)
    if len(rest) == 3 and rest[1] == "Pod":
        pod = store.get(Key("", "Pod", rest[0], rest[2]))
        pods = () if pod is None else (pod,)
    elif len(rest) == 3 and rest[1] == "Deployment":
        pods = cluster.pods_of(store, rest[0], rest[2])
    if not pods:
        raise NoSuchCaller(f"there is no pod to send from (from: {text})")
    return tuple(
        Caller(zone, pod.namespace, world.config(zone, cluster.dataplane_key(pod.namespace, pod.name))) for pod in pods
    )


def _dataplane_caller(world: TrafficWorld, zone: str, name: str, text: str) -> Caller:
    for dataplane in world.store(zone).list(KUMA, "Dataplane"):
        if dataplane.name == name:
            return Caller(zone, dataplane.namespace, world.config(zone, dataplane.key))
    raise NoSuchCaller(f"there is no Dataplane {name!r} in {zone} (from: {text})")


def _sent(world: TrafficWorld, caller: Caller, wanted: Aim, detailed: bool) -> Outcomes:
    journey = Journey(world, wanted.message, caller.zone, detailed=detailed)
    if "/" in wanted.to:
        return _to_service(journey, caller, wanted)
    if not caller.zone:
        return _from_outside(journey, wanted)
    found = dns.resolve(wanted.to, caller.namespace, world.store(caller.zone), caller.config)
    if found is None:
        return journey.told("dns", f"{wanted.to} does not resolve", "F-4, F-8").ends(NO_DNS)
    return _to_resolved(journey, caller, found, wanted.port)


def _from_outside(journey: Journey, wanted: Aim) -> Outcomes:
    """Outside there is no DNS but for the names of load balancers."""
    known = any(
        True
        for zone in journey.world.zones()
        for _ in cluster.services_at(journey.world.store(zone), wanted.to, public=True)
    )
    if not known and not dns.is_address(wanted.to):
        return journey.told("dns", f"{wanted.to} is no name outside", "no such name").ends(NO_DNS)
    told = journey.told("caller", f"connects to {wanted.to}:{wanted.port} from outside", stage="address")
    return entry.at_address(told, wanted.to, wanted.port, "")


def _to_service(journey: Journey, caller: Caller, wanted: Aim) -> Outcomes:
    """`zone/namespace/Service/name`: by its address from a pod of the zone, by its front door from elsewhere."""
    zone, *rest = wanted.to.split("/")
    if zone not in journey.world.zones() or len(rest) != 3 or rest[1] != "Service":
        raise NoSuchCaller(f"{wanted.to!r} is not ZONE/NAMESPACE/Service/NAME of a zone that exists")
    service = journey.world.store(zone).get(Key("", "Service", rest[0], rest[2]))
    if service is None:
        return journey.told("service", f"there is no Service {rest[2]} in {rest[0]} of {zone}").ends(NO_DNS)
    if caller.zone != zone:
        at = ", ".join(cluster.addresses_of(service)) or "no address"
        journey = journey.told("caller", f"calls Service {rest[2]} ({at}) port {wanted.port}", stage="address")
        return entry.at_service(attrs.evolve(journey, zone=zone), service, wanted.port)
    found = dns.resolve(
        f"{rest[2]}.{rest[0]}.svc.{dns.SUFFIX}.", caller.namespace, journey.world.store(zone), caller.config
    )
    if found is None:
        return journey.told("dns", f"Service {rest[2]} has no address").ends(NO_DNS)
    return _to_resolved(journey, caller, found, wanted.port)


def _to_resolved(journey: Journey, caller: Caller, found: dns.Resolved, port: int) -> Outcomes:
    if found.mesh_name:
        return _connect(journey, caller, found.mesh_name, port, None)
    if found.service is not None:
        return _connect(journey, caller, dig(content(found.service), "clusterIP", default=""), port, found.service)
    share = Fraction(1, len(found.addresses))
    return tuple(
        one for address in found.addresses for one in scaled(_connect(journey, caller, address, port, None), share)
    )


def _connect(journey: Journey, caller: Caller, to: str, port: int, service: Resource | None) -> Outcomes:
    """Through the sidecar's outbound if one intercepts the address, past it otherwise (F-12 [U])."""
    outbound = outbound_for(caller.config, to, port)
    taken = "its sidecar takes it" if outbound is not None else "past the mesh"
    journey = journey.told("caller", f"connects to {to}:{port}, {taken}", "F-10, F-12 [U]", stage="address")
    if outbound is not None and caller.config is not None:
        return leave(journey, caller.config, outbound)
    if service is not None:
        return entry.at_service(journey, service, port)
    return entry.at_address(journey, to, port, caller.zone)
