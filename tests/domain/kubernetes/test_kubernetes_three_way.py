"""Apply: before, now and live make the result."""

import pytest

from kumasim.domain.kubernetes.api.list_keys import ListKeys
from kumasim.domain.kubernetes.api.three_way import merged
from kumasim.domain.resource import Key
from kumasim.domain.tree import freeze, thaw

DEPLOYMENT = Key("apps", "Deployment", "default", "web")
SERVICE = Key("", "Service", "default", "web")
GATEWAY = Key("gateway.networking.k8s.io", "Gateway", "default", "edge")
ROUTE = Key("gateway.networking.k8s.io", "HTTPRoute", "default", "db")

CASES = {
    # name: (before, wanted, live, result)
    "first apply onto nothing": (None, {"a": 1}, None, {"a": 1}),
    "a field is added": ({"a": 1}, {"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2}),
    "a field changes": ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}),
    "what another changed is set back": ({"a": 1}, {"a": 1}, {"a": 5}, {"a": 1}),
    "a dropped field disappears": ({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2}, {"a": 1}),
    "a dropped field that is gone already": ({"a": 1, "b": 2}, {"a": 1}, {"a": 1}, {"a": 1}),
    "what others set stays": ({"a": 1}, {"a": 1}, {"a": 1, "theirs": 3}, {"a": 1, "theirs": 3}),
    "what others set stays without memory": (None, {"a": 1}, {"theirs": 3}, {"theirs": 3, "a": 1}),
    "null asks for absence": (None, {"a": None}, {"a": 1, "b": 2}, {"b": 2}),
    "null in what was never there": (None, {"a": None}, None, {}),
    "null as before": ({"a": None}, {}, {"a": 1}, {}),
    "inside a mapping": (
        {"m": {"x": 1, "y": 2}},
        {"m": {"x": 1}},
        {"m": {"x": 1, "y": 2, "z": 3}},
        {"m": {"x": 1, "z": 3}},
    ),
    "a dropped mapping leaves what others put in": ({"m": {"x": 1}}, {}, {"m": {"x": 1, "z": 3}}, {"m": {"z": 3}}),
    "a dropped mapping of one's own disappears": ({"m": {"x": 1}}, {}, {"m": {"x": 1}}, {}),
    "a dropped mapping that was empty": ({"m": {}}, {}, {"m": {"z": 3}}, {"m": {"z": 3}}),
    "a mapping becomes a scalar": ({"m": {"x": 1}}, {"m": 2}, {"m": {"x": 1}}, {"m": 2}),
    "a scalar becomes a mapping": ({"m": 2}, {"m": {"x": 1}}, {"m": 2}, {"m": {"x": 1}}),
    "an ordinary list is replaced": ({"l": [1, 2]}, {"l": [3]}, {"l": [1, 2, 9]}, {"l": [3]}),
    "an ordinary list that is dropped": ({"l": [1, 2]}, {}, {"l": [1, 2, 9]}, {}),
}


@pytest.mark.parametrize("name", CASES)
def test_three_ways(name):
    before, wanted, live, result = CASES[name]
    found = merged(freeze(before), freeze(wanted), freeze(live), ListKeys(DEPLOYMENT))
    assert thaw(found) == result


KEYED = {
    "a container of one's own changes, another's stays": (
        DEPLOYMENT,
        {"containers": [{"name": "app", "image": "app:1"}]},
        {"containers": [{"name": "app", "image": "app:2"}]},
        {"containers": [{"name": "sidecar", "image": "s"}, {"name": "app", "image": "app:1", "stdin": True}]},
        {"containers": [{"name": "app", "image": "app:2", "stdin": True}, {"name": "sidecar", "image": "s"}]},
    ),
    "a dropped container disappears whole": (
        DEPLOYMENT,
        {"containers": [{"name": "app"}, {"name": "log"}]},
        {"containers": [{"name": "app"}]},
        {"containers": [{"name": "app"}, {"name": "log", "stdin": True}]},
        {"containers": [{"name": "app"}]},
    ),
    "environment variables inside a container": (
        DEPLOYMENT,
        {"containers": [{"name": "app", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]}]},
        {"containers": [{"name": "app", "env": [{"name": "A", "value": "2"}]}]},
        {"containers": [{"name": "app", "env": [{"name": "A", "value": "1"}, {"name": "B"}, {"name": "C"}]}]},
        {"containers": [{"name": "app", "env": [{"name": "A", "value": "2"}, {"name": "C"}]}]},
    ),
    "container ports by number and protocol": (
        DEPLOYMENT,
        {"ports": [{"containerPort": 80}]},
        {"ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 80, "protocol": "UDP"}]},
        {"ports": [{"containerPort": 80, "protocol": "TCP"}]},
        {
            "ports": [
                {"containerPort": 80, "protocol": "TCP", "name": "http"},
                {"containerPort": 80, "protocol": "UDP"},
            ]
        },
    ),
    "a Service's port keeps its node port": (
        SERVICE,
        {"ports": [{"port": 80}]},
        {"ports": [{"port": 80, "name": "http"}]},
        {"ports": [{"port": 80, "protocol": "TCP", "nodePort": 30001}]},
        {"ports": [{"port": 80, "protocol": "TCP", "nodePort": 30001, "name": "http"}]},
    ),
    "another port is another port": (
        SERVICE,
        {"ports": [{"port": 80}]},
        {"ports": [{"port": 81}]},
        {"ports": [{"port": 80, "protocol": "TCP", "nodePort": 30001}]},
        {"ports": [{"port": 81}]},
    ),
    "listeners by name": (
        GATEWAY,
        {"listeners": [{"name": "a", "port": 80}, {"name": "b", "port": 81}]},
        {"listeners": [{"name": "a", "port": 82}]},
        {"listeners": [{"name": "a", "port": 80, "allowedRoutes": {}}, {"name": "b", "port": 81}]},
        {"listeners": [{"name": "a", "port": 82, "allowedRoutes": {}}]},
    ),
    "a dropped keyed list leaves others' items": (
        GATEWAY,
        {"listeners": [{"name": "a"}]},
        {},
        {"listeners": [{"name": "a"}, {"name": "theirs"}]},
        {"listeners": [{"name": "theirs"}]},
    ),
    "a dropped keyed list of one's own disappears": (
        GATEWAY,
        {"listeners": [{"name": "a"}]},
        {},
        {"listeners": [{"name": "a"}]},
        {},
    ),
    "conditions by type, everywhere": (
        ROUTE,
        None,
        {"conditions": [{"type": "A", "status": "True"}]},
        {"conditions": [{"type": "B", "status": "False"}]},
        {"conditions": [{"type": "A", "status": "True"}, {"type": "B", "status": "False"}]},
    ),
    "a route's rules are replaced whole": (
        ROUTE,
        {"rules": [{"name": "a"}]},
        {"rules": [{"name": "b"}]},
        {"rules": [{"name": "a"}, {"name": "theirs"}]},
        {"rules": [{"name": "b"}]},
    ),
    "an item without its key makes the list an ordinary one": (
        DEPLOYMENT,
        None,
        {"containers": [{"image": "x"}]},
        {"containers": [{"name": "app"}]},
        {"containers": [{"image": "x"}]},
    ),
    "two items of one key make the list an ordinary one": (
        DEPLOYMENT,
        None,
        {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
        {"env": [{"name": "B"}]},
        {"env": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]},
    ),
}


@pytest.mark.parametrize("name", KEYED)
def test_lists_that_are_maps(name):
    key, before, wanted, live, result = KEYED[name]
    found = merged(freeze(before), freeze(wanted), freeze(live), ListKeys(key))
    assert thaw(found) == result


@pytest.mark.parametrize("name", CASES)
def test_applying_again_changes_nothing(name):
    _, wanted, _, result = CASES[name]
    again = merged(freeze(wanted), freeze(wanted), freeze(result), ListKeys(DEPLOYMENT))
    assert thaw(again) == result
