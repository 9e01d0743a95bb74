"""Service controller of a cloud: a LoadBalancer Service gets a public address after a while, or never.

Source: k8s.io/cloud-provider controllers/service.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.resource import Key
from kumasim.domain.tree import EMPTY, FrozenMap, dig
from kumasim.domain.writes import Write

_ONE_ADDRESS = FrozenMap(ingress=(FrozenMap(ipMode="VIP"),))
"""An entry without ip: the API server gives the address out (see the Service's strategy)."""


def load_balancer(delay_ns: int | None) -> Reconciler:
    """The reconciler that gives LoadBalancer Services their addresses.

    Args:
        delay_ns: from a Service's creation to its address; None for a cluster without load balancers, where it stays
            pending.
    """

    def reconcile(view: View, key: Key) -> Plan:
        service = view.store.get(key)
        if service is None or service.meta.deleted_ns >= 0:
            return NOTHING
        has = bool(dig(service.status, "loadBalancer", "ingress"))
        wants = service.spec.get("type") == "LoadBalancer"
        if has and not wants:
            return Plan((_written(key, EMPTY.with_(ingress=None)),))
        if has or not wants or delay_ns is None or service.spec.get("loadBalancerClass"):
            return NOTHING
        left = service.meta.created_ns + delay_ns - view.now_ns
        return Plan(again_in_ns=left) if left > 0 else Plan((_written(key, _ONE_ADDRESS),))

    return Reconciler("service", {("", "Service"): itself}, reconcile, source="Kubernetes, cloud provider")


def _written(key: Key, state: FrozenMap) -> Write:
    return Write("merge", key, patch=FrozenMap(status=FrozenMap(loadBalancer=state)), subresource="status")
