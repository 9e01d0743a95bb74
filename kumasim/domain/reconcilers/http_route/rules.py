"""Rules of an HTTPRoute as rules of a MeshHTTPRoute, and the first reference in them that cannot be resolved.

Source: GW-105 to GW-108, GW-133 to GW-135, GW-149, GW-150.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.http_route.backends import Referrer, Unresolved, resolve
from kumasim.domain.reconcilers.http_route.filters import convert
from kumasim.domain.tree import FrozenMap, dig, freeze

_EVERYTHING = FrozenMap()


@attrs.frozen
class Rules:
    """The rules of a route for one kind of parent.

    Args:
        rules: as the MeshHTTPRoute has them.
        wrong: the first failing reference in rule order, filters before backends; later ones are not seen (GW-107).
    """

    rules: tuple[FrozenMap, ...]
    wrong: Unresolved | None


def convert_rules(view: View, referrer: Referrer, rules: tuple[FrozenMap, ...]) -> Rules:
    """All rules of a route, whatever is wrong with some of them (GW-108)."""
    wrong: Unresolved | None = None
    made = []
    for rule in rules:
        converted, failures = _rule(view, referrer, rule)
        made.append(converted)
        wrong = wrong or next(iter(failures), None)
    return Rules(tuple(made), wrong)


def _rule(view: View, referrer: Referrer, rule: FrozenMap) -> tuple[FrozenMap, list[Unresolved]]:
    filters = [convert(view, referrer, entry) for entry in dig(rule, "filters", default=())]
    backends = [_backend(view, referrer, entry) for entry in dig(rule, "backendRefs", default=())]
    default = {
        "filters": [made for made, _ in filters if made is not None],
        "backendRefs": [made for made, _ in backends],
    }
    matches = [_match(entry) for entry in dig(rule, "matches", default=(_EVERYTHING,))]
    converted = {"matches": matches, "default": {field: items for field, items in default.items() if items}}
    return freeze(converted), [wrong for _, wrong in (*filters, *backends) if wrong is not None]


def _backend(view: View, referrer: Referrer, entry: FrozenMap) -> tuple[FrozenMap, Unresolved | None]:
    """A backend with its weight, 0 included; an unresolved one keeps its share. Source: GW-132, GW-133, GW-134."""
    target, wrong = resolve(view, referrer, entry)
    return target.with_(weight=dig(entry, "weight", default=1)), wrong


def _match(entry: FrozenMap) -> dict[str, Any]:
    """One match; the path prefix loses one trailing slash, header names are lower-cased. Source: GW-149, GW-150."""
    kind = dig(entry, "path", "type", default="PathPrefix")
    value = dig(entry, "path", "value", default="/")
    if kind == "PathPrefix" and value != "/":
        value = value.removesuffix("/")
    made: dict[str, Any] = {"path": {"type": kind, "value": value}}
    if entry.get("method") is not None:
        made["method"] = entry["method"]
    headers = [_named(header, str(header.get("name", "")).lower()) for header in dig(entry, "headers", default=())]
    parameters = [_named(each, str(each.get("name", ""))) for each in dig(entry, "queryParams", default=())]
    return {**made, **({"headers": headers} if headers else {}), **({"queryParams": parameters} if parameters else {})}


def _named(entry: FrozenMap, name: str) -> dict[str, Any]:
    return {"type": entry.get("type") or "Exact", "name": name, "value": entry.get("value", "")}
