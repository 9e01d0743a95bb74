"""Manifests that run on real clusters have no violations. They are no part of the project: skipped where missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kumasim.domain import kinds
from kumasim.domain.resource import resource

SHARED = Path(__file__).parents[3] / ".." / "shared"
FOLDERS = ("manifests", "conformance/gateway-api-2.8/manifests")
PLACEHOLDERS = {"{GATEWAY_CONTROLLER_NAME}": "gateways.kuma.io/controller"}
FILES = [path for folder in FOLDERS for path in sorted((SHARED / folder).rglob("*.yaml"))]

INVALID = {("gateway-static-addresses.yaml", "Gateway", "gateway-static-addresses")}
"""Objects with placeholders that the suite fills in before it applies them."""


def objects(path: Path) -> Iterator[dict[str, Any]]:
    text = path.read_text()
    for placeholder, meant in PLACEHOLDERS.items():
        text = text.replace(placeholder, meant)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return (tree for tree in yaml.load_all(text, loader) if tree)


@pytest.mark.skipif(not FILES, reason="no shared manifests beside the checkout")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_real_manifests_have_no_violations_and_complete_to_themselves(path):
    for tree in objects(path):
        expected = (path.name, tree["kind"], tree["metadata"]["name"]) in INVALID
        found = kinds.violations(tree)
        assert bool(found) is expected, [str(item) for item in found]
        completed = kinds.defaulted(resource(tree))
        assert kinds.defaulted(completed) is completed
