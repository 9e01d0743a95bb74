"""The controllers that every cluster runs, and the accounts they write with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kumasim.domain.kubernetes.daemon_set import DAEMON_SET
from kumasim.domain.kubernetes.deployment import DEPLOYMENT
from kumasim.domain.kubernetes.endpoint_slices import ENDPOINT_SLICES
from kumasim.domain.kubernetes.garbage_collector import garbage_collector
from kumasim.domain.kubernetes.kubelet import START_UP_NS, kubelet
from kumasim.domain.kubernetes.load_balancer import load_balancer
from kumasim.domain.kubernetes.namespace import namespace
from kumasim.domain.kubernetes.replica_set import REPLICA_SET
from kumasim.domain.kubernetes.scope import BUILT_IN, registered
from kumasim.domain.kubernetes.stateful_set import STATEFUL_SET
from kumasim.domain.reconcilers.base import Reconciler

_ACCOUNTS: Mapping[str, str] = {
    "generic-garbage-collector": "system:serviceaccount:kube-system:generic-garbage-collector",
    "kubelet": "system:node",
}


def account(reconciler_name: str) -> str:
    """The user as which a built-in controller writes.

    Source: Kubernetes' bootstrap policy; KDS-91 for the garbage collector's.
    """
    return _ACCOUNTS.get(reconciler_name, f"system:serviceaccount:kube-system:{reconciler_name}-controller")


def controllers(
    load_balancer_delay_ns: int | None,
    kinds: Iterable[tuple[str, str]] | None = None,
    start_up_ns: int = START_UP_NS,
) -> tuple[Reconciler, ...]:
    """The built-in controllers of a cluster.

    Args:
        load_balancer_delay_ns: how long a LoadBalancer Service waits for its address; None: forever.
        kinds: the (group, kind) pairs of custom resources, for namespace deletion and garbage collection; by default
            all that the simulator knows.
        start_up_ns: how long a pod takes to start.
    """
    every = tuple(sorted({*BUILT_IN, *(registered() if kinds is None else kinds)}))
    return (
        DEPLOYMENT,
        REPLICA_SET,
        STATEFUL_SET,
        DAEMON_SET,
        kubelet(start_up_ns),
        ENDPOINT_SLICES,
        load_balancer(load_balancer_delay_ns),
        namespace(tuple(kind for kind in every if kind != ("", "Namespace"))),
        garbage_collector(every),
    )
