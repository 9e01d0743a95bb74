"""What ought to be where after everything was synced, written down naively and apart from the simulator's own rules.

Source: the tables of sections B to D of the KDS rules: KDS-29 to KDS-33, KDS-39 to KDS-41, KDS-46, KDS-52, KDS-56.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"

ALWAYS_UP = {"Dataplane", "DataplaneInsight", "ZoneEgress", "ZoneEgressInsight", "ZoneIngressInsight"}
POLICIES = {
    "MeshAccessLog",
    "MeshCircuitBreaker",
    "MeshFaultInjection",
    "MeshHTTPRoute",
    "MeshHealthCheck",
    "MeshLoadBalancingStrategy",
    "MeshMetric",
    "MeshPassthrough",
    "MeshProxyPatch",
    "MeshRateLimit",
    "MeshRetry",
    "MeshTCPRoute",
    "MeshTimeout",
    "MeshTrace",
    "MeshTrafficPermission",
}
LABELLED_UP = POLICIES | {"MeshGateway", "MeshService", "MeshExternalService", "HostnameGenerator"}
DOWN = POLICIES | {"MeshGateway", "MeshExternalService", "HostnameGenerator", "Mesh"}
ACROSS = {"ZoneIngress", "MeshService"}
NAME_KEPT_DOWN = {"Mesh", "ZoneIngress", "HostnameGenerator"}
CLUSTER_SCOPED = {"Mesh", "MeshGateway"}
MESH_FIELD = {"MeshGateway", "Dataplane", "DataplaneInsight"}
NO_MESH = {"Mesh", "HostnameGenerator", "ZoneIngress", "ZoneIngressInsight", "ZoneEgress", "ZoneEgressInsight"}

Tree = dict[str, Any]
Copy = tuple[str, str, str, str]
"""Kind, namespace, name and content of a synced object."""


def kds_name(mesh: str, name: str, *where: str) -> str:
    """KDS-46, as the rulebook's worked example has it."""
    digest = 0xCBF29CE484222325
    for byte in "".join((mesh, name, *where)).encode():
        digest = ((digest ^ byte) * 0x100000001B3) % 2**64
    return name[:236] + "-" + "".join(ALPHABET[ord(digit) % 27] for digit in f"{digest:016x}")


def up(trees: Iterable[Tree], zone: str) -> set[Copy]:
    """What the global ought to hold of a zone, from what the zone holds."""
    expected = set()
    for tree in trees:
        kind, labels = tree["kind"], _labels(tree)
        mine = kind == "ZoneIngress" and tree["spec"].get("zone", "") in ("", zone)
        if kind in ALWAYS_UP or mine or (kind in LABELLED_UP and labels.get("kuma.io/origin") == "zone"):
            name = kds_name(_mesh(tree), _display_name(tree), zone, *_namespace(tree))
            expected.add((kind, _home(kind), name, _content(tree, zone if kind.startswith("Zone") else "")))
    return expected


def down(trees: Iterable[Tree], zone: str, disabled: set[str]) -> set[Copy]:
    """What a zone ought to hold of the global, from what the global holds."""
    expected = set()
    for tree in trees:
        kind, labels = tree["kind"], _labels(tree)
        origin = labels.get("kuma.io/origin", "global")
        if kind in ACROSS:
            home = tree["spec"].get("zone") if kind == "ZoneIngress" else labels.get("kuma.io/zone")
            travels = home != zone and home not in disabled
        else:
            travels = kind in DOWN and origin == "global"
        if travels:
            name = tree["metadata"]["name"]
            if kind not in NAME_KEPT_DOWN:
                place = [labels["kuma.io/zone"]] if labels.get("kuma.io/zone") else []
                name = kds_name(_mesh(tree), _display_name(tree), *place, *_namespace(tree))
            expected.add((kind, _home(kind), name, _content(tree)))
    return expected


def held(trees: Iterable[Tree], **labels: str) -> set[Copy]:
    """What a store holds with these labels (given by the part of their names after `kuma.io/`)."""
    wanted = {f"kuma.io/{name}": text for name, text in labels.items()}
    kinds = ALWAYS_UP | LABELLED_UP | DOWN | ACROSS
    return {
        (tree["kind"], tree["metadata"].get("namespace", ""), tree["metadata"]["name"], _content(tree))
        for tree in trees
        if tree["kind"] in kinds and wanted.items() <= _labels(tree).items()
    }


def _labels(tree: Tree) -> Tree:
    found: Tree = tree["metadata"].get("labels") or {}
    return found


def _display_name(tree: Tree) -> str:
    name: str = (tree["metadata"].get("annotations") or {}).get("kuma.io/display-name") or tree["metadata"]["name"]
    return name


def _namespace(tree: Tree) -> list[str]:
    if tree["kind"] in CLUSTER_SCOPED:
        return []
    return [_labels(tree).get("k8s.kuma.io/namespace") or tree["metadata"]["namespace"]]


def _mesh(tree: Tree) -> str:
    if tree["kind"] in NO_MESH:
        return ""
    if tree["kind"] in MESH_FIELD:
        return str(tree.get("mesh") or "default")
    return str(_labels(tree).get("kuma.io/mesh") or "default")


def _home(kind: str) -> str:
    return "" if kind in CLUSTER_SCOPED else "kuma-system"


def _content(tree: Tree, zone: str = "") -> str:
    spec = dict(tree.get("spec") or {})
    if zone:
        spec["zone"] = zone
    return repr((_mesh(tree), _sorted(spec)))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _sorted(item)) for key, item in value.items())
    return [_sorted(item) for item in value] if isinstance(value, list | tuple) else value
