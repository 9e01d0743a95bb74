"""Shapes for what a scenario calls by name: stores, actors, DNS labels, components."""

from __future__ import annotations

import re
from typing import Any

from kumasim.scenario.cursor import Cursor, suggest
from kumasim.scenario.shapes import ListOf, Text

DNS_LABEL = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_LABEL = re.compile(DNS_LABEL)


def dns_label(at: Cursor, name: Any) -> Any:
    """Keeps a name that may be a zone's: a DNS label, and not `global`."""
    if name == "global":
        return at.problem("KS1302", "a zone cannot be called global", "choose another name", key=True)
    if not _LABEL.fullmatch(name):
        lower = re.sub(r"[^-a-z0-9]+", "-", name.lower()).strip("-")
        fix = f"write {lower}" if _LABEL.fullmatch(lower) else ""
        return at.problem("KS1302", f"{name!r} is not a DNS label", fix, key=True)
    return name


def _zone_name(at: Cursor, name: str) -> Any:
    """A zone's name as a value, not as a key."""
    if name != "global" and _LABEL.fullmatch(name):
        return name
    return at.problem("KS1302", f"{name!r} cannot be the name of a zone")


def _store(at: Cursor, name: str) -> Any:
    stores = at.reading.stores
    if name in stores:
        return name
    return at.problem("KS1301", f"there is no store {name!r}", suggest(name, stores))


def _zone(at: Cursor, name: str) -> Any:
    zones = [store for store in at.reading.stores if store != "global"]
    if name in zones:
        return name
    return at.problem("KS1301", f"there is no zone {name!r}", suggest(name, zones))


def _actor(at: Cursor, name: str) -> Any:
    """A store, or an actor inside one: `zone-1/cluster`, `zone-1/dp/NAME`, `user`."""
    if name == "user" or name.partition("/")[0] in at.reading.stores:
        return name
    return at.problem("KS1301", f"there is no actor {name!r}", suggest(name, [*at.reading.stores, "user"]))


def _two(at: Cursor, names: tuple[str, ...]) -> Any:
    if names[0] == names[1]:
        return at.problem("KS1305", f"{names[0]} twice", "name two different ends")
    return names


_COMPONENTS = ("control-plane", "cluster")


def _component(at: Cursor, name: str) -> Any:
    parts = name.split("/")
    if name in _COMPONENTS or (len(parts) == 3 and parts[0] == "Pod" and all(parts)):
        return name
    fix = suggest(name, [*_COMPONENTS, "Pod/namespace/name"])
    return at.problem("KS1204", f"there is no component {name!r}", fix)


STORE = Text(check=_store)
STORES = ListOf(STORE, least=1, one=True)
ZONE = Text(check=_zone)
ZONE_NAME = Text(check=_zone_name, pattern=DNS_LABEL)
COMPONENT = Text(check=_component, pattern=r"control-plane|cluster|Pod/[^/]+/[^/]+")
ACTORS = ListOf(Text(check=_actor), least=2, most=2, check=_two)
STORE_PAIR = ListOf(STORE, least=2, most=2, check=_two)
