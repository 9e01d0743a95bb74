"""Annotations and labels that users wrote over are no reason to stop."""

from __future__ import annotations

import pytest

import kumasim as ks


@pytest.mark.parametrize("written", ["abc", "", "-1", "²"])
def test_a_revision_that_is_no_number_counts_as_none(written: str) -> None:
    """Given a Deployment whose revision somebody overwrote, when it rolls out anew, then it does."""
    world = ks.World(topology={"global": None, "zones": {"zone-1": {}}})
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "c", "image": "i:1"}]}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "a",
            "namespace": "default",
            "annotations": {"deployment.kubernetes.io/revision": written},
        },
        "spec": {"selector": {"matchLabels": {"app": "a"}}, "template": pod},
    }
    world["zone-1"].apply(deployment)
    world.settle()
    found = world["zone-1"].get("Deployment", "default", "a")
    assert found is not None
    assert found["status"]["readyReplicas"] == 1
