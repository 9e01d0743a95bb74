"""Node: its kubelet registers it together with its status."""

from __future__ import annotations

from kumasim.domain.kubernetes.api.strategies.base import Strategy

STRATEGY = Strategy(keeps_status=True)
