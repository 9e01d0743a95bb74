"""`kumasim explain`: an object of a journal, or the page of a code."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import kumasim as ks
from kumasim.cli import cli
from kumasim.domain.diagnostics import PAGES

ROUTE = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "HTTPRoute",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": [{"name": "db", "port": 80}]}]},
}
GATEWAY = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "Gateway",
    "metadata": {"name": "edge", "namespace": "default"},
    "spec": {"gatewayClassName": "kuma", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]},
}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> str:
    world = ks.World(zones=["zone-1"])
    file = tmp_path_factory.mktemp("manifests") / "route.json"
    file.write_text(json.dumps(ROUTE))
    world["zone-1"].apply(GATEWAY, file)
    world.settle()
    path = file.with_name("run.journal")
    world.run.save(path)
    return str(path)


def test_text(journal: str) -> None:
    told = CliRunner().invoke(cli, ["explain", journal, "zone-1/HTTPRoute/default/web", "--condition", "ResolvedRefs"])

    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[0] == "zone-1/HTTPRoute/default/web"
    assert "parent Gateway default/edge: ResolvedRefs = False (BackendNotFound)" in lines
    assert any(line.startswith("  rule") and "GW-127" in line for line in lines)
    assert any(line.startswith("  lines") and "route.json:1:1" in line for line in lines)
    assert any(line.startswith("  repair") and "create a Service default/db" in line for line in lines)
    assert "Accepted" not in told.output


def test_data(journal: str) -> None:
    told = CliRunner().invoke(cli, ["explain", journal, "zone-1/HTTPRoute/default/web", "-o", "json"])

    values = {one["type"]: one for one in json.loads(told.output)["values"]}
    assert values["Accepted"]["status"] == "True"
    refs = values["ResolvedRefs"]
    assert refs["rule"]["source"] == "GW-127, GW-204"
    assert refs["lines"][0]["at"]["line"] == 1
    assert refs["since"]["position"] > 0
    assert [one["changes"][0]["kind"] for one in refs["repairs"]] == ["Service"]


@pytest.mark.parametrize("code", sorted(PAGES))
def test_every_code_has_a_page(code: str) -> None:
    told = CliRunner().invoke(cli, ["explain", code])

    assert told.exit_code == 0
    assert told.output.startswith(f"{code}  {PAGES[code].title}")
    assert "Remedy: " in told.output


def test_a_page_as_data() -> None:
    told = CliRunner().invoke(cli, ["explain", "ks0602", "-o", "json"])

    assert json.loads(told.output)["code"] == "KS0602"


@pytest.mark.parametrize("what", ["KS9999", "nonsense"])
def test_what_is_no_code(what: str) -> None:
    told = CliRunner().invoke(cli, ["explain", what])

    assert isinstance(told.exception, ks.UsageError)
    assert what in str(told.exception)
