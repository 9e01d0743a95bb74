"""What an API server does to objects of a kind before it stores them: one file per kind or close family.

To add one: a module beside this with a `Strategy`, and a line in the table below.
"""

from __future__ import annotations

from collections.abc import Mapping

from kumasim.domain.kubernetes.api.strategies import gateway_class, namespace, node, pod, secret, service, workload
from kumasim.domain.kubernetes.api.strategies.base import PLAIN, Strategy
from kumasim.domain.resource import Key

_STRATEGIES: Mapping[tuple[str, str], Strategy] = {
    ("", "Namespace"): namespace.STRATEGY,
    ("", "Node"): node.STRATEGY,
    ("", "Pod"): pod.STRATEGY,
    ("", "Secret"): secret.STRATEGY,
    ("", "Service"): service.STRATEGY,
    ("apps", "DaemonSet"): workload.DAEMON_SET,
    ("apps", "Deployment"): workload.DEPLOYMENT,
    ("apps", "ReplicaSet"): workload.REPLICA_SET,
    ("apps", "StatefulSet"): workload.STATEFUL_SET,
    ("gateway.networking.k8s.io", "GatewayClass"): gateway_class.STRATEGY,
}


def strategy_of(key: Key) -> Strategy:
    """The strategy of a kind; one that does nothing for kinds that have none."""
    return _STRATEGIES.get((key.group, key.kind), PLAIN)
