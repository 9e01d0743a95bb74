"""What validators of Kuma's kinds refuse."""

from __future__ import annotations

import pytest
from admission_worlds import ALONE, GLOBAL, MESH, ZONE, code, made, world, written

from kumasim.domain.admission import CREATE, DELETE, UPDATE, control_plane


def told(verdict):
    """The message of Kuma's, without what Kubernetes puts before it; "" when it is allowed."""
    return "" if verdict.failure is None else verdict.failure.message.partition(" denied the request: ")[2]


EDGE = {"match": {"kuma.io/service": "edge"}}


def gateway(*listeners, selectors=(EDGE,), **spec):
    return made(
        "MeshGateway", {"selectors": list(selectors), "conf": {"listeners": list(listeners)}, **spec}, mesh="default"
    )


def listener(port=80, protocol="HTTP", **fields):
    return {"port": port, "protocol": protocol, **fields}


def tls(count=1, mode="TERMINATE"):
    return {"mode": mode, "certificates": [{"secret": f"s{number}"} for number in range(count)]}


L0 = "spec.conf.listeners[0]"

GATEWAYS = [
    (gateway(listener()), ""),
    (gateway(listener(hostname="*"), listener(hostname="*.a.b"), listener(hostname="a.b")), ""),
    (gateway(listener(443, "HTTPS", tls=tls(2))), ""),
    (gateway(listener(443, "TLS", tls=tls(0, "PASSTHROUGH"))), ""),
    (gateway(listener(443, "TLS")), ""),
    (gateway(listener(protocol="TCP", crossMesh=True)), ""),
    (gateway(listener(crossMesh=True), listener(hostname="b.c")), ""),
    (gateway(listener(), tags={"team": "a"}), ""),
    (gateway(listener(), selectors=()), "spec.selectors: must have at least one element"),
    (gateway(listener(), selectors=({"match": {}},)), "spec.selectors[0].match: must have at least one tag"),
    (gateway(listener(), selectors=({"match": {"a": "b"}},)), 'mandatory tag "kuma.io/service" is missing'),
    (gateway(listener(), selectors=({"match": {"kuma.io/service": "*"}},)), ""),
    (gateway(listener(), selectors=({"match": {"kuma.io/service": "a b"}},)), "tag value must consist of"),
    (gateway(listener(), selectors=(EDGE, EDGE)), ""),
    (gateway(listener(crossMesh=True), selectors=(EDGE, EDGE)), "spec.selectors[1]: there can be at most one selector"),
    (made("MeshGateway", {"selectors": [EDGE]}, mesh="default"), "spec.conf: cannot be empty"),
    (gateway(), "spec.conf.listeners: cannot be empty"),
    (gateway(listener(0)), f"{L0}.port: port must be in the range [1, 65535]"),
    (gateway(listener(65536)), f"{L0}.port: port must be in the range [1, 65535]"),
    (gateway({"port": 80}), f"{L0}.protocol: cannot be empty"),
    (gateway(listener(hostname="a_b")), f"{L0}.hostname: invalid hostname"),
    (gateway(listener(hostname="*.a_b")), f"{L0}.hostname: invalid wildcard domain"),
    (gateway(listener(hostname=".".join(["a" * 60] * 5))), f"{L0}.hostname: must be at most 253 characters"),
    (gateway(listener(443, "HTTPS")), f"{L0}.tls: cannot be empty"),
    (gateway(listener(443, "HTTPS", tls=tls(0))), f"{L0}.tls.certificates: cannot be empty in TLS termination mode"),
    (gateway(listener(443, "HTTPS", tls=tls(3))), f"{L0}.tls.certificates: cannot have more than 2 certificates"),
    (
        gateway(listener(443, "HTTPS", tls=tls(1, "PASSTHROUGH"))),
        f"{L0}.tls.mode: mode is not supported on HTTPS listeners",
    ),
    (gateway(listener(443, "HTTPS", tls={})), f"{L0}.tls.mode: cannot be empty"),
    (gateway(listener(443, "HTTPS", crossMesh=True)), f"{L0}.protocol: protocol is not supported with crossMesh"),
    (gateway(listener(crossMesh=True, tls=tls())), f"{L0}.tls: must be empty with crossMesh"),
    (gateway(listener(tags={"kuma.io/zone": "a"})), f'{L0}.tags["kuma.io/zone"]: tag name must not be "kuma.io/zone"'),
    (gateway(listener(), tags={"kuma.io/service": "a"}), 'spec.tags["kuma.io/service"]: tag name must not be'),
    (gateway(listener(), listener(443, "HTTP"), listener(80, "TCP", hostname="x.y")), "protocol conflicts with other"),
    (gateway(listener(), listener(hostname="*")), "multiple listeners for hostname on this port"),
    (gateway(listener(), listener(8080)), ""),
    (
        gateway(listener(resources={"connectionLimit": 1}), listener(hostname="a.b", resources={"connectionLimit": 2})),
        "resources.connectionLimit: conflicting values for this port",
    ),
    (gateway(listener(resources={"connectionLimit": 1}), listener(hostname="a.b")), ""),
]


@pytest.mark.parametrize("around", [GLOBAL, ZONE, ALONE])
@pytest.mark.parametrize(("subject", "message"), GATEWAYS)
def test_mesh_gateways(subject, message, around):
    verdict = written(world(around), subject, user=control_plane())
    assert code(verdict) == (422 if message else 200)
    assert message in told(verdict)


def test_a_mesh_gateway_names_its_mesh():
    subject = made("MeshGateway", {"selectors": [EDGE], "conf": {"listeners": [listener()]}})
    assert told(written(world(ZONE), subject)) == "mesh: cannot be empty"


SERVICE = {"kind": "MeshService", "name": "b_shop_svc_80"}
TO_GATEWAY = {"kind": "MeshGateway", "name": "edge"}
ROOT = {"path": {"type": "PathPrefix", "value": "/"}}
SUBSET = {"kind": "MeshServiceSubset", "name": "b", "tags": {"kuma.io/zone": "zone-1"}}


def header(*names, part="set"):
    return {part: [{"name": name, "value": "v"} for name in names]}


def route(default=None, match=ROOT, target=None, to=None, hostnames=None, namespace="kuma-system", labels=None):
    gateway_route = target is not None and target["kind"] == "MeshGateway"
    rules = [{"matches": [match], "default": {"backendRefs": [SERVICE]} if default is None else default}]
    item = {"targetRef": to or ({"kind": "Mesh"} if gateway_route else SERVICE), "rules": rules}
    if hostnames:
        item["hostnames"] = hostnames
    spec = {"targetRef": target or {"kind": "Mesh"}, "to": [item]}
    return made("MeshHTTPRoute", spec, namespace=namespace, labels={"kuma.io/origin": "zone", **(labels or {})})


def filtered(kind, field, body, **options):
    return route(
        {"filters": [{"type": kind, **({field: body} if body is not None else {})}], "backendRefs": [SERVICE]},
        **options,
    )


REDIRECT = {"filters": [{"type": "RequestRedirect", "requestRedirect": {"hostname": "a.b"}}]}
D = "spec.to[0].rules[0].default"
PREFIX_OUT = {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/x"}}
EXACT = {"path": {"type": "Exact", "value": "/a"}}

ROUTES = [
    (route(), ""),
    (route({}), ""),
    (route(target=TO_GATEWAY), ""),
    (route(target=TO_GATEWAY, hostnames=["a.b"]), ""),
    (route(target={**TO_GATEWAY, "tags": {"listener": "a"}}), ""),
    (route(REDIRECT, target=TO_GATEWAY), ""),
    (route({}, target=TO_GATEWAY), f"{D}.backendRefs: must not be empty"),
    (route({"backendRefs": []}, target=TO_GATEWAY), f"{D}.backendRefs: must not be empty"),
    (route(hostnames=["a.b"]), "spec.to[0].hostnames: must not be defined"),
    (route(to={"kind": "Mesh"}), "spec.to[0].targetRef.kind: value is not supported"),
    (route(target=TO_GATEWAY, to=SERVICE), "spec.to[0].targetRef.kind: value is not supported"),
    (route(target={"kind": "MeshExternalService", "name": "a"}), "spec.targetRef.kind: value is not supported"),
    (route(target={"kind": "MeshGateway"}), "spec.targetRef.name: must be set with kind MeshGateway"),
    (route(target={"kind": "Mesh", "name": "a"}), "using name with kind Mesh is not yet supported"),
    (route(target={"kind": "Mesh", "tags": {"a": "b"}}), "spec.targetRef.tags: must not be set with kind Mesh"),
    (route(target={"kind": "MeshSubset", "tags": {"a": "b c"}}), 'spec.targetRef.tags["a"]: tag value must consist'),
    (route(to={"kind": "MeshService", "labels": {"a": "b"}}), ""),
    (route(to={"kind": "MeshService", "labels": {"a": "b"}, "name": "x"}), "either labels or name and namespace"),
    (route(to={"kind": "MeshService", "name": "UP"}), "invalid characters"),
    (route({"backendRefs": [SUBSET]}), ""),
    (route({"backendRefs": [{"kind": "MeshService", "name": "kuma.io/unresolved-backend"}]}), ""),
    (
        route({"backendRefs": [{"kind": "MeshService", "name": "kuma.io/other"}]}),
        f"{D}.backendRefs[0].name: invalid characters",
    ),
    (route({"backendRefs": [{"kind": "MeshExternalService", "name": "a"}]}), "value is not supported"),
    (route(match={"path": {"type": "PathPrefix", "value": "/a/"}}), "does not need a trailing slash"),
    (route(match={"path": {"type": "PathPrefix", "value": "a"}}), "must be an absolute path"),
    (route(match={"path": {"type": "Exact", "value": "a"}}), "must be an absolute path"),
    (route(match={"path": {"type": "RegularExpression", "value": "a/"}}), ""),
    (
        route(match={"headers": [{"name": "a", "type": "Present", "value": "x"}]}),
        "headers[0].value: must not be defined",
    ),
    (
        route(
            match={
                "queryParams": [
                    {"name": "a", "type": "Exact", "value": "1"},
                    {"name": "a", "type": "Exact", "value": "2"},
                ]
            }
        ),
        "queryParams[1].name: multiple entries for name a",
    ),
    (filtered("RequestHeaderModifier", "requestHeaderModifier", header("a", "b")), ""),
    (filtered("RequestHeaderModifier", "requestHeaderModifier", None), "requestHeaderModifier: must be defined"),
    (
        filtered("RequestHeaderModifier", "requestHeaderModifier", {}),
        "must have at least one defined: set, add, remove",
    ),
    (
        filtered("RequestHeaderModifier", "requestHeaderModifier", {**header("a"), **header("a", part="add")}),
        f"{D}.filters[0].requestHeaderModifier.add[0].name: duplicate header name",
    ),
    (
        filtered("ResponseHeaderModifier", "responseHeaderModifier", {**header("a"), "remove": ["a"]}),
        f"{D}.filters[0].responseHeaderModifier.remove[0].name: duplicate header name",
    ),
    (filtered("RequestRedirect", "requestRedirect", None), "requestRedirect: must be defined"),
    (filtered("RequestRedirect", "requestRedirect", {"hostname": "1.2.3.4"}), "cannot be an IP address"),
    (filtered("URLRewrite", "urlRewrite", PREFIX_OUT), ""),
    (
        filtered("URLRewrite", "urlRewrite", PREFIX_OUT, match=EXACT),
        "can only appear if all matches match a path prefix",
    ),
    (filtered("URLRewrite", "urlRewrite", {"hostToBackendHostname": True}), "can only be set with MeshGateway"),
    (filtered("URLRewrite", "urlRewrite", {"hostToBackendHostname": True}, target=TO_GATEWAY), ""),
    (
        filtered("URLRewrite", "urlRewrite", {"hostToBackendHostname": True, "hostname": "a"}, target=TO_GATEWAY),
        "cannot be set together with hostname",
    ),
    (filtered("RequestMirror", "requestMirror", {"backendRef": SERVICE}), ""),
    (
        filtered(
            "RequestMirror",
            "requestMirror",
            {"backendRef": {"kind": "MeshService", "name": "kuma.io/unresolved-backend"}},
        ),
        f"{D}.filters[0].requestMirror.backendRef.name: invalid characters",
    ),
]


@pytest.mark.parametrize(("subject", "message"), ROUTES)
def test_mesh_http_routes(subject, message):
    verdict = written(world(ZONE), subject)
    assert code(verdict) == (422 if message else 200), told(verdict)
    assert message in told(verdict)


def test_outside_the_system_namespace_a_route_reaches_no_gateway_and_names_no_mesh_service():
    """Source: D-35, KDS-101."""
    refused = written(world(ZONE), route(target=TO_GATEWAY, namespace="shop"))
    assert told(refused) == "spec.targetRef.kind: value is not supported"
    refused = written(world(ZONE), route(namespace="shop"))
    assert told(refused) == "spec.to[0].targetRef.kind: can't use 'MeshService' at this moment"
    assert refused.failure.code == 422


def instance(**spec):
    return made("MeshGatewayInstance", spec, namespace="shop")


INSTANCES = [
    (GLOBAL, CREATE, instance(), 403),
    (GLOBAL, UPDATE, instance(), 200),
    (GLOBAL, DELETE, instance(), 200),
    (ZONE, CREATE, instance(), 200),
    (ALONE, CREATE, instance(), 200),
    (ZONE, CREATE, instance(tags={"kuma.io/service": "edge"}), 200),
    (ZONE, CREATE, instance(tags={"a b": "c"}), 422),
    (ZONE, UPDATE, instance(tags={"a": "c d"}), 422),
    (ZONE, CREATE, instance(tags={"a": ""}), 422),
    (ZONE, CREATE, instance(tags={"a": "*"}), 422),
]


@pytest.mark.parametrize("user", ["kubernetes-admin", control_plane()])
@pytest.mark.parametrize(("around", "operation", "subject", "expected"), INSTANCES)
def test_mesh_gateway_instances_whoever_writes_them(around, operation, subject, expected, user):
    new, old = (None, subject) if operation == DELETE else (subject, None)
    assert code(written(world(around), new, operation, user, old)) == expected


def dataplane(mesh):
    return made("Dataplane", {"networking": {"address": "1.1.1.1"}}, namespace="shop", mesh=mesh)


@pytest.mark.parametrize("operation", [CREATE, UPDATE])
@pytest.mark.parametrize("around", [GLOBAL, ZONE])
def test_a_dataplane_needs_its_mesh_even_from_kds(around, operation):
    assert code(written(world(around), dataplane("default"), operation, control_plane())) == 200
    failure = written(world(around), dataplane("nowhere"), operation, control_plane()).failure
    assert (failure.code, failure.reason) == (500, "")
    assert failure.message.endswith('Resource not found: type="Mesh" name="nowhere" mesh=""')


def mesh(*backends, name="default", **mtls):
    return made("Mesh", {"mtls": {"backends": list(backends), **mtls}}, name=name)


BUILTIN = {"name": "ca-1", "type": "builtin"}
PROVIDED = {"name": "ca-2", "type": "provided", "conf": {"cert": {"secret": "crt"}, "key": {"secret": "key"}}}
SECRETS = [
    made("Secret", name=name, namespace="kuma-system", api_version="v1", type="system.kuma.io/secret")
    for name in ("crt", "key")
]

MESHES = [
    (mesh(), ""),
    (mesh(BUILTIN, enabledBackend="ca-1"), ""),
    (mesh(PROVIDED, enabledBackend="ca-2"), ""),
    (mesh(name="a" * 64), "spec.name: cannot be longer than 63 characters"),
    (mesh(BUILTIN, PROVIDED), "spec.mtls.backends: cannot have more than 1 backends"),
    (mesh(BUILTIN, BUILTIN), 'spec.mtls.backends[1].name: "ca-1" name is already used for another backend'),
    (mesh(BUILTIN, enabledBackend="x"), "spec.mtls.enabledBackend: has to be set to one of the backends in the mesh"),
    (mesh({"name": "a", "type": "vault"}), "spec.mtls.backends[0].type: could not find installed plugin"),
    (mesh({"name": "a", "type": "provided"}), "spec.mtls.backends[0].conf.cert: has to be defined"),
    (made("Mesh", {"routing": {"zoneEgress": True}}, name="m"), "spec.mtls: has to be set when zoneEgress enabled"),
]


@pytest.mark.parametrize(("subject", "message"), MESHES)
def test_meshes(subject, message):
    verdict = written(world(GLOBAL, *SECRETS), subject)
    assert code(verdict) == (422 if message else 200)
    assert message in told(verdict)


def test_a_provided_authority_waits_for_its_secret_even_from_kds():
    missing = mesh(PROVIDED, enabledBackend="ca-2")
    assert code(written(world(ZONE), missing, CREATE, control_plane())) == 422
    unchecked = mesh(PROVIDED, enabledBackend="ca-2", skipValidation=True)
    assert code(written(world(ZONE), unchecked, CREATE, control_plane())) == 200


CHANGES = [(None, "a", 200), ("a", None, 200), ("a", "a", 200), ("a", "b", 422)]


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_the_authority_stays_while_mtls_is_on(before, after, expected):
    def with_backend(name):
        return mesh({"name": name, "type": "builtin"}, enabledBackend=name) if name else mesh()

    assert code(written(world(GLOBAL), with_backend(after), UPDATE, old=with_backend(before))) == expected


@pytest.mark.parametrize("user", ["kubernetes-admin", control_plane()])
def test_a_mesh_with_dataplanes_stays(user):
    around = GLOBAL
    assert code(written(world(around), None, DELETE, user, MESH)) == 200
    assert code(written(world(around, dataplane("default")), None, DELETE, user, MESH)) == 400
    assert code(written(world(around, dataplane("other")), None, DELETE, user, MESH)) == 200
    config = {"KUMA_STORE_UNSAFE_DELETE": "true"}
    assert code(written(world(around, dataplane("default"), config=config), None, DELETE, user, MESH)) == 200


SUBSCRIPTIONS = [
    (None, 200),
    ([], 200),
    ([{"connectTime": "2024-01-01T00:00:00Z"}], 400),
    ([{"connectTime": "2024-01-01T00:00:00Z", "disconnectTime": "2024-01-01T00:01:00Z"}], 200),
    ([{"connectTime": "a", "disconnectTime": "b"}, {"connectTime": "c"}], 400),
]


@pytest.mark.parametrize(("subscriptions", "expected"), SUBSCRIPTIONS)
def test_a_zone_is_deleted_when_it_is_offline(subscriptions, expected):
    insights = [] if subscriptions is None else [made("ZoneInsight", {"subscriptions": subscriptions}, name="zone-1")]
    stored = made("Zone", name="zone-1")
    assert code(written(world(GLOBAL, *insights), None, DELETE, old=stored)) == expected
    config = {"KUMA_STORE_UNSAFE_DELETE": "true"}
    assert code(written(world(GLOBAL, *insights, config=config), None, DELETE, old=stored)) == 200


def secret(kind="system.kuma.io/secret", data=None, name="crt", **labels):
    data = {"value": "eA=="} if data is None else data
    names = {key.replace("_", "/", 1): value for key, value in labels.items()}
    named = {f"kuma.io/{key}": value for key, value in names.items()}
    return made("Secret", name=name, namespace="kuma-system", api_version="v1", type=kind, data=data, labels=named)


SECRET_WRITES = [
    (secret(), None, 200),
    (secret(data={}), None, 422),
    (secret("Opaque", data={}), None, 200),
    (secret("system.kuma.io/global-secret"), None, 200),
    (secret("system.kuma.io/global-secret", mesh="default"), None, 422),
    (secret("system.kuma.io/global-secret", data={}), None, 422),
    (secret(mesh="other"), secret(), 422),
    (secret(mesh="default"), secret(), 200),
]


@pytest.mark.parametrize("around", [GLOBAL, ZONE, ALONE])
@pytest.mark.parametrize(("new", "old", "expected"), SECRET_WRITES)
def test_secrets_are_checked_for_what_they_hold_not_where(new, old, expected, around):
    operation = CREATE if old is None else UPDATE
    assert code(written(world(around), new, operation, old=old)) == expected


SECRET_DELETES = [
    (PROVIDED, secret(), 422),
    (PROVIDED, secret(origin="zone"), 422),
    (PROVIDED, secret(origin="global"), 200),
    (PROVIDED, secret(name="unused"), 200),
    (PROVIDED, secret(mesh="other"), 200),
    (PROVIDED, secret("Opaque"), 200),
    (BUILTIN, secret(), 200),
    (BUILTIN, secret(name="default.ca-builtin-cert-ca-1"), 422),
]


@pytest.mark.parametrize(("backend", "stored", "expected"), SECRET_DELETES)
def test_a_secret_in_use_stays_unless_it_was_synced(backend, stored, expected):
    view = world(ZONE, mesh(backend, enabledBackend=backend["name"]))
    assert code(written(view, None, DELETE, old=stored)) == expected


PROTOCOLS = [("http", 200), ("HTTP", 200), ("tls", 200), ("kafka", 200), ("gopher", 422), ("", 422)]


@pytest.mark.parametrize(("protocol", "expected"), PROTOCOLS)
def test_annotations_of_services_name_known_protocols(protocol, expected):
    annotations = {"80.service.kuma.io/protocol": protocol, "81.service.kuma.io/protocol": "whatever"}
    service = made("Service", {"ports": [{"port": 80}]}, namespace="shop", api_version="v1", annotations=annotations)
    assert code(written(world(ZONE), service)) == expected
    assert code(written(world(GLOBAL), service)) == 200


def test_a_mesh_label_holds_a_mesh_name():
    timeout = made("MeshTimeout", {"targetRef": {"kind": "Mesh"}}, namespace="shop", labels={"kuma.io/mesh": "Up.Per"})
    verdict = written(world(ZONE), timeout)
    assert verdict.failure.code == 422
    assert told(verdict).startswith("mesh: invalid characters.")
