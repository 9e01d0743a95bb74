"""Users: whose writes are not questioned.

Source: KDS-91.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.base import Surroundings

PERSON = "kubernetes-admin"
"""Whoever works with kubectl."""

GARBAGE_COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector"

ALLOWED_USERS = "KUMA_RUNTIME_KUBERNETES_ALLOWED_USERS"
"""The control plane variable that adds accounts, separated by commas."""


def control_plane(system_namespace: str = "kuma-system") -> str:
    """The account of a control plane that lives in a namespace."""
    return f"system:serviceaccount:{system_namespace}:kuma-control-plane"


def privileged(around: Surroundings, user: str) -> bool:
    """Whether an account may write what and where it likes: the control plane's own (so all that KDS writes), the
    garbage collector's, and those that the configuration names.

    Source: KDS-91, GW-199.
    """
    if user in (control_plane(around.system_namespace), GARBAGE_COLLECTOR):
        return True
    return user in around.config.get(ALLOWED_USERS, "").split(",")
