"""The control plane of a zone or of the global, on Kubernetes.

It keeps nothing but what it observes: everything durable lives in its API server. After a crash it lists and connects
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
from kumasim.domain.roles.kds_receiver import kds_receiver
from kumasim.domain.roles.kds_sender import kds_sender
from kumasim.domain.roles.kds_session import KdsState, kds_session
from kumasim.domain.roles.parts import PartedRole
from kumasim.domain.roles.watching import Kinds, watch_client
from kumasim.domain.roles.xds_server import XdsServer, XdsState
from kumasim.domain.store import Indexes, Store
from kumasim.domain.sync.core import GROUP
from kumasim.domain.sync.traits import table
from kumasim.domain.vocabulary import value
from kumasim.domain.writes import ApiRequest


@value
class ControlPlaneState:
    """What a control plane knows.

    Args:
        around: its mode, zone, profile and settings.
        cluster: its API server.
        cache: what it has observed there.
        synced: whether it has seen a full list.
        controllers, xds, kds: what its parts are busy with.
    """

    around: Surroundings
    cluster: str
    cache: Store
    synced: bool = False
    controllers: ControllersState = attrs.field(factory=ControllersState)
    xds: XdsState = attrs.field(factory=XdsState)
    kds: KdsState = attrs.field(factory=KdsState)
    reconcilers: tuple[Reconciler, ...] = attrs.field(default=(), eq=False, repr=False)
    kinds: Kinds = ()

    @property
    def account(self) -> str:
        """The user that it writes as."""
        return f"system:serviceaccount:{self.around.system_namespace}:kuma-control-plane"


@value
class ControlPlaneArguments:
    """What a control plane is told at its birth."""

    around: Surroundings
    cluster: str


def _initial(arguments: ControlPlaneArguments) -> ControlPlaneState:
    chosen = reconcilers(arguments.around)
    indexes = Indexes.of([*(index for one in chosen for index in one.indexes), *proxy.INDEXES])
    return ControlPlaneState(
        arguments.around, arguments.cluster, Store(indexes), reconcilers=chosen, kinds=_watched(chosen)
    )


def _watched(chosen: tuple[Reconciler, ...]) -> Kinds:
    kinds = {kind for one in chosen for kind in one.wakes}
    kinds |= set(proxy.WATCHED)
    kinds |= {(GROUP, type_) for type_ in table()}
    kinds |= {("", "Namespace"), (GROUP, "Zone"), (GROUP, "Mesh"), (GROUP, "MeshGatewayConfig")}
    return tuple(sorted(kinds))


def _view(state: ControlPlaneState, now_ns: int) -> View:
    return View(state.cache, state.around, now_ns)


def _submit(state: ControlPlaneState, request: ApiRequest, topic: str) -> Send:
    return Send(state.cluster, changed(request, user=state.account), topic=topic)


def control_plane() -> PartedRole[ControlPlaneState]:
    """The role of a control plane on Kubernetes."""
    parts: list[Any] = [
        watch_client(lambda state: state.kinds),
        Controllers(lambda state: state.reconcilers, _view, _submit, lambda name: name).part(),
        admission(_view),
        kds_session(),
        kds_sender(),
        kds_receiver(),
        XdsServer(_view).part(),
    ]
    return PartedRole(_initial, parts)
