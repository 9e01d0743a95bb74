"""The Kuma copies of TLS Secrets follow their originals, once a Gateway has had them made.

The first read of a Secret works everywhere (GW-80 [U]), later changes reach the copy only from the system namespace.

Source: GW-78, GW-79.
"""

from __future__ import annotations

from kumasim.domain.reconcilers.annotations import truthy
from kumasim.domain.reconcilers.base import NOTHING, Plan, Reconciler, View, itself
from kumasim.domain.reconcilers.gateway.certificates import TLS_SECRET, copy_key, encoded, key_pair
from kumasim.domain.reconcilers.objects import with_body
from kumasim.domain.resource import Key
from kumasim.domain.tree import EMPTY, dig
from kumasim.domain.writes import delete, update

ALL_NAMESPACES = "KUMA_RUNTIME_KUBERNETES_SUPPORT_GATEWAY_SECRETS_IN_ALL_NAMESPACES"
"""Unless it is set, Secrets outside the system namespace are not followed (GW-79)."""


def reconcile(view: View, key: Key) -> Plan:
    """Refresh the copy of a TLS Secret, or delete it with its original; make none that no Gateway asked for."""
    if key.namespace != view.around.system_namespace and not truthy(view.around.config, ALL_NAMESPACES):
        return NOTHING
    copy = view.store.get(copy_key(view, key.namespace, key.name))
    secret = view.store.get(key)
    if copy is None:
        return NOTHING
    if secret is None:
        return Plan((delete(copy.key, copy.meta.uid),))
    if secret.body.get("type") != TLS_SECRET:
        return NOTHING
    try:
        content = encoded(key_pair(secret))
    except ValueError as wrong:
        return Plan(error=str(wrong))
    data = dig(copy.body, "data", default=EMPTY)
    if data.get("value") == content:
        return NOTHING
    return Plan((update(with_body(copy, data=data.with_(value=content))),))


GATEWAY_SECRET = Reconciler(
    name="gateway-secret", wakes={("", "Secret"): itself}, reconcile=reconcile, source="GW-78 to GW-79"
)
"""The Secret controller of the Gateway API."""
