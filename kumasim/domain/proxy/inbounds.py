"""The inbounds of a sidecar: the ports it guards, and who may enter.

Source: B-30 to B-34, H-33 to H-37.
"""

from __future__ import annotations

from kumasim.domain.proxy import indexes
from kumasim.domain.proxy.config import ProxyInbound
from kumasim.domain.proxy.mesh import MeshSettings
from kumasim.domain.proxy.permissions import Permissions, permissions
from kumasim.domain.proxy.workloads import address_of, healthy
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig


def inbounds(view: View, mesh: MeshSettings, dataplane: Resource) -> tuple[ProxyInbound, ...]:
    """The inbounds of a sidecar, in the order of its Dataplane; without mTLS nobody is asked for permission (H-33).

    Args:
        view, mesh: of the zone control plane.
        dataplane: the sidecar's.
    """
    made = []
    for tree in indexes.inbounds(dataplane):
        tags = dig(tree, "tags", default=EMPTY)
        found = permissions(view, mesh.name, tags) if mesh.mtls else Permissions()
        made.append(
            ProxyInbound(
                address_of(dataplane, tree), dig(tree, "port", default=0), tags, healthy(tree), mesh.mtls,
                found.rules, found.network_level,
            )
        )  # fmt: skip
    return tuple(made)
