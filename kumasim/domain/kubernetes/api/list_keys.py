"""Which lists are merged item by item, and what tells their items apart.

Most lists belong to whoever wrote them and are replaced whole. These are the ones that Kubernetes' own types, and the
Gateway API, declare to be maps in disguise.

Source: `+listType=map` and `+patchMergeKey` of k8s.io/api and sigs.k8s.io/gateway-api v1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumasim.domain.resource import Key

_ListKeys = Mapping[str, tuple[tuple[str, ...], ...]]

_EVERYWHERE: _ListKeys = {"conditions": (("type",),)}

_WORKLOADS: _ListKeys = {
    **_EVERYWHERE,
    "containers": (("name",),),
    "env": (("name",),),
    "ephemeralContainers": (("name",),),
    "hostAliases": (("ip",),),
    "imagePullSecrets": (("name",),),
    "initContainers": (("name",),),
    "ports": (("containerPort", "protocol"), ("port", "protocol")),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "volumeDevices": (("devicePath",),),
    "volumeMounts": (("mountPath",),),
    "volumes": (("name",),),
}
"""By field name: the keys to try, in order."""

_GATEWAY: _ListKeys = {**_EVERYWHERE, "listeners": (("name",),)}

_BY_GROUP: Mapping[str, _ListKeys] = {"": _WORKLOADS, "apps": _WORKLOADS, "batch": _WORKLOADS}
_BY_KIND: Mapping[tuple[str, str], _ListKeys] = {("gateway.networking.k8s.io", "Gateway"): _GATEWAY}

_DEFAULTS = {"protocol": "TCP"}
"""What a key field means where it is left out."""


class ListKeys:
    """The keyed lists of one kind."""

    def __init__(self, key: Key) -> None:
        self._table = _BY_KIND.get((key.group, key.kind)) or _BY_GROUP.get(key.group, _EVERYWHERE)

    def names(self, field: str, *lists: Any) -> tuple[str, ...] | None:
        """The fields that tell the items of these lists apart; None if the field's lists are replaced whole.

        Lists in which an item lacks a key, or two items have the same, are replaced whole too.
        """
        items = [entry for entries in lists if isinstance(entries, tuple) for entry in entries]
        for names in self._table.get(field, ()):
            present = all(isinstance(item, Mapping) and names[0] in item for item in items)
            if items and present and all(_distinct(entries, names) for entries in lists):
                return names
        return None


def identity(item: Mapping[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    """What tells an item of a keyed list from the others."""
    return tuple([item.get(name, _DEFAULTS.get(name)) for name in names])


def _distinct(entries: Any, names: tuple[str, ...]) -> bool:
    found = [identity(entry, names) for entry in entries or ()]
    return len(set(found)) == len(found)
