"""Random listeners, routes and requests: the proxy's expanded, sorted tables against a plain loop."""

from __future__ import annotations

from hypothesis import event, given, settings
from hypothesis import strategies as st
from naive_gateway import chosen
from traffic_world import K1, HandMade, mesh

HOSTS = ["a.com", "x.a.com", "y.x.a.com", "b.com"]
SEGMENTS = ["/", "/foo", "/foo/", "/foo/bar", "/foobar", "/foo/bar/baz", "/b"]

paths = st.one_of(
    st.builds(lambda value: {"match": "EXACT", "value": value}, st.sampled_from(SEGMENTS)),
    st.builds(lambda value: {"match": "PREFIX", "value": value}, st.sampled_from(SEGMENTS)),
    st.builds(
        lambda value: {"match": "REGEX", "value": value}, st.sampled_from(["/.*", "/foo.*", "/b[ao]r", "/foo/.+"])
    ),
)
headers = st.builds(
    lambda name, kind: {"name": name, "match": kind, **({"value": "1"} if kind == "EXACT" else {})},
    st.sampled_from(["x", "y"]),
    st.sampled_from(["EXACT", "PRESENT", "ABSENT"]),
)
matches = st.builds(
    lambda path, method, conditions: {
        "path": path,
        **({"method": method} if method else {}),
        **({"headers": conditions} if conditions else {}),
    },
    paths,
    st.sampled_from(["", "", "GET", "POST"]),
    st.lists(headers, max_size=2),
)
requests = st.fixed_dictionaries(
    {
        "host": st.sampled_from(HOSTS),
        "path": st.sampled_from([*SEGMENTS, "/bar", "/foo/x", "/nothing"]),
        "method": st.sampled_from(["GET", "POST", "PUT"]),
        "headers": st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"])),
    }
)
listener_names = st.lists(
    st.sampled_from(["*", "*.a.com", "a.com", "x.a.com", "*.x.a.com"]), min_size=1, max_size=3, unique=True
)


def world_of(listeners, entries) -> HandMade:
    gateway = {
        "apiVersion": K1, "kind": "MeshGateway", "mesh": "default", "metadata": {"name": "edge"},
        "spec": {
            "selectors": [{"match": {"kuma.io/service": "edge"}}],
            "conf": {"listeners": [{"port": 8080, "protocol": "HTTP", "hostname": name} for name in listeners]},
        },
    }  # fmt: skip
    rules = [
        {"matches": [match], "backends": [{"weight": 1, "destination": {"kuma.io/service": service}}]}
        for match, service in entries
    ]
    route = {
        "apiVersion": K1, "kind": "MeshGatewayRoute", "mesh": "default", "metadata": {"name": "all"},
        "spec": {"selectors": [{"match": {"kuma.io/service": "edge"}}], "conf": {"http": {"rules": rules}}},
    }  # fmt: skip
    proxy = {
        "apiVersion": K1, "kind": "Dataplane", "mesh": "default", "metadata": {"name": "edge", "namespace": ""},
        "spec": {"networking": {"address": "10.0.0.1", "gateway": {"type": "BUILTIN", "tags": {"kuma.io/service": "edge"}}}},
    }  # fmt: skip
    services = [
        {
            "apiVersion": K1, "kind": "ExternalService", "mesh": "default", "metadata": {"name": service},
            "spec": {"tags": {"kuma.io/service": service}, "networking": {"address": f"{service}.example.com:80"}},
        }
        for _, service in entries
    ]  # fmt: skip
    return HandMade({"zone-1": [mesh(), gateway, route, proxy, *services]})


@settings(deadline=None, max_examples=40)
@given(listener_names, st.lists(matches, min_size=1, max_size=6), st.lists(requests, min_size=1, max_size=5))
def test_a_gateway_agrees_with_a_plain_loop_over_its_routes(listeners, written, sent):
    # Regular expressions of one length tie by order alone, and so do equal matches: the first written one counts.
    entries = [(match, f"service-{place}") for place, match in enumerate(written)]
    world = world_of(listeners, entries)
    for request in sent:
        [outcome] = world.ask(to="10.0.0.1", port=8080, **request)
        wanted = chosen(listeners, entries, request)
        event("answered" if wanted != 404 else "404")
        assert (outcome.service or outcome.status) == wanted
