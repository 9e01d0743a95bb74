"""Hand-made worlds for traffic tests: stores of objects, and proxies that have received the newest configuration."""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.profile import profile
from kumasim.domain.proxy.config import ProxyConfig
from kumasim.domain.proxy.generation import generate
from kumasim.domain.proxy.wakes import INDEXES
from kumasim.domain.reconcilers.base import Surroundings, View
from kumasim.domain.resource import Key, Resource, resource
from kumasim.domain.store import Indexes, Store
from kumasim.domain.traffic.evaluation import evaluate
from kumasim.domain.traffic.outcome import Outcome
from kumasim.domain.traffic.request import Request
from kumasim.domain.tree import freeze

K1 = "kuma.io/v1alpha1"


@attrs.define
class HandMade:
    """A world of some zones; `received` overrides what proxies have got."""

    objects: dict[str, list[dict[str, Any]]]
    apart: set[frozenset[str]] = attrs.field(factory=set)
    received: dict[tuple[str, str], ProxyConfig | None] = attrs.field(factory=dict)
    _stores: dict[str, Store] = attrs.field(factory=dict)

    def store(self, zone: str) -> Store:
        if zone not in self._stores:
            store = Store(Indexes.of(INDEXES))
            for tree in self.objects[zone]:
                store = store.put(read(tree))
            self._stores[zone] = store
        return self._stores[zone]

    def config(self, zone: str, dataplane: Key) -> ProxyConfig | None:
        if (zone, dataplane.name) in self.received:
            return self.received[(zone, dataplane.name)]
        found = self.store(zone).get(dataplane)
        if found is None:
            return None
        made = generate(View(self.store(zone), Surroundings(profile(), zone)), found)
        return None if isinstance(made, str) else made

    def zones(self) -> tuple[str, ...]:
        return tuple(sorted(self.objects))

    def linked(self, zone_a: str, zone_b: str) -> bool:
        return frozenset((zone_a, zone_b)) not in self.apart

    def ask(self, **request: Any) -> tuple[Outcome, ...]:
        return evaluate(self, Request(**{name: freeze(item) for name, item in request.items()}))


def read(tree: dict[str, Any]) -> Resource:
    meta = dict(tree["metadata"])
    created = meta.pop("created_ns", -1)
    return resource({**tree, "metadata": meta}).with_meta(created_ns=created)


def mesh(mtls: str = "", **routing: Any) -> dict[str, Any]:
    spec: dict[str, Any] = {"routing": routing}
    if mtls:
        spec["mtls"] = {"enabledBackend": "ca", "backends": [{"name": "ca", "type": "builtin", "mode": mtls}]}
    return {"apiVersion": K1, "kind": "Mesh", "metadata": {"name": "default"}, "spec": spec}


def allow_all() -> dict[str, Any]:
    item = {"targetRef": {"kind": "Mesh"}, "default": {"action": "Allow"}}
    return policy("MeshTrafficPermission", "allow", {"targetRef": {"kind": "Mesh"}, "from": [item]})


def policy(kind: str, name: str, spec: dict[str, Any], **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": K1, "kind": kind, "spec": spec,
        "metadata": {"name": name, "namespace": "kuma-system", "labels": {"kuma.io/mesh": "default", **labels}},
    }  # fmt: skip


def pod(name: str, ip: str, labels: dict[str, str], namespace: str = "demo", ready: bool = True) -> dict[str, Any]:
    status = {"podIP": ip, "phase": "Running", "conditions": [{"type": "Ready", "status": str(ready)}]}
    return {
        "apiVersion": "v1", "kind": "Pod", "status": status, "spec": {},
        "metadata": {
            "name": name, "namespace": namespace, "labels": labels,
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": name.rpartition("-")[0], "uid": "u", "controller": True}
            ],
        },
    }  # fmt: skip


def replica_set(name: str, deployment: str, namespace: str = "demo") -> dict[str, Any]:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment, "uid": "d", "controller": True}
    return {
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": {},
        "metadata": {"name": name, "namespace": namespace, "ownerReferences": [owner]},
    }  # fmt: skip


def service(name: str, ip: str, port: int, namespace: str = "demo", external: str = "") -> dict[str, Any]:
    ingress = [{"ip": external}] if external else []
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
        "spec": {"clusterIP": ip, "type": "LoadBalancer" if external else "ClusterIP", "ports": [{"port": port}]},
        "status": {"loadBalancer": {"ingress": ingress}},
    }  # fmt: skip


def slices(name: str, port: int, pods: list[dict[str, Any]], namespace: str = "demo") -> dict[str, Any]:
    endpoints = [
        {
            "addresses": [one["status"]["podIP"]],
            "conditions": {"ready": one["status"]["conditions"][0]["status"] == "True"},
            "targetRef": {"kind": "Pod", "name": one["metadata"]["name"], "namespace": namespace},
        }
        for one in pods
    ]
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "endpoints": endpoints, "ports": [{"port": port}],
        "metadata": {"name": name, "namespace": namespace, "labels": {"kubernetes.io/service-name": name}},
    }  # fmt: skip


def dataplane(
    of: dict[str, Any], name: str, port: int, zone: str = "zone-1", protocol: str = "http", **tags: str
) -> dict[str, Any]:
    meta, namespace = of["metadata"], of["metadata"]["namespace"]
    ready = of["status"]["conditions"][0]["status"] == "True"
    full = {
        "kuma.io/service": f"{name}_{namespace}_svc_{port}", "kuma.io/zone": zone, "kuma.io/protocol": protocol,
        "k8s.kuma.io/namespace": namespace, "k8s.kuma.io/service-name": name, "k8s.kuma.io/service-port": str(port), **tags,
    }  # fmt: skip
    inbound = {"port": 8000, "tags": full, "state": "Ready" if ready else "NotReady", "health": {"ready": ready}}
    return {
        "apiVersion": K1, "kind": "Dataplane", "mesh": "default",
        "metadata": {"name": meta["name"], "namespace": namespace},
        "spec": {"networking": {"address": of["status"]["podIP"], "inbound": [inbound]}},
    }  # fmt: skip


def app(
    name: str,
    base: str,
    replicas: int = 1,
    port: int = 80,
    zone: str = "zone-1",
    protocol: str = "http",
    meshed: bool = True,
) -> list[dict[str, Any]]:
    """A Deployment `name` with a Service of the same name, its pods at BASE.1, BASE.2, ..."""
    pods = [pod(f"{name}-rs-{i}", f"{base}.{i}", {"app": name}) for i in range(1, replicas + 1)]
    made = [replica_set(f"{name}-rs", name), service(name, f"{base}.100", port), slices(name, 8000, pods), *pods]
    if meshed:
        made += [dataplane(one, name, port, zone, protocol) for one in pods]
    return made


def gateway(*listeners: dict[str, Any], ip: str = "10.9.0.1", external: str = "172.18.0.2") -> list[dict[str, Any]]:
    """A built-in gateway `edge` with one pod and a LoadBalancer Service with the ports of its listeners."""
    tags = {"kuma.io/service": "edge_demo_svc"}
    one = pod("edge-rs-1", ip, {"app": "edge"})
    one["metadata"]["annotations"] = {"kuma.io/gateway": "builtin"}
    ports = sorted({listener["port"] for listener in listeners})
    front = service("edge", "10.9.0.100", ports[0], external=external)
    front["spec"]["ports"] = [{"name": str(port), "port": port} for port in ports]
    ends = slices("edge", ports[0], [one])
    ends["ports"] = [{"name": str(port), "port": port} for port in ports]
    return [
        one, front, ends,
        {
            "apiVersion": K1, "kind": "Dataplane", "mesh": "default",
            "metadata": {"name": "edge-rs-1", "namespace": "demo"},
            "spec": {"networking": {"address": ip, "gateway": {"type": "BUILTIN", "tags": {**tags, "kuma.io/zone": "zone-1"}}}},
        },
        {
            "apiVersion": K1, "kind": "MeshGateway", "mesh": "default", "metadata": {"name": "edge"},
            "spec": {"selectors": [{"match": tags}], "conf": {"listeners": list(listeners)}},
        },
    ]  # fmt: skip


def http_route(*rules: dict[str, Any], name: str = "r", hostnames: tuple[str, ...] = ()) -> dict[str, Any]:
    to = {"targetRef": {"kind": "Mesh"}, "hostnames": list(hostnames), "rules": list(rules)}
    return policy("MeshHTTPRoute", name, {"targetRef": {"kind": "MeshGateway", "name": "edge"}, "to": [to]})


def subset(name: str, weight: int = 1, zone: str = "zone-1") -> dict[str, Any]:
    return {"kind": "MeshServiceSubset", "name": name, "tags": {"kuma.io/zone": zone}, "weight": weight}


def unresolved(weight: int = 1) -> dict[str, Any]:
    return {"kind": "MeshService", "name": "kuma.io/unresolved-backend", "weight": weight}


def rule(*backends: dict[str, Any], path: str = "/", filters: tuple[Any, ...] = (), **match: Any) -> dict[str, Any]:
    matches = [{"path": {"type": "PathPrefix", "value": path}, **match}]
    return {"matches": matches, "default": {"filters": list(filters), "backendRefs": list(backends)}}


def zone_ingress(zone: str, address: str, services: dict[str, int]) -> dict[str, Any]:
    available = [
        {
            "tags": {"kuma.io/service": name, "kuma.io/zone": zone, "kuma.io/protocol": "http"},
            "instances": count,
            "mesh": "default",
        }
        for name, count in services.items()
    ]
    return {
        "apiVersion": K1, "kind": "ZoneIngress", "metadata": {"name": f"ingress-{zone}", "namespace": "kuma-system"},
        "spec": {
            "zone": zone, "availableServices": available,
            "networking": {"address": "10.0.0.9", "advertisedAddress": address, "advertisedPort": 10001},
        },
    }  # fmt: skip


HTTP = {"port": 8080, "protocol": "HTTP", "hostname": "*"}
