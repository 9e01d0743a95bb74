"""Views of Kuma's kinds and of Services, and the defaults of MeshGatewayInstance."""

from __future__ import annotations

import jmespath

from kumasim.domain import kinds
from kumasim.domain.kinds.dataplane import Dataplane
from kumasim.domain.kinds.mesh import Mesh
from kumasim.domain.kinds.mesh_gateway import MeshGateway
from kumasim.domain.kinds.mesh_gateway_instance import MeshGatewayInstance
from kumasim.domain.kinds.mesh_http_route import MeshHTTPRoute
from kumasim.domain.kinds.mesh_service import MeshService
from kumasim.domain.kinds.service import Service
from kumasim.domain.kinds.zone import Zone
from kumasim.domain.kinds.zone_proxies import ZoneProxy
from kumasim.domain.resource import resource


def made(kind, spec=None, api_version="kuma.io/v1alpha1", **rest):
    labels = rest.pop("labels", {})
    tree = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a", "namespace": "web", "labels": labels}}
    return resource({**tree, **rest} if spec is None else {**tree, **rest, "spec": spec})


def test_a_service_says_whom_it_selects_and_where_it_is_found():
    spec = {
        "selector": {"app": "a"},
        "clusterIP": "None",
        "ports": [{"port": 80, "name": "http", "appProtocol": "http"}],
    }
    status = {"loadBalancer": {"ingress": [{"ip": "172.18.0.2"}, {"hostname": "lb.example.com"}]}}
    service = made("Service", spec, "v1", status=status).view(Service)
    assert service.headless
    assert service.selects({"app": "a", "b": "c"})
    assert not service.selects({"app": "b"})
    assert service.addresses == (("ip", "172.18.0.2"), ("hostname", "lb.example.com"))
    assert service.port(80).target_port == 80
    assert service.port(81) is None


def test_a_service_without_selector_selects_nothing():
    assert not made("Service", {}, "v1").view(Service).selects({"app": "a"})


def test_a_mesh_gateway_reads_its_listeners():
    listeners = [
        {"port": 80, "protocol": "HTTP", "crossMesh": True, "tags": {"a": "b"}, "resources": {"connectionLimit": 5}},
        {
            "port": 443,
            "protocol": "HTTPS",
            "hostname": "a.b",
            "tls": {"mode": "TERMINATE", "certificates": [{"secret": "s"}]},
        },
    ]
    view = made(
        "MeshGateway", {"selectors": [{"match": {"kuma.io/service": "e"}}], "conf": {"listeners": listeners}}, mesh="m"
    )
    gateway = view.view(MeshGateway)
    plain, secure = gateway.listeners
    assert (gateway.mesh, gateway.selectors[0]["kuma.io/service"]) == ("m", "e")
    assert (plain.hostname, plain.cross_mesh, plain.tls_mode, plain.connection_limit) == ("*", True, "", 5)
    assert (secure.hostname, secure.tls_mode, secure.secrets) == ("a.b", "TERMINATE", ("s",))


def test_a_mesh_gateway_instance_has_one_replica_behind_a_load_balancer():
    completed = kinds.defaulted(made("MeshGatewayInstance", {}))
    assert completed.spec == {"replicas": 1, "serviceType": "LoadBalancer"}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"loadBalancerIP": "1.2.3.4"}}
    view = made("MeshGatewayInstance", {"serviceTemplate": template, "replicas": 2}).view(MeshGatewayInstance)
    assert (view.replicas, view.service_labels["a"], view.load_balancer_ip, view.resources) == (2, "b", "1.2.3.4", None)


def test_a_mesh_gateway_config_reads_as_an_instance():
    view = kinds.defaulted(made("MeshGatewayConfig", {"crossMesh": True})).view(MeshGatewayInstance)
    assert (view.cross_mesh, view.replicas, view.service_type) == (True, 1, "LoadBalancer")


def test_a_mesh_http_route_tells_absent_from_empty():
    rules = [
        {
            "matches": [{"path": {"type": "Exact", "value": "/"}}],
            "default": {"backendRefs": [{"kind": "MeshService", "name": "b"}]},
        },
        {"matches": [{"method": "GET"}], "default": {"filters": []}},
    ]
    spec = {
        "targetRef": {"kind": "MeshSubset", "tags": {"a": "b"}},
        "to": [{"targetRef": {"kind": "MeshService", "name": "x"}, "rules": rules}],
    }
    route = made("MeshHTTPRoute", spec, labels={"kuma.io/mesh": "m"}).view(MeshHTTPRoute)
    first, second = route.to[0].rules
    assert (route.mesh, route.target.kind, route.target.tags["a"]) == ("m", "MeshSubset", "b")
    assert (first.filters, first.backends[0].weight, first.matches[0].path_type) == (None, 1, "Exact")
    assert (second.filters, second.backends, second.matches[0].path_type) == ((), None, "")


def test_a_dataplane_is_healthy_where_it_is_ready():
    inbound = [
        {"port": 80, "tags": {"kuma.io/service": "a", "kuma.io/zone": "z"}},
        {"port": 81, "state": "NotReady"},
        {"port": 82, "health": {"ready": False}},
        {"port": 83, "state": "Ignored", "health": {"ready": False}},
        {"port": 84, "health": {"ready": True}},
    ]
    view = made("Dataplane", {"networking": {"address": "1.1.1.1", "inbound": inbound}}, mesh="m").view(Dataplane)
    assert [item.healthy for item in view.inbounds] == [True, False, False, False, True]
    assert (view.mesh, view.zone, view.gateway, view.inbounds[0].service) == ("m", "z", None, "a")


def test_a_gateways_zone_is_in_its_gateway_tags():
    gateway = {"type": "BUILTIN", "tags": {"kuma.io/zone": "z"}}
    view = made("Dataplane", {"networking": {"gateway": gateway}}).view(Dataplane)
    assert (view.mesh, view.zone, view.gateway.type) == ("default", "z", "BUILTIN")


def test_mtls_is_on_when_the_enabled_backend_exists():
    backends = [{"name": "ca-1", "type": "builtin", "mode": "PERMISSIVE"}]
    on = made("Mesh", {"mtls": {"enabledBackend": "ca-1", "backends": backends}, "routing": {"zoneEgress": True}}).view(
        Mesh
    )
    assert (on.mtls, on.backend.mode, on.zone_egress, on.locality_aware, on.passthrough) == (
        True,
        "PERMISSIVE",
        True,
        False,
        True,
    )
    assert not made("Mesh", {"mtls": {"enabledBackend": "other", "backends": backends}}).view(Mesh).mtls
    assert not made("Mesh").view(Mesh).mtls


def test_a_zone_is_enabled_unless_it_says_otherwise():
    assert made("Zone").view(Zone).enabled
    assert made("Zone", {"enabled": True}).view(Zone).enabled
    assert not made("Zone", {"enabled": False}).view(Zone).enabled


def test_a_zone_ingress_advertises_and_offers():
    spec = {
        "zone": "z",
        "networking": {"address": "10.0.0.1", "port": 10001, "advertisedAddress": "1.2.3.4", "advertisedPort": 443},
        "availableServices": [{"tags": {"kuma.io/service": "a"}, "instances": 2, "mesh": "m"}],
    }
    view = made("ZoneIngress", spec).view(ZoneProxy)
    assert (view.zone, view.advertised_address, view.advertised_port) == ("z", "1.2.3.4", 443)
    assert (view.services[0].mesh, view.services[0].instances) == ("m", 2)


def test_a_mesh_service_keeps_what_its_zone_gave_it():
    spec = {"selector": {"dataplaneTags": {"app": "a"}}, "ports": [{"port": 80, "targetPort": "web"}]}
    status = {"vips": [{"ip": "241.0.0.0"}], "addresses": [{"hostname": "a.mesh"}]}
    view = kinds.defaulted(made("MeshService", spec, status=status)).view(MeshService)
    assert (view.ports[0].target_port, view.ports[0].app_protocol) == ("web", "tcp")
    assert (view.tags["app"], view.vips, view.hostnames) == ("a", ("241.0.0.0",), ("a.mesh",))


def test_columns_are_jmespath_that_holds_on_empty_objects():
    for kind in kinds.all_kinds():
        tree = kinds.defaulted(made(kind.kind, None, kind.api_versions[0])).to_tree()
        for column in kind.columns:
            jmespath.search(column.path, tree)
