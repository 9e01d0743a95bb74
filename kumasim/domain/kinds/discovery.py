"""EndpointSlice: the addresses behind a Service.

Source: Kubernetes discovery.k8s.io/v1; B-18, C-21.
"""

from __future__ import annotations

from kumasim.domain.kinds.fields import inert
from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.schema import Anything, Bool, Int, ListOf, Obj, Text

_ENDPOINT = Obj(
    {
        "addresses": ListOf(Text(), min_items=1, max_items=100),
        "conditions": Obj({"ready": Bool(), "serving": Bool(), "terminating": Bool()}),
        "hostname": Text(),
        "nodeName": Text(),
        "zone": Text(),
        "targetRef": Anything(),
        **inert("hints", "deprecatedTopology"),
    },
    required=("addresses",),
)

_PORT = Obj(
    {
        "name": Text(default=""),
        "port": Int(1, 65535),
        "protocol": Text(enum=("TCP", "UDP", "SCTP"), default="TCP"),
        "appProtocol": Text(),
    }
)

KIND = Kind(
    group="discovery.k8s.io",
    kind="EndpointSlice",
    plural="endpointslices",
    versions=("v1",),
    schema=Obj(
        {
            "addressType": Text(enum=("IPv4", "IPv6", "FQDN")),
            "endpoints": ListOf(_ENDPOINT, max_items=1000),
            "ports": ListOf(_PORT, max_items=100),
        },
        required=("addressType",),
    ),
    columns=(
        Column("AddressType", "addressType"),
        Column("Ports", "join(',', (ports || `[]`)[].to_string(port))"),
        Column("Endpoints", "join(',', (endpoints || `[]`)[].addresses[])"),
        AGE,
    ),
    source="Kubernetes discovery.k8s.io/v1",
)
