"""Service: a name and an address for the Pods that a selector finds.

Source: Kubernetes core/v1; B-15 to B-28 for what Kuma reads of it.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.kinds.fields import inert, unacted
from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.names import LABEL_PATTERN, LABELS, PORT, SERVICE_LABEL
from kumasim.domain.kinds.schema import Bool, Int, IntOrText, ListOf, Obj, Rule, Text
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig


@attrs.frozen
class ServicePort:
    """One port of a Service.

    Args:
        target_port: a container port's number or name; the port itself unless written.
        app_protocol: as written, "" for none.
        node_port: 0 for none.
    """

    name: str
    port: int
    target_port: int | str
    protocol: str = "TCP"
    app_protocol: str = ""
    node_port: int = 0


@attrs.frozen
class Service:
    """A Service as rules read it.

    Args:
        cluster_ip: "" while none is assigned (and for ExternalName), "None" for a headless one.
        selector: None when it has none: its endpoints are then made by hand.
        addresses: what its load balancer got: ("ip" | "hostname", value) pairs.
    """

    type: str
    cluster_ip: str
    selector: FrozenMap | None
    ports: tuple[ServicePort, ...]
    external_name: str = ""
    addresses: tuple[tuple[str, str], ...] = ()

    @property
    def headless(self) -> bool:
        """Whether DNS answers with the Pods' own addresses."""
        return self.cluster_ip == "None"

    @classmethod
    def of(cls, resource: Resource) -> Service:
        spec = resource.spec
        ingress = dig(resource.status, "loadBalancer", "ingress", default=())
        return cls(
            type=spec.get("type") or "ClusterIP",
            cluster_ip=spec.get("clusterIP") or "",
            selector=spec.get("selector") or None,
            ports=tuple(_port(tree) for tree in spec.get("ports") or ()),
            external_name=spec.get("externalName") or "",
            addresses=tuple((sort, item[sort]) for item in ingress for sort in ("ip", "hostname") if item.get(sort)),
        )

    def port(self, number: int) -> ServicePort | None:
        """The port with a number."""
        return next((port for port in self.ports if port.port == number), None)

    def selects(self, labels: FrozenMap) -> bool:
        """Whether its selector finds a Pod with these labels; a Service without selector finds none."""
        selector = self.selector
        return selector is not None and all(labels.get(key) == wanted for key, wanted in (selector or EMPTY).items())


def _port(tree: Any) -> ServicePort:
    number = tree.get("port") or 0
    return ServicePort(
        name=tree.get("name") or "",
        port=number,
        target_port=tree.get("targetPort") or number,
        protocol=tree.get("protocol") or "TCP",
        app_protocol=tree.get("appProtocol") or "",
        node_port=tree.get("nodePort") or 0,
    )


def _unnamed_port_is_alone(spec: Any) -> bool:
    ports = spec.get("ports") or ()
    return len(ports) < 2 or all(port.get("name") for port in ports)


def _names_differ(spec: Any) -> bool:
    names = [port.get("name") for port in spec.get("ports") or () if port.get("name")]
    return len(names) == len(set(names))


def _ports_if_addressed(spec: Any) -> bool:
    return bool(spec.get("ports")) or spec.get("type") == "ExternalName" or spec.get("clusterIP") == "None"


def _external_name(spec: Any) -> bool:
    return spec.get("type") != "ExternalName" or bool(spec.get("externalName"))


def _target_ports(body: FrozenMap) -> FrozenMap:
    """A port without targetPort goes to the container port of the same number."""
    spec = body.get("spec")
    ports = dig(spec, "ports", default=())
    lacking = isinstance(ports, tuple) and any(
        isinstance(port, FrozenMap) and "targetPort" not in port for port in ports
    )
    if not lacking or not isinstance(spec, FrozenMap) or spec.get("type") == "ExternalName":
        return body
    filled = tuple(
        port.with_(targetPort=port["port"]) if isinstance(port, FrozenMap) and _numbered(port) else port
        for port in ports
    )
    return body if filled == ports else body.with_(spec=spec.with_(ports=filled))


def _numbered(port: FrozenMap) -> bool:
    return "targetPort" not in port and isinstance(port.get("port"), int)


_PORT = Obj(
    {
        "name": Text(pattern=LABEL_PATTERN, max_length=63),
        "port": PORT,
        "targetPort": IntOrText(),
        "protocol": Text(enum=("TCP", "UDP", "SCTP"), default="TCP"),
        "appProtocol": Text(),
        "nodePort": Int(0, 65535),
    },
    required=("port",),
)

KIND = Kind(
    group="",
    kind="Service",
    plural="services",
    versions=("v1",),
    short_names=("svc",),
    name=SERVICE_LABEL,
    schema=Obj(
        {
            "spec": Obj(
                {
                    "type": Text(enum=("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"), default="ClusterIP"),
                    "selector": LABELS,
                    "ports": ListOf(_PORT, map_keys=("port", "protocol")),
                    "clusterIP": Text(),
                    "clusterIPs": ListOf(Text()),
                    "externalName": Text(),
                    "loadBalancerIP": Text(),
                    "sessionAffinity": Text(enum=("None", "ClientIP"), default="None", modelled=False),
                    "publishNotReadyAddresses": Bool(),
                    **inert("ipFamilies", "ipFamilyPolicy", "allocateLoadBalancerNodePorts", "healthCheckNodePort"),
                    **unacted("externalIPs", "externalTrafficPolicy", "internalTrafficPolicy", "loadBalancerClass"),
                    **unacted("loadBalancerSourceRanges", "sessionAffinityConfig", "trafficDistribution"),
                },
                rules=(
                    Rule("Required value: spec.ports", _ports_if_addressed, ("ports",), "add a port"),
                    Rule(
                        "every port needs a name when there are several",
                        _unnamed_port_is_alone,
                        ("ports",),
                        "name them",
                    ),
                    Rule("Duplicate value: names of ports must differ", _names_differ, ("ports",)),
                    Rule(
                        "Required value: an ExternalName Service needs externalName", _external_name, ("externalName",)
                    ),
                ),
            )
        },
        required=("spec",),
    ),
    derive=_target_ports,
    has_status=True,
    columns=(
        Column("Type", "spec.type"),
        Column("Cluster-IP", "spec.clusterIP"),
        Column("External-IP", "join(',', (status.loadBalancer.ingress || `[]`)[].[ip || hostname][])"),
        Column("Port(s)", "join(',', (spec.ports || `[]`)[].join('/', [to_string(port), protocol]))"),
        AGE,
    ),
    source="Kubernetes core/v1",
)
