"""The part that gives addresses to MeshServices and MeshExternalServices that have none.

Every control plane but the global's has one. It looks every five seconds if something came without an address; an
address once given is not given again while the control plane lives, even if its owner has gone.

Source: C-28, C-29, KDS-192, KDS-194.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import After, Delivery, Effect, Restarted
from kumasim.domain.persistent import Keys, Map
from kumasim.domain.policy.identity import KUMA
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.parts import Part
from kumasim.domain.store import Index
from kumasim.domain.sync.stream import next_tick_ns
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, update_status

INTERVAL_NS = 5_000_000_000

FIRST = {"MeshExternalService": int(IPv4Address("242.0.0.0")), "MeshService": int(IPv4Address("241.0.0.0"))}
"""The first address of each kind's range. Source: C-29."""


def _addresses(resource: Resource) -> Iterable[str]:
    return [str(dig(one, "ip", default="")) for one in dig(resource.status, "vips", default=())]


INDEXES = tuple(Index(f"address-{kind.lower()}", kind, _addresses) for kind in FIRST)


@value
class VipState:
    """What the allocator remembers.

    Args:
        waiting: what has to be looked at on the next tick.
        next: where the search for a free address goes on, by kind.
        ticking: whether a tick is due.
    """

    waiting: Keys[Key] = attrs.field(factory=Keys)
    next: Map[str, int] = attrs.field(factory=Map)
    ticking: bool = False


@value
class AllocateVips:
    """Message to oneself: look at what has no address."""


@value
class AddressesWanted:
    """Event: these came without an address."""

    keys: tuple[Key, ...]
    again_in_ns: int

    @property
    def subject(self) -> str:
        return ""


@value
class AddressesGiven:
    """Event: each got an address, in this order."""

    given: tuple[tuple[Key, str], ...]
    next: tuple[tuple[str, int], ...]

    @property
    def subject(self) -> str:
        return ""


def _needs(resource: Resource | None) -> bool:
    return resource is not None and resource.kind in FIRST and not any(_addresses(resource))


def _on_changed(state: Any, delivery: Delivery) -> Iterable[Any]:
    if state.around.mode == "global":
        return
    found = {
        change.one.key
        for change in delivery.body.changes
        if change.one.key.group == KUMA and _needs(change.after) and change.one.key not in state.vips.waiting
    }
    if found:
        wait_ns = -1 if state.vips.ticking else next_tick_ns(0, delivery.at_ns, INTERVAL_NS)
        yield AddressesWanted(tuple(sorted(found)), wait_ns)


def _on_tick(state: Any, delivery: Delivery) -> Iterable[Any]:
    given: list[tuple[Key, str]] = []
    following = {kind: state.vips.next.get(kind, first) for kind, first in FIRST.items()}
    for key in state.vips.waiting.sorted():
        if _needs(state.cache.get(key)):
            number = _free(state, key.kind, following[key.kind])
            given.append((key, str(IPv4Address(number))))
            following[key.kind] = number + 1
    yield AddressesGiven(tuple(given), tuple(sorted(following.items())))


def _free(state: Any, kind: str, number: int) -> int:
    while state.cache.find(f"address-{kind.lower()}", str(IPv4Address(number))):
        number += 1
    return number


def _schedule(state: Any, event: AddressesWanted) -> Iterable[Effect]:
    return [After(event.again_in_ns, AllocateVips())] if event.again_in_ns >= 0 else []


def _wanted(state: Any, event: AddressesWanted) -> Any:
    waiting = state.vips.waiting
    for key in event.keys:
        waiting = waiting.add(key)
    return changed(state, vips=changed(state.vips, waiting=waiting, ticking=True))


def _given(state: Any, event: AddressesGiven) -> Any:
    return changed(state, vips=VipState(next=Map(event.next)))


def _forget(state: Any, event: Restarted) -> Any:
    return changed(state, vips=VipState())


def vip_allocator(submit: Callable[[Any, ApiRequest, str], Effect]) -> Part:
    """The part of a control plane that gives addresses. The state keeps `vips`, `cache` and `around`.

    Args:
        submit: how its writes reach the API server.
    """

    def write(state: Any, event: AddressesGiven) -> Iterable[Effect]:
        for key, address in event.given:
            patch = update_status(key, {"vips": (FrozenMap({"ip": address}),)})
            yield submit(state, ApiRequest(("vip", key), patch, ""), f"vip {key}")

    return Part(
        name="vip allocator",
        decides={Changed: _on_changed, AllocateVips: _on_tick},
        evolves={AddressesWanted: _wanted, AddressesGiven: _given, Restarted: _forget},
        reacts={AddressesWanted: _schedule, AddressesGiven: write},
    )
