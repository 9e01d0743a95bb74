"""TLS of a gateway's listener: its mode, and whether its certificates can be had.

Source: D-9, D-57, D-59, GW-62.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.proxy.backends import Unbuildable
from kumasim.domain.reconcilers.base import View
from kumasim.domain.tree import dig


def mode(view: View, listener: Any) -> str:
    """The TLS mode of a listener, "TERMINATE" or "PASSTHROUGH".

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
            if secret is not None and view.get("Secret", view.around.system_namespace, secret) is None:
                raise Unbuildable(f"certificate {secret} cannot be loaded: there is no such secret", "D-59")
    return chosen
