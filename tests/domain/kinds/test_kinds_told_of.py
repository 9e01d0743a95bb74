"""A field that is taken and has no effect is told of, never dropped in silence."""

from __future__ import annotations

from kumasim.domain import kinds
from kumasim.domain.resource import resource


def test_a_rewrite_to_the_backends_own_name_is_told_of() -> None:
    """Given a MeshHTTPRoute with hostToBackendHostname, when its fields are looked at, then it is not modelled."""
    rewrite = {"type": "URLRewrite", "urlRewrite": {"hostToBackendHostname": True}}
    rule = {"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "default": {"filters": [rewrite]}}
    to = {"targetRef": {"kind": "Mesh"}, "rules": [rule]}
    route = {
        "apiVersion": "kuma.io/v1alpha1",
        "kind": "MeshHTTPRoute",
        "metadata": {"name": "r", "namespace": "kuma-system"},
        "spec": {"targetRef": {"kind": "MeshGateway", "name": "edge"}, "to": [to]},
    }
    assert [field for field in kinds.unmodelled(resource(route)) if "hostToBackend" in field] == [
        "spec.to[].rules[].default.filters[].urlRewrite.hostToBackendHostname"
    ]
