"""TLS of a gateway's listener: its mode, and whether its certificates can be had.

Source: D-9, D-57, D-59, GW-62.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.proxy.backends import Unbuildable
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Key
from kumasim.domain.tree import dig
from kumasim.domain.universal.form import key_of


def mode(view: View, mesh: str, listener: Any) -> str:
    """The TLS mode of a listener of a mesh's gateway, "TERMINATE" or "PASSTHROUGH".

    Raises:
        Unbuildable: there is no `tls` (D-9), or a certificate's secret is missing (D-59).
    """
    tls = dig(listener, "tls")
    if tls is None:
        raise Unbuildable("unsupported TLS mode", "D-9")
    chosen = str(dig(tls, "mode", default="TERMINATE"))
    if chosen != "PASSTHROUGH":
        for certificate in dig(tls, "certificates", default=()):
            secret = dig(certificate, "secret")
            if secret is not None and _secret(view, mesh, secret) not in view.store:
                raise Unbuildable(f"certificate {secret} cannot be loaded: there is no such secret", "D-59")
    return chosen


def _secret(view: View, mesh: str, name: str) -> Key:
    """Where a mesh's secret is: in the system namespace on Kubernetes, in the mesh on Universal (KDS-57)."""
    if view.around.universal:
        return key_of("Secret", mesh, name)
    return Key("", "Secret", view.around.system_namespace, name)
