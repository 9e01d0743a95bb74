"""The cluster: a Kubernetes API server with its store, the built-in controllers, and the kubelets.

What it stores survives a crash; who watched it and what was under way does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.decider import Delivery, Effect, Now, Start
from kumasim.domain.kubernetes.addresses import Allocations
from kumasim.domain.kubernetes.controllers import account
from kumasim.domain.kubernetes.controllers import controllers as built_in
from kumasim.domain.persistent import Map
from kumasim.domain.reconcilers.base import Reconciler, Surroundings, View
from kumasim.domain.resource import Key, Resource
from kumasim.domain.roles.api_server import Pending, api_server
from kumasim.domain.roles.changes import Change, Changed
from kumasim.domain.roles.controllers import Controllers, ControllersState
from kumasim.domain.roles.kubelet import kubelet
from kumasim.domain.roles.parts import Part, PartedRole
from kumasim.domain.roles.watching import Kinds, watch_server
from kumasim.domain.store import Indexes, Store
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest, create


@value
class ClusterArguments:
    """What a cluster is told at its birth.

    Args:
        name: the actor's name, "zone-1/cluster".
        ordinal: its place among the world's clusters; chooses its address ranges.
        control_plane: whose webhooks it asks.
        around: the control plane's surroundings (its zone and profile).
        load_balancer_delay_ns: how long until a Service of type LoadBalancer has an address; -1 for never.
        held: what it holds from the beginning, as stored.
        objects: what is created as soon as it is up.
    """

    name: str
    ordinal: int
    control_plane: str
    around: Surroundings
    load_balancer_delay_ns: int
    held: tuple[Resource, ...] = ()
    objects: tuple[Resource, ...] = ()


@value
class ClusterState:
    """What a cluster knows.

    Args:
        store: all objects.
        version: the resource version of the last change.
        born: how often an object was created under a key.
        applied: what was last applied under a key.
        allocations: who holds which address.
        watchers: who watches which kinds.
        pending: writes that webhooks look at, by number; `reviews` is the last number given.
        proxies: the actor of each pod's proxy, and in `containers` which container it is.
        begun: whether it was ever up.
    """

    name: str
    zone: str
    ordinal: int
    control_plane: str
    around: Surroundings
    objects: tuple[Resource, ...]
    store: Store
    version: int = 0
    born: Map[Key, int] = attrs.field(factory=Map)
    applied: Map[Key, FrozenMap] = attrs.field(factory=Map)
    allocations: Allocations = attrs.field(factory=Allocations)
    watchers: Map[str, Kinds] = attrs.field(factory=Map)
    pending: Map[int, Pending] = attrs.field(factory=Map)
    reviews: int = 0
    controllers: ControllersState = attrs.field(factory=ControllersState)
    proxies: Map[Key, str] = attrs.field(factory=Map)
    containers: Map[Key, str] = attrs.field(factory=Map)
    begun: bool = False
    reconcilers: tuple[Reconciler, ...] = attrs.field(default=(), eq=False, repr=False)


@value
class ClusterStarted:
    """Event: the API server and its controllers are up."""

    first: bool

    @property
    def subject(self) -> str:
        return ""


def _initial(arguments: ClusterArguments) -> ClusterState:
    delay = arguments.load_balancer_delay_ns
    chosen = built_in(None if delay < 0 else delay)
    store = Store(Indexes.of(index for one in chosen for index in one.indexes))
    allocations, born = Allocations(), Map[Key, int]()
    for held in arguments.held:
        store, allocations, born = store.put(held), allocations.after(None, held), born.set(held.key, 1)
    return ClusterState(
        name=arguments.name,
        zone=arguments.name.partition("/")[0],
        ordinal=arguments.ordinal,
        control_plane=arguments.control_plane,
        around=arguments.around,
        objects=arguments.objects,
        store=store,
        version=len(arguments.held),
        born=born,
        allocations=allocations,
        reconcilers=chosen,
    )


def _start(state: ClusterState, delivery: Delivery) -> Iterable[Any]:
    return [ClusterStarted(first=not state.begun)]


def _begin(state: ClusterState, event: ClusterStarted) -> Iterable[Effect]:
    # Controllers that come up look at everything once.
    yield Now(Changed(tuple([Change(held, held) for held in state.store.everything()])))
    if event.first:
        for wanted in state.objects:
            yield Now(ApiRequest(None, create(wanted), "system:admin"))


def _begun(state: ClusterState, event: ClusterStarted) -> ClusterState:
    return changed(state, begun=True)


def _view(state: ClusterState, now_ns: int) -> View:
    return View(state.store, state.around, now_ns)


def _submit(state: ClusterState, request: ApiRequest, topic: str) -> Effect:
    return Now(request)


def cluster() -> PartedRole[ClusterState]:
    """The role of a Kubernetes cluster."""
    starting = Part(
        name="starting", decides={Start: _start}, evolves={ClusterStarted: _begun}, reacts={ClusterStarted: _begin}
    )
    parts = [
        starting,
        api_server(),
        watch_server(lambda state: state.store),
        Controllers(lambda state: state.reconcilers, _view, _submit, account).part(),
        kubelet(),
    ]
    return PartedRole(_initial, parts)
