"""The table of virtual addresses that a zone keeps for each mesh: ConfigMap `kuma-<mesh>-dns-vips`.

Its `config` is JSON: `{"0:echo_default_svc_80": {"address": "240.0.0.0", "outbounds": [{"Port": 0, "TagSet": {...},
"Origin": "service"}]}}`. The number says what the name is: 0 a service tag, 1 a host, 2 a full domain name.

Source: F-3 to F-8, E-2 to E-6, KDS-189, KDS-190.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any, NamedTuple

import attrs

from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig, freeze

SERVICE, HOST, FQDN = 0, 1, 2
"""What a name is; also the order in which names get addresses (F-6)."""

FIRST = IPv4Address("240.0.0.0")
"""The first address of 240.0.0.0/4. Source: F-6."""


class Name(NamedTuple):
    """What an address is for; sorts as names are given addresses."""

    type: int
    text: str

    def __str__(self) -> str:
        return f"{self.type}:{self.text}"


@attrs.frozen
class VipOutbound:
    """One port of an address: port 0 is the service's `.mesh` port; tags choose the endpoints."""

    port: int
    tags: FrozenMap = EMPTY
    origin: str = "service"

    @classmethod
    def read(cls, tree: Any) -> VipOutbound:
        """An entry as the ConfigMap holds it."""
        return cls(
            int(dig(tree, "Port", default=0)), dig(tree, "TagSet", default=EMPTY), dig(tree, "Origin", default="")
        )

    def tree(self) -> dict[str, Any]:
        """The entry as the ConfigMap holds it."""
        return {"Port": self.port, "TagSet": dict(sorted(self.tags.items())), "Origin": self.origin}


@attrs.frozen
class Vip:
    """An address, and what it leads to by port; "" while none was given."""

    address: str
    outbounds: tuple[VipOutbound, ...] = ()


Wanted = Mapping[Name, tuple[VipOutbound, ...]]
"""Every name that needs an address, with its ports."""


@attrs.frozen
class VipTable:
    """The addresses of one mesh in one zone."""

    entries: Mapping[Name, Vip]

    @classmethod
    def of(cls, config_map: Resource) -> VipTable:
        """Reads the ConfigMap, or the Config of a Universal store; one of another shape is as good as none."""
        written = dig(config_map.body, "data", "config") or dig(config_map.body, "config")
        try:
            tree = json.loads(written or "{}")
        except ValueError:
            tree = {}
        found = {}
        for key in sorted(tree) if isinstance(tree, dict) else ():
            kind, colon, text = key.partition(":")
            if colon and kind.isdigit():
                found[Name(int(kind), text)] = _vip(tree[key])
        return cls(found)

    def text(self) -> str:
        """The table as the ConfigMap holds it."""
        tree = {
            str(name): {"address": vip.address, "outbounds": [one.tree() for one in vip.outbounds]}
            for name, vip in sorted(self.entries.items())
        }
        return json.dumps(tree, separators=(",", ":"))

    def address(self, kind: int, text: str) -> str:
        """The address of a name, "" if it has none."""
        found = self.entries.get(Name(kind, text))
        return "" if found is None else found.address


NO_VIPS = VipTable({})


def _vip(entry: Any) -> Vip:
    tree = freeze(entry)
    if isinstance(tree, str):
        return Vip(tree)
    outbounds = dig(tree, "outbounds", default=())
    return Vip(str(dig(tree, "address", default="")), tuple(VipOutbound.read(one) for one in outbounds))


def table_name(mesh: str) -> str:
    """The name of the ConfigMap of a mesh. Source: KDS-189."""
    return f"kuma-{mesh}-dns-vips"


def table_key(mesh: str, system_namespace: str, universal: bool) -> Key:
    """Where a zone keeps the table of a mesh: a ConfigMap on Kubernetes, a Config on Universal."""
    if universal:
        return Key("kuma.io", "Config", "", table_name(mesh))
    return Key("", "ConfigMap", system_namespace, table_name(mesh))


def is_address(text: str) -> bool:
    """Whether a host is written as an IPv4 address, which then is its own virtual address."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def allocated(wanted: Wanted, held: VipTable) -> VipTable:
    """A table with an address for every wanted name.

    Names that have one keep it; the others get the lowest free ones in the order of their kind and text. What is no
    longer wanted loses its address, which is free from then on.

    Args:
        wanted: names with their ports.
        held: the table so far.

    Source: F-6, F-8, KDS-190.
    """
    taken = {vip.address for vip in held.entries.values()}
    free = _free(taken)
    entries: dict[Name, Vip] = {}
    for name in sorted(wanted):
        address = held.address(*name) or (name.text if name.type == HOST and is_address(name.text) else next(free))
        entries[name] = Vip(address, wanted[name])
    return VipTable(entries)


def _free(taken: set[str]) -> Iterator[str]:
    number = int(FIRST)
    while True:
        address = str(IPv4Address(number))
        if address not in taken:
            yield address
        number += 1
