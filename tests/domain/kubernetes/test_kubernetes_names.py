"""Names, uids and hashes that a cluster makes up."""

import re

import pytest

from kumasim.domain.kubernetes.names import safe_encode, suffix, template_hash, uid_of
from kumasim.domain.kubernetes.quantities import scaled
from kumasim.domain.kubernetes.scope import Scope, Served, kind_name, plural, resolved, resource_name
from kumasim.domain.resource import Key
from kumasim.domain.tree import freeze

POD = Key("", "Pod", "default", "web")


def test_safe_encode_is_kubernetes():
    # Two hashes that Kuma's own tests contain.
    assert safe_encode("0467282be46b36ff") == "48bc6d6w28bw7b44"
    assert safe_encode("04350d79ff0b9d0c") == "48794zcf444wfz4x"


def test_uid_looks_like_a_uuid_and_depends_on_cluster_key_and_incarnation():
    uid = uid_of("zone-1", POD, 0)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uid)
    others = {uid_of("zone-2", POD, 0), uid_of("zone-1", POD, 1), uid_of("zone-1", POD._replace(name="web2"), 0)}
    assert len(others | {uid}) == 4
    assert uid_of("zone-1", POD, 0) == uid


def test_template_hash_ignores_the_order_of_fields_and_sees_every_value():
    one = freeze({"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"containers": [{"name": "x"}]}})
    same = freeze({"spec": {"containers": [{"name": "x"}]}, "metadata": {"labels": {"b": "2", "a": "1"}}})
    other = freeze({"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"containers": [{"name": "y"}]}})
    assert template_hash(one) == template_hash(same) != template_hash(other)
    assert re.fullmatch("[bcdfghjklmnpqrstvwxz2456789]{1,10}", template_hash(one))


def test_suffix_tells_parts_from_their_concatenation():
    assert suffix("ab", "c") != suffix("a", "bc")
    assert len(suffix("x")) == 5


@pytest.mark.parametrize(
    ("value", "total", "up", "down"),
    [(2, 10, 2, 2), ("25%", 4, 1, 1), ("25%", 5, 2, 1), ("25%", 1, 1, 0), ("0%", 9, 0, 0), ("100%", 3, 3, 3)],
)
def test_percentages(value, total, up, down):
    assert scaled(value, total, up=True) == up
    assert scaled(value, total, up=False) == down


def test_a_percentage_without_percent_sign_is_an_error():
    with pytest.raises(ValueError, match="not a percentage"):
        scaled("25", 4, up=True)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Service", "services"), ("Gateway", "gateways"), ("GatewayClass", "gatewayclasses"),
        ("NetworkPolicy", "networkpolicies"), ("Ingress", "ingresses"), ("Endpoints", "endpoints"),
        ("HTTPRoute", "httproutes"), ("Mesh", "meshes"), ("EndpointSlice", "endpointslices"),
    ],
)  # fmt: skip
def test_plurals(kind, name):
    assert plural(kind) == name


def test_names_of_kinds_in_messages():
    assert (resource_name("apps", "Deployment"), kind_name("apps", "Deployment")) == (
        "deployments.apps",
        "Deployment.apps",
    )
    assert (resource_name("", "Service"), kind_name("", "Service")) == ("services", "Service")


CUSTOM = Served({("example.com", "Local"): Scope(), ("example.com", "Global"): Scope(namespaced=False)})


@pytest.mark.parametrize(
    ("key", "namespace"),
    [
        (Key("", "Pod", "", "x"), "default"),
        (Key("", "Pod", "shop", "x"), "shop"),
        (Key("", "Node", "shop", "x"), ""),
        (Key("example.com", "Local", "", "x"), "default"),
        (Key("example.com", "Global", "shop", "x"), ""),
        (Key("example.com", "Unheard", "", "x"), ""),
        (Key("example.com", "Unheard", "shop", "x"), "shop"),
    ],
)
def test_where_an_object_goes(key, namespace):
    assert resolved(key, CUSTOM) == key._replace(namespace=namespace)


def test_kumas_and_gateway_apis_kinds_are_served():
    served = Served()
    assert served.scope("gateway.networking.k8s.io", "GatewayClass") == Scope(namespaced=False, has_status=True)
    assert served.scope("kuma.io", "Mesh") is not None
    assert served.scope("example.com", "Unheard") is None
