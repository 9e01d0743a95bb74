"""Reads `topology:` — the global, the zones and the links between them."""

from __future__ import annotations

from typing import Any

from kumasim.scenario.cursor import Cursor
from kumasim.scenario.model import GlobalSpec, LinkSpec, LoadBalancer, Topology, ZoneSpec
from kumasim.scenario.places import STORE_PAIR, dns_label
from kumasim.scenario.profiles import CONFIG, PROFILE
from kumasim.scenario.shapes import Duration, Either, Field, Flag, Integer, ListOf, MapOf, Nothing, Record, Text

TYPE = Text(choices=("kubernetes", "universal"))
ONE_EACH = (1,)
STORE_TYPE = "KUMA_STORE_TYPE"

_REPLICAS = Record(
    {"replicas": Field(Integer(1, 1000), "pods behind the address", default=1)},
    lambda _, values: values["replicas"],
    doc="a separately addressed one",
)
_PROXIES = Either({int: Integer(0, 1000), list: ListOf(_REPLICAS)}, "a number, or a list of {replicas: N}")


def _pending(at: Cursor, _: str) -> LoadBalancer:
    return LoadBalancer(pending=True)


_LOAD_BALANCER = Either(
    {
        str: Text(choices=("pending",), check=_pending),
        dict: Record(
            {"delay": Field(Duration(), "virtual time until an address is assigned", default=0)},
            lambda _, values: LoadBalancer(delay_ns=values["delay"]),
        ),
    },
    "pending, or {delay: 20s}",
)

_KUBERNETES_ONLY = {
    "ingress": "apply a ZoneIngress instead",
    "egress": "apply a ZoneEgress instead",
    "loadBalancer": "leave it out",
}


def _zone(at: Cursor, values: dict[str, Any]) -> Any:
    kubernetes = values["type"] == "kubernetes"
    _check_store_type(at, values)
    if not kubernetes:
        for name, remedy in _KUBERNETES_ONLY.items():
            if name in at.value and at.value[name] != 0:
                at.child(name).problem("KS1305", f"a Universal zone has no `{name}`", remedy, key=True)
    return ZoneSpec(
        name=str(at.path[-1]),
        type=values["type"],
        ingress=_replicas(values["ingress"], ONE_EACH if kubernetes else ()),
        egress=_replicas(values["egress"], ()),
        load_balancer=values["loadBalancer"],
        kuma=values["kuma"],
        config=tuple(sorted(values["config"].items())),
        federated=values["federated"],
        origin=at.origin(),
    )


def _replicas(read: Any, default: tuple[int, ...]) -> tuple[int, ...]:
    if read is None:
        return default
    if isinstance(read, int):
        return (read,) if read else ()
    return tuple(read)


_ZONE = Record(
    {
        "type": Field(TYPE, "what the zone runs on", default="kubernetes"),
        "ingress": Field(_PROXIES, "pods of its zone ingress; a list for separately addressed ones"),
        "egress": Field(_PROXIES, "pods of its zone egress"),
        "loadBalancer": Field(_LOAD_BALANCER, "when Services get public addresses", default=LoadBalancer()),
        "kuma": Field(PROFILE, "its version, if another than the scenario's", default=""),
        "config": Field(CONFIG, "control plane variables", default={}),
        "federated": Field(Flag(), "whether it has a global from the start", default=True),
    },
    _zone,
    empty=True,
    doc="a zone",
)


def _check_store_type(at: Cursor, values: dict[str, Any]) -> None:
    """On Kubernetes the store is the cluster, whatever anybody chooses."""
    if values["type"] == "kubernetes" and STORE_TYPE in values["config"]:
        place = at.child("config").child(STORE_TYPE)
        place.problem("KS1305", f"{STORE_TYPE} is for Universal control planes", "make it `type: universal`", key=True)


def _global(at: Cursor, values: dict[str, Any]) -> GlobalSpec:
    _check_store_type(at, values)
    return GlobalSpec(values["type"], values["kuma"], tuple(sorted(values["config"].items())))


_GLOBAL = Record(
    {
        "type": Field(TYPE, "what the global control plane runs on", default="kubernetes"),
        "kuma": Field(PROFILE, "its version, if another than the scenario's", default=""),
        "config": Field(CONFIG, "control plane variables", default={}),
    },
    _global,
    doc="the global control plane; null for one non-federated zone alone",
)


def _topology(at: Cursor, values: dict[str, Any]) -> Any:
    alone = values["global"] is None
    if alone and len(values["zones"]) != 1:
        where = at.child("global") if "global" in at.value else at
        return where.problem("KS1305", f"without a global there is one zone, not {len(values['zones'])}", key=True)
    return Topology(values["global"], tuple(values["zones"].values()), values["links"])


def _link(_: Cursor, values: dict[str, Any]) -> LinkSpec:
    return LinkSpec(values["between"], values["latency"], values["jitter"])


def _unique(at: Cursor, links: tuple[LinkSpec, ...]) -> Any:
    seen: set[tuple[str, ...]] = set()
    for index, link in enumerate(links):
        ends = tuple(sorted(link.between))
        if ends in seen:
            return at.child(index).problem("KS1305", f"a second link between {ends[0]} and {ends[1]}")
        seen.add(ends)
    return links


LINKS = ListOf(
    Record(
        {
            "between": Field(STORE_PAIR, "its two ends", required=True),
            "latency": Field(Duration(), "one way"),
            "jitter": Field(Duration(), "how far the latency varies"),
        },
        _link,
    ),
    check=_unique,
)


TOPOLOGY = Record(
    {
        "global": Field(Either({dict: _GLOBAL, type(None): Nothing()}, "a mapping or null"), default=GlobalSpec()),
        "zones": Field(MapOf(_ZONE, key=dns_label), "the zones by name", default={}),
        "links": Field(LINKS, "latencies that differ from the defaults", default=()),
    },
    _topology,
    empty=True,
    doc="the global, the zones and the links between them",
)


def declared_stores(topology: Any) -> dict[str, str]:
    """The stores that a topology names, before it is read as a whole: name to type, as far as it is sound."""
    topology = topology if isinstance(topology, dict) else {}
    stores: dict[str, str] = {}
    declared = topology.get("global", {})
    if declared is not None:
        stores["global"] = _type_of(declared)
    zones = topology.get("zones")
    for name, zone in zones.items() if isinstance(zones, dict) else ():
        stores[name] = _type_of(zone)
    return stores


def _type_of(declared: Any) -> str:
    kind = declared.get("type") if isinstance(declared, dict) else None
    return kind if kind in TYPE.choices else "kubernetes"
