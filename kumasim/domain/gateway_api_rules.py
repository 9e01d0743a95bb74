"""Which rules of the Gateway API rulebook this version does not play, and which it plays under another name.

Every other rule is cited by its number where it is carried out; a test sees to that.
"""

from __future__ import annotations

_OTHER_VERSION = "is about a version of Kuma other than 2.8"
_CRDS = "every simulated cluster has all CRDs of the Gateway API before its control plane starts"

LEFT_OUT: dict[int, str] = {
    2: _CRDS,
    3: _CRDS,
    4: _OTHER_VERSION,
    8: _OTHER_VERSION,
    20: _OTHER_VERSION,
    24: _OTHER_VERSION,
    27: _OTHER_VERSION,
    49: _OTHER_VERSION,
    51: _OTHER_VERSION,
    61: _OTHER_VERSION,
    81: _OTHER_VERSION,
    90: _OTHER_VERSION,
    126: _OTHER_VERSION,
    130: _OTHER_VERSION,
    172: _OTHER_VERSION,
    173: _OTHER_VERSION,
    187: _OTHER_VERSION,
    191: _OTHER_VERSION,
    195: _OTHER_VERSION,
    201: _OTHER_VERSION,
    205: _OTHER_VERSION,
}
"""Number -> why it is not played."""

CARRIED_OUT: dict[int, str] = {
    1: "reconcilers/__init__.py",
    5: "kinds/gateway.py",
    7: "reconcilers/__init__.py",
    75: "reconcilers/dataplane_from_pod/tags.py",
    100: "policy/target_ref.py",
    131: "kinds/http_route_schema.py",
    165: "proxy/endpoints.py",
    167: "proxy/gateway_http.py",
    170: "proxy/gamma.py",
    185: "proxy/cross_mesh.py",
    186: "proxy/cross_mesh.py",
    192: "kinds/gateway.py",
    193: "sync/filters.py",
    194: "sync/filters.py",
    196: "sync/filters.py",
    197: "sync/names.py",
    198: "sync/stages.py",
    200: "sync/ownership.py",
    202: "sync/ownership.py",
    203: "reconcilers/http_route/backends.py",
    204: "reconcilers/http_route/backends.py",
}
"""Number -> the module that carries it out under another rule's number: a consequence of KDS, B, D or F rules."""
