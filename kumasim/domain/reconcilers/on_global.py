"""Gateway API objects on a global control plane: where Kuma's documentation and its code disagree.

With documented semantics the objects are refused there, and no controller sees them; with semantics "source" the
controllers run, and this is told once for each object.

Source: GW-188 to GW-190.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.base import Diagnostic, View
from kumasim.domain.resource import Resource

CODE = "KS0611"


def on_global(view: View, found: Resource) -> tuple[Diagnostic, ...]:
    """What is to be told of an object on a global."""
    if view.around.mode != "global":
        return ()
    message = (
        f"{found.kind} on the global: documented is that it must be created in a non-global zone, Kuma 2.8's code "
        "accepts it and runs its controllers, but no gateway is ever deployed there (GW-188 to GW-190)"
    )
    return (Diagnostic(CODE, message, str(found.key)),)
