"""`kumasim trace` and `kumasim get policies` on the journals of scenarios."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import kumasim as ks
from kumasim.cli import cli
from kumasim.errors import UsageError

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def policies_run():
    return ks.load(SCENARIOS / "gateways" / "29-older-policies.kumasim.yaml").run()


@pytest.fixture(scope="module")
def journal(policies_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("journals") / "policies.journal"
    policies_run.save(path)
    return str(path)


def gateway_of(run) -> str:
    found = run.at(run.end).list("Dataplane", "zone-1", "shop")
    name = next(one["metadata"]["name"] for one in found if "gateway" in one["spec"]["networking"])
    return f"zone-1/Dataplane/shop/{name}"


def applied(run, part):
    table = run.at(run.end).policies(gateway_of(run))
    return [(row[1].rpartition("/")[2].split("-")[0], row[2]) for row in table.rows if row[0] == part]


def test_a_route_to_two_services_prefers_the_wildcard_and_tells_who_lost(policies_run):
    # Scenario 29; that a wildcard is preferred although no backend chose it is the documentation's reading.
    assert applied(policies_run, "route 8080 * exact /two")[0] == ("t3", "yes")
    assert applied(policies_run, "route 8080 * exact /three") == [("t3", "yes"), ("t1", "no"), ("t2", "no")]


def test_each_cluster_has_a_policy_of_its_own(policies_run):
    three = "route 8080 * exact /three"
    assert applied(policies_run, f"cluster foo_shop_svc_80 of {three}")[0] == ("t1", "yes")
    assert applied(policies_run, f"cluster bar_shop_svc_80 of {three}")[0] == ("t2", "yes")
    assert applied(policies_run, f"cluster baz_shop_svc_80 of {three}")[0] == ("t3", "yes")


def test_the_command_prints_a_table_or_json(policies_run, journal):
    asked = ["get", "policies", "--for", gateway_of(policies_run), "--in", journal]
    table = CliRunner().invoke(cli, asked, standalone_mode=False)
    assert "PART" in table.output
    assert "oldest" in table.output
    rows = json.loads(CliRunner().invoke(cli, [*asked, "-o", "json"], standalone_mode=False).output)
    assert {"Part", "Policy", "Applies", "Why", "Rule"} == set(rows[0])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["get", "policies"], "of which proxy"),
        (["get", "pods", "--for", "zone-1/Dataplane/shop/x"], "--for goes with"),
        (["get", "policies", "--for", "zone-1/Dataplane/shop/nobody"], "is no Dataplane"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_ask(journal, arguments, said):
    result = CliRunner().invoke(cli, [*arguments, "--in", journal], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)


def trace(journal, *arguments):
    to = ["--to", "zone-1/shop/Service/edge"]
    return CliRunner().invoke(cli, ["trace", journal, "http://any:8080/three", *to, *arguments], standalone_mode=False)


def test_a_trace_tells_every_hop_and_the_routes_that_lost(journal):
    text = trace(journal).output
    stages = (
        "address",
        "service",
        "pod",
        "listener",
        "virtual host",
        "route",
        "split",
        "cluster",
        "endpoint",
        "answer",
    )
    places = [text.index(f"\n  {stage}") for stage in stages]
    assert places == sorted(places)
    assert "exact /two [MeshGatewayRoute/two-" in text
    assert "path is /three" in text
    assert "baz_shop_svc_80: weight 2, 1/2" in text


def test_a_trace_as_json_holds_the_same(journal):
    tree = json.loads(trace(journal, "-o", "json").output)
    assert [one["share"] for one in tree["outcomes"]] == ["1/4", "1/4", "1/2"]
    route = next(step for step in tree["outcomes"][0]["steps"] if step["stage"] == "route")
    assert route["source"].startswith("MeshGatewayRoute/three-")
    assert len(route["details"]) == 2


def test_a_trace_as_a_diagram_draws_common_steps_once(journal):
    lines = trace(journal, "-o", "mermaid").output.splitlines()
    assert lines[0] == "flowchart TD"
    assert sum("listener 8080" in line for line in lines) == 1
    assert sum("200 from" in line for line in lines) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "is no URL"),
        (["http://x/", "--from", "zone-1/shop/Deployment/nobody"], "no pod to send from"),
        (["http://x/", "-H", "oops"], "NAME:VALUE"),
        (["http://x/", "--time", "soon"], "--time"),
    ],
)
def test_mistakes_are_told(journal, arguments, said):
    result = CliRunner().invoke(cli, ["trace", journal, *arguments], standalone_mode=False)
    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
