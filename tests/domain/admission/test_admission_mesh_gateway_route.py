"""What a MeshGatewayRoute is refused for: D-19, D-21."""

from __future__ import annotations

import pytest

import kumasim as ks

OK = {"matches": [{"path": {"match": "PREFIX", "value": "/"}}], "backends": [{"destination": {"kuma.io/service": "a"}}]}
TO_REDIRECT = {"redirect": {"scheme": "https", "status_code": 301}}


@pytest.fixture(scope="module")
def store():
    return ks.World()["global"]


def route(*rules, selector=None, **conf):
    return {
        "apiVersion": "kuma.io/v1alpha1", "kind": "MeshGatewayRoute", "mesh": "default", "metadata": {"name": "r"},
        "spec": {
            "selectors": [{"match": selector or {"kuma.io/service": "edge"}}],
            "conf": conf or {"http": {"rules": list(rules)}},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (route(OK, selector={"team": "a"}), "kuma.io/service"),
        (route(), "cannot be empty"),
        (route({**OK, "matches": []}), "matches"),
        (route({**OK, "matches": [{}]}), "at least one criterion"),
        (route({**OK, "matches": [{"path": {"match": "EXACT", "value": "x"}}]}), "absolute path"),
        (route({**OK, "backends": []}), "backends"),
        (route({**OK, "backends": [{"destination": {"team": "a"}}]}), "kuma.io/service"),
        (route({**OK, "filters": [TO_REDIRECT]}), "cannot be used with a redirect"),
        (route({"matches": OK["matches"], "filters": [TO_REDIRECT, {"requestHeader": {}}]}), "only filter"),
        (route({"matches": OK["matches"], "filters": [{"redirect": {"status_code": 200}}]}), "300, 308"),
    ],
)
def test_faults_are_refused_with_their_place(store, tree, said):
    with pytest.raises(ks.Refused) as refused:
        store.apply(tree)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "tree",
    [
        route(OK),
        route({"matches": OK["matches"], "filters": [TO_REDIRECT]}),
        route({**OK, "matches": [{"path": {"match": "REGEX", "value": "x.*"}}, {"method": "GET"}]}),
        route(tcp={}),
    ],
)
def test_good_ones_are_taken(store, tree):
    store.apply(tree)
