"""What every store ought to hold of what users made, as one plain function; it shares no code with the simulator.

Source: tables and rules of sections B to D of the KDS rules.
"""

from __future__ import annotations

from typing import Any

SAFE = "bcdfghjklmnpqrstvwxz2456789"
PLUGIN = {"MeshTimeout", "MeshRetry", "MeshTrafficPermission", "MeshMetric", "HostnameGenerator"}
OLDER = {"TrafficLog", "CircuitBreaker"}
Made = dict[str, dict[tuple[str, str, str], dict[str, Any]]]
"""Store -> (kind, namespace, name) -> manifest, as its user made it."""


def hashed(*parts: str) -> str:
    value = 0xCBF29CE484222325
    for byte in "".join(parts).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return parts[1] + "-" + "".join(SAFE[ord(digit) % 27] for digit in f"{value:016x}")


def expected(made: Made) -> dict[str, set[tuple[str, str, str]]]:
    """For each store the (kind, namespace, name) of all that users made, there or elsewhere."""
    zones = [store for store in made if store != "global"]
    held = {store: set(objects) for store, objects in made.items()}
    for (kind, namespace, name), tree in made["global"].items():
        mesh = tree["metadata"].get("labels", {}).get("kuma.io/mesh") or tree.get("mesh") or "default"
        for zone in zones:
            if kind == "Secret" or kind in ("Mesh", "HostnameGenerator"):
                held[zone].add((kind, namespace, name))
            elif kind in OLDER:
                held[zone].add((kind, "", hashed(mesh, name)))
            elif kind in PLUGIN:
                held[zone].add((kind, "kuma-system", hashed(mesh, name, "kuma-system")))
    for zone in zones:
        for kind, namespace, name in made[zone]:
            labels = made[zone][kind, namespace, name]["metadata"].get("labels", {})
            if kind in PLUGIN:
                mesh = "" if kind == "HostnameGenerator" else labels.get("kuma.io/mesh", "default")
                held["global"].add((kind, "kuma-system", hashed(mesh, name, zone, namespace)))
    return held
