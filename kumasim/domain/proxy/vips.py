"""Names and virtual addresses of services in the mesh's own DNS.

Source: F-1 to F-8, B-48.
"""

from __future__ import annotations

import json

from kumasim.domain.reconcilers.base import View
from kumasim.domain.tree import dig


def mesh_names(service: str) -> tuple[str, ...]:
    """The `.mesh` names of a service tag: as it is, and with dots for underscores. Source: F-4."""
    dotted = service.replace("_", ".")
    return (f"{service}.mesh",) if dotted == service else (f"{service}.mesh", f"{dotted}.mesh")


def addresses(view: View, mesh: str) -> dict[str, str]:
    """The virtual address of each service tag, as ConfigMap `kuma-<mesh>-dns-vips` holds them.

    Entries are keyed `0:<service tag>` there, each with its `address`. A table that is missing or of another shape
    leaves services reachable by name only.
    """
    found = view.get("ConfigMap", view.around.system_namespace, f"kuma-{mesh}-dns-vips")
    text = "" if found is None else dig(found.body, "data", "config", default="")
    try:
        table = json.loads(text) if text else {}
    except ValueError:
        return {}
    services = [key for key in sorted(table) if key.startswith("0:")]
    return {key[2:]: str(_address(table[key])) for key in services}


def _address(entry: object) -> object:
    return entry.get("address", "") if isinstance(entry, dict) else entry
