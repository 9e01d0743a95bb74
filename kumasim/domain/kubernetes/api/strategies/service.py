"""Service: cluster IPs, node ports and public addresses are given out here; the cluster IP never changes.

Source: pkg/registry/core/service (storage/alloc.go, strategy.go) of Kubernetes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kubernetes.addresses import (
    FIRST_NODE_PORT,
    LAST_NODE_PORT,
    NODE_PORTS,
    load_balancer_range,
    node_port,
    service_range,
)
from kumasim.domain.kubernetes.api.context import ApiContext
from kumasim.domain.kubernetes.api.failures import Fault, Refused, internal, invalid, invalid_value, required
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig

_WITH_NODE_PORTS = ("LoadBalancer", "NodePort")
_HEADLESS = "None"


def _kind(service: Resource) -> str:
    return str(service.spec.get("type", "ClusterIP"))


def _with_spec(service: Resource, spec: Mapping[str, Any]) -> Resource:
    return attrs.evolve(service, body=service.body.with_(spec=FrozenMap(spec)))


def _default_port(port: FrozenMap) -> FrozenMap:
    filled = {"protocol": "TCP", **port}
    if filled.get("targetPort") in (None, "", 0):
        filled["targetPort"] = filled.get("port")
    return FrozenMap(filled)


def _default(wanted: Resource) -> Resource:
    spec: dict[str, Any] = {"type": "ClusterIP", "sessionAffinity": "None", **wanted.spec}
    if spec.get("ports"):
        spec["ports"] = tuple(_default_port(port) for port in spec["ports"])
    if spec["type"] != "ExternalName":
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if spec["type"] in _WITH_NODE_PORTS:
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
    return _with_spec(wanted, spec)


def _prepare(old: Resource | None, wanted: Resource, context: ApiContext) -> Resource:
    spec = dict(wanted.spec)
    _give_cluster_ip(old, wanted, spec, context)
    _give_node_ports(old, wanted, spec, context)
    status = wanted.status if wanted.status is not None else FrozenMap(loadBalancer=EMPTY)
    return attrs.evolve(_with_spec(wanted, spec), status=_give_public_addresses(wanted, status, context))


def _give_cluster_ip(old: Resource | None, wanted: Resource, spec: dict[str, Any], context: ApiContext) -> None:
    before = old.spec if old is not None else EMPTY
    if spec["type"] == "ExternalName":
        for name in ("clusterIP", "clusterIPs"):
            if spec.get(name) == before.get(name):
                spec.pop(name, None)
        return
    if not spec.get("clusterIP"):
        spec["clusterIP"] = dig(spec, "clusterIPs", 0) or before.get("clusterIP")
    if not spec["clusterIP"]:
        spec["clusterIP"] = context.allocations.pick(
            service_range(context.ordinal), context.cluster, "service", wanted.namespace, wanted.name
        )
        if spec["clusterIP"] is None:
            raise Refused(internal("failed to allocate a serviceIP: range is full"))
    elif context.allocations.holder(spec["clusterIP"]) not in (None, wanted.key):
        detail = f"failed to allocate IP {spec['clusterIP']}: provided IP is already allocated"
        raise Refused(invalid(wanted.key, [invalid_value("spec.clusterIPs", _json([spec["clusterIP"]]), detail)]))
    if len(spec.get("clusterIPs") or ()) < 2 or spec["clusterIPs"][0] != spec["clusterIP"]:
        spec["clusterIPs"] = (spec["clusterIP"],)
    spec.setdefault("ipFamilies", ("IPv4",))
    spec.setdefault("ipFamilyPolicy", "SingleStack")


def _port_identity(port: Mapping[str, Any]) -> tuple[Any, Any]:
    return port.get("port"), port.get("protocol", "TCP")


def _give_node_ports(old: Resource | None, wanted: Resource, spec: dict[str, Any], context: ApiContext) -> None:
    ports: tuple[FrozenMap, ...] = spec.get("ports") or ()
    before = {} if old is None else {_port_identity(port): port for port in old.spec.get("ports") or ()}
    if spec["type"] not in _WITH_NODE_PORTS:
        if ports and old is not None and _kind(old) in _WITH_NODE_PORTS:
            # Nobody asks for a node port by leaving the allocated one where it was (dropTypeDependentFields).
            spec["ports"] = tuple(_without_allocated(port, before.get(_port_identity(port))) for port in ports)
        return
    if spec.get("allocateLoadBalancerNodePorts") is False and spec["type"] == "LoadBalancer":
        return
    given: list[FrozenMap] = []
    for place, port in enumerate(ports):
        number = port.get("nodePort") or dig(before.get(_port_identity(port)), "nodePort")
        if number:
            _check_node_port(wanted, place, number, context)
        else:
            number = _free_node_port(wanted, port, (*ports, *given), context)
        given.append(port.with_(nodePort=number))
    if ports:
        spec["ports"] = tuple(given)


def _without_allocated(port: FrozenMap, before: Mapping[str, Any] | None) -> FrozenMap:
    if before is None or port.get("nodePort") != before.get("nodePort"):
        return port
    return FrozenMap({name: item for name, item in port.items() if name != "nodePort"})


def _check_node_port(service: Resource, place: int, number: int, context: ApiContext) -> None:
    field = f"spec.ports[{place}].nodePort"
    if not FIRST_NODE_PORT <= number <= LAST_NODE_PORT:
        valid = f"The range of valid ports is {FIRST_NODE_PORT}-{LAST_NODE_PORT}"
        detail = f"provided port is not in the valid range. {valid}"
        raise Refused(invalid(service.key, [invalid_value(field, str(number), detail)]))
    if context.allocations.holder(node_port(number)) not in (None, service.key):
        raise Refused(invalid(service.key, [invalid_value(field, str(number), "provided port is already allocated")]))


def _free_node_port(service: Resource, port: FrozenMap, others: Iterable[FrozenMap], context: ApiContext) -> int:
    taken = [node_port(other["nodePort"]) for other in others if other.get("nodePort")]
    who = (context.cluster, "node-port", service.namespace, service.name, *_port_identity(port))
    found = context.allocations.pick(NODE_PORTS, *who, also_taken=taken)
    if found is None:
        raise Refused(internal("failed to allocate a nodePort: range is full"))
    return int(found.rpartition("/")[2])


def _give_public_addresses(service: Resource, status: FrozenMap, context: ApiContext) -> FrozenMap:
    """Fills in the ingress entries that have neither ip nor hostname yet, as a cloud does it.

    The address that `spec.loadBalancerIP` asks for is given if it is free.
    """
    entries: tuple[FrozenMap, ...] = dig(status, "loadBalancer", "ingress", default=())
    if all(entry.get("ip") or entry.get("hostname") for entry in entries):
        return status
    given: list[FrozenMap] = []
    for entry in entries:
        if not entry.get("ip") and not entry.get("hostname"):
            entry = entry.with_(ip=_public_address(service, [item.get("ip", "") for item in given], context))
        given.append(entry)
    return status.with_(loadBalancer=status["loadBalancer"].with_(ingress=tuple(given)))


def _public_address(service: Resource, taken: list[str], context: ApiContext) -> str:
    asked = service.spec.get("loadBalancerIP")
    if asked and context.allocations.holder(asked) in (None, service.key) and asked not in taken:
        return str(asked)
    who = (context.cluster, "load-balancer", service.namespace, service.name)
    found = context.allocations.pick(load_balancer_range(context.ordinal), *who, also_taken=taken)
    if found is None:
        raise Refused(internal("failed to allocate a load balancer address: range is full"))
    return found


def _json(value: Any) -> str:
    return json.dumps(value)


def _check(old: Resource | None, new: Resource) -> Iterable[Fault]:
    yield from _check_cluster_ip(old, new)
    ports: tuple[FrozenMap, ...] = new.spec.get("ports") or ()
    if not ports and _kind(new) != "ExternalName" and new.spec.get("clusterIP") != _HEADLESS:
        yield required("spec.ports")
    if _kind(new) == "ExternalName" and not new.spec.get("externalName"):
        yield required("spec.externalName")
    if _kind(new) in _WITH_NODE_PORTS and new.spec.get("clusterIP") == _HEADLESS:
        detail = f"may not be set to 'None' for {_kind(new)} services"
        yield invalid_value("spec.clusterIPs[0]", '"None"', detail)
    yield from _check_ports(ports)


def _check_cluster_ip(old: Resource | None, new: Resource) -> Iterable[Fault]:
    if old is None or "ExternalName" in (_kind(old), _kind(new)):
        return
    was, is_ = old.spec.get("clusterIP"), new.spec.get("clusterIP")
    if was and was != is_:
        yield invalid_value("spec.clusterIPs[0]", f"[]string{{{_json(is_)}}}", "may not change once set")


def _check_ports(ports: tuple[FrozenMap, ...]) -> Iterable[Fault]:
    names: set[str] = set()
    identities: set[tuple[Any, Any]] = set()
    for place, port in enumerate(ports):
        name = port.get("name") or ""
        if not name and len(ports) > 1:
            yield required(f"spec.ports[{place}].name")
        elif name and name in names:
            yield Fault(f"spec.ports[{place}].name", f"Duplicate value: {_json(name)}", "FieldValueDuplicate")
        if _port_identity(port) in identities:
            told = f'{{"protocol":{_json(port.get("protocol"))},"port":{port.get("port")}}}'
            yield Fault(f"spec.ports[{place}]", f"Duplicate value: {told}", "FieldValueDuplicate")
        names.add(name)
        identities.add(_port_identity(port))


STRATEGY = Strategy(default=_default, prepare=_prepare, check=_check, name="dns-1035")
