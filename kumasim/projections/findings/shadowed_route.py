"""A match of a route that never decides, because a stronger route of the same gateway has the same one.

Source: D-37 (the smaller name wins), D-38 (identical matches merge), D-32f (equal entries keep their order [U]),
GW-177.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from kumasim.domain.policy.order import ordered
from kumasim.domain.proxy import matches
from kumasim.domain.reconcilers.gateway_api import GROUP, KUMA_GROUP
from kumasim.domain.reconcilers.names import OWNER_LABEL, owner_label
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import dig
from kumasim.projections.findings.base import Converged, Finding, Path, Written, found

CODE = "KS0304"


@attrs.frozen
class _Entry:
    """One match of one route, as a gateway has it.

    Args:
        listener: the listener it is about, "" for all.
        place: which match of the user's object it is.
    """

    written: Written
    listener: str
    hostname: str
    match: Any
    place: Path


def shadowed_route(world: Converged) -> Iterable[Finding]:
    """Finds matches that another one hides, with the line of both."""
    for store in world.zones():
        told: dict[tuple[str, Path], None] = {}
        for entries in _by_gateway(world, store).values():
            for hidden, by in _hidden(entries):
                finding = _told(hidden, by)
                # A route with several hostnames is told of once.
                place = (str(hidden.written.key), hidden.place)
                if place not in told:
                    told[place] = None
                    yield finding


def _by_gateway(world: Converged, store: str) -> dict[tuple[str, str], list[_Entry]]:
    """The entries of each MeshGateway, the strongest first."""
    routes = world.stores[store].list(KUMA_GROUP, "MeshHTTPRoute")
    owners = {
        owner_label(written.resource.namespace, written.resource.name): written
        for written, _ in world.of_kind(GROUP, "HTTPRoute")
        if written.store == store
    }
    gateways: dict[tuple[str, str], list[_Entry]] = {}
    for policy in reversed(ordered(routes)):
        target = dig(policy.spec, "targetRef", "name")
        written = owners.get(str(policy.meta.labels.get(OWNER_LABEL, ""))) or world.written_as(store, policy.key)
        if dig(policy.spec, "targetRef", "kind") == "MeshGateway" and written is not None:
            mesh = str(policy.meta.labels.get("kuma.io/mesh", "default"))
            gateways.setdefault((mesh, str(target)), []).extend(_entries(policy, written))
    return gateways


def _entries(policy: Resource, written: Written) -> Iterator[_Entry]:
    tags = dig(policy.spec, "targetRef", "tags", default={})
    listener = str(sorted(tags.items())) if tags else ""
    generated = written.key.group == GROUP
    for item, to in enumerate(dig(policy.spec, "to", default=())):
        inside: Path = ("spec",) if generated else ("spec", "to", item)
        for number, rule in enumerate(dig(to, "rules", default=())):
            for index, tree in enumerate(dig(rule, "matches", default=()) or ({},)):
                for hostname in dig(to, "hostnames", default=()) or ("*",):
                    place = (*inside, "rules", number, "matches", index)
                    yield _Entry(written, listener, hostname, _comparable(tree), place)


def _comparable(tree: Any) -> Any:
    made = matches.read(tree)
    return (made.path, made.method, frozenset(made.headers), frozenset(made.query))


def _hidden(entries: list[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    """Pairs of an entry and the stronger one that hides it."""
    strongest: dict[Any, list[_Entry]] = {}
    for entry in entries:
        rivals = strongest.setdefault((entry.hostname, entry.match), [])
        by = next((one for one in rivals if one.listener in ("", entry.listener) or not entry.listener), None)
        if by is not None and (by.written, by.place) != (entry.written, entry.place):
            yield entry, by
        rivals.append(entry)


def _told(hidden: _Entry, by: _Entry) -> Finding:
    own = by.written.key == hidden.written.key
    other = "an earlier rule of the same route" if own else f"{by.written.key.kind} {_name(by.written.key)}"
    cause = f"this match never decides: {other} at {by.written.place(by.place)} has the same one and comes first"
    if by.listener and not hidden.listener:
        cause += " on the listener that it names"
    remedy = "merge both rules, or tell their matches apart (of two routes the smaller name wins)"
    return found(CODE, hidden.written, cause, "" if own else remedy, hidden.place)


def _name(key: Key) -> str:
    return f"{key.namespace}/{key.name}" if key.namespace else key.name
