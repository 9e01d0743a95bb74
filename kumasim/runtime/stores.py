"""Where a zone or the global keeps its resources: the cluster of its API server, or a Universal store.

Everybody outside who looks into a store, asks it for something, or stops a control plane asks here which actor that is.
"""

from __future__ import annotations

from collections.abc import Container

CLUSTER, STORE = "/cluster", "/store"


def store_of(place: str, universal: bool) -> str:
    """The actor of a place's store: `zone-1/cluster`, on Universal `zone-1/store`."""
    return f"{place}{STORE if universal else CLUSTER}"


def store_actor(actors: Container[str], place: str) -> str:
    """The actor of a place's store in a world.

    Args:
        actors: the names of the world's actors.
        place: `global` or a zone.
    """
    universal = store_of(place, universal=True)
    return universal if universal in actors else store_of(place, universal=False)


def is_universal(actors: Container[str], place: str) -> bool:
    """Whether a place's store is a Universal one."""
    return store_of(place, universal=True) in actors


def place_of(actor: str) -> str:
    """The place whose store an actor is, "" if it is none."""
    for ending in (CLUSTER, STORE):
        if actor.endswith(ending):
            return actor.removesuffix(ending)
    return ""


def lives(actors: Container[str], actor: str) -> tuple[str, ...]:
    """The actors that live and die together with one, in the order in which they begin: a Universal control plane is
    one process with its store."""
    store = store_of(actor, universal=True)
    return (store, actor) if store in actors else (actor,)
