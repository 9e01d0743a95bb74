"""The control plane of a zone or of the global, on Kubernetes or on Universal.

It keeps nothing but what it observes: everything durable lives in its API server, or its Universal store. After a crash it lists and connects
anew.
"""

from __future__ import annotations

from typing import Any

import attrs

from kumasim.domain import proxy
from kumasim.domain.changed import changed
from kumasim.domain.decider import Send
from kumasim.domain.reconcilers import reconcilers
from kumasim.domain.reconcilers.base import Reconciler, Surroundings, View
from kumasim.domain.roles.admission import admission
from kumasim.domain.roles.controllers import Controllers, ControllersState
from kumasim.domain.roles.dataplane_collector import dataplane_collector
from kumasim.domain.roles.dataplane_lifecycle import LifecycleState, dataplane_lifecycle
from kumasim.domain.roles.kds_receiver import kds_receiver
from kumasim.domain.roles.kds_sender import kds_sender
from kumasim.domain.roles.kds_session import KdsState, kds_session
from kumasim.domain.roles.parts import PartedRole
from kumasim.domain.roles.universal_start import universal_start
from kumasim.domain.roles.vip_allocator import INDEXES as VIP_INDEXES
from kumasim.domain.roles.vip_allocator import VipState, vip_allocator
from kumasim.domain.roles.watching import Kinds, watch_client
from kumasim.domain.roles.xds_server import XdsServer, XdsState
from kumasim.domain.roles.zone_insights import zone_insights
from kumasim.domain.store import Indexes, Store
from kumasim.domain.sync.core import GROUP
from kumasim.domain.sync.storage import TYPES, KubernetesStorage
from kumasim.domain.sync.traits import table
from kumasim.domain.sync.universal_storage import Storage, storage
from kumasim.domain.universal.writes import CONTROL_PLANE
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest


@value
class ControlPlaneArguments:
    """What a control plane is told at its birth."""

    around: Surroundings
    cluster: str


@value
class ControlPlaneState:
    """What a control plane knows.

    Args:
        around: its mode, zone, profile and settings.
        cluster: its API server.
        cache: what it has observed there.
        synced: whether it has seen a full list.
        relisting: whether its watch broke and it waits to ask anew.
        controllers, xds, kds, lifecycle, vips: what its parts are busy with.
    """

    around: Surroundings
    cluster: str
    cache: Store
    synced: bool = False
    relisting: bool = False
    controllers: ControllersState = attrs.field(factory=ControllersState)
    xds: XdsState = attrs.field(factory=XdsState)
    kds: KdsState = attrs.field(factory=KdsState)
    lifecycle: LifecycleState = attrs.field(factory=LifecycleState)
    vips: VipState = attrs.field(factory=VipState)
    reconcilers: tuple[Reconciler, ...] = attrs.field(default=(), eq=False, repr=False)
    kinds: Kinds = ()
    storage: Storage = attrs.field(default=KubernetesStorage("kuma-system"), repr=False)

    @property
    def account(self) -> str:
        """The user that it writes as."""
        if self.around.universal:
            return CONTROL_PLANE
        return f"system:serviceaccount:{self.around.system_namespace}:kuma-control-plane"

    def arguments_with(self, **settings: Any) -> ControlPlaneArguments:
        """What this control plane is told when it starts again with other settings: fields of its surroundings."""
        return ControlPlaneArguments(changed(self.around, **settings), self.cluster)


def _initial(arguments: ControlPlaneArguments) -> ControlPlaneState:
    chosen = reconcilers(arguments.around)
    indexes = Indexes.of([*(index for one in chosen for index in one.indexes), *proxy.INDEXES, *VIP_INDEXES])
    return ControlPlaneState(
        arguments.around,
        arguments.cluster,
        Store(indexes),
        reconcilers=chosen,
        kinds=_watched(chosen, arguments.around.universal),
        storage=storage(arguments.around),
    )


def _watched(chosen: tuple[Reconciler, ...], universal: bool) -> Kinds:
    kinds = {kind for one in chosen for kind in one.wakes}
    kinds |= set(proxy.WATCHED)
    kinds |= {(GROUP, type_) for type_ in table()} if universal else set(TYPES)
    kinds |= {("", "Namespace"), (GROUP, "Zone"), (GROUP, "ZoneInsight"), (GROUP, "Mesh"), (GROUP, "MeshGatewayConfig")}
    return tuple(sorted(kinds))


def _view(state: ControlPlaneState, now_ns: int) -> View:
    return View(state.cache, state.around, now_ns)


def _submit(state: ControlPlaneState, request: ApiRequest, topic: str) -> Send:
    return Send(state.cluster, changed(request, user=state.account), topic=topic)


def _server(state: ControlPlaneState) -> str:
    return state.cluster


def control_plane() -> PartedRole[ControlPlaneState]:
    """The role of a control plane."""
    parts: list[Any] = [
        watch_client(lambda state: state.kinds),
        Controllers(lambda state: state.reconcilers, _view, _submit, lambda name: name, _server).part(),
        admission(_view),
        kds_session(),
        kds_sender(),
        kds_receiver(),
        zone_insights(),
        XdsServer(_view).part(),
        vip_allocator(_submit),
        dataplane_lifecycle(),
        dataplane_collector(),
        universal_start(),
    ]
    return PartedRole(_initial, parts)
