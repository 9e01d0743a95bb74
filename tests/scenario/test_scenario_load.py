"""Scenario files that are good: every verb, every expectation, every default of the contract."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from kumasim.errors import InputError, UsageError
from kumasim.scenario.known import Known
from kumasim.scenario.load import load, load_text, override
from kumasim.scenario.model import (
    Absent,
    Advance,
    Apply,
    Caller,
    Crash,
    Delete,
    Diagnostics,
    ErrorExpected,
    Events,
    Federate,
    GlobalSpec,
    Heal,
    LinkSpec,
    LoadBalancer,
    Named,
    Outcomes,
    Partition,
    Patch,
    RequestStep,
    ResourceExpected,
    Response,
    Restart,
    Scale,
    Scenario,
    Settle,
    Target,
    Topology,
)

S = 1_000_000_000
KNOWN = Known(profiles=("2.8", "2.9"))

HEAD = """\
apiVersion: kumasim/v1
kind: Scenario
metadata: {name: s}
topology: {zones: {zone-1: {}, zone-2: {}, uni: {type: universal}}}
steps:
"""


def scenario(text: str, head: str = HEAD, **more: Any) -> Scenario:
    return load_text(head + text, "s.kumasim.yaml", known=KNOWN, **more)


def verb(text: str) -> Any:
    return scenario(f"- {text}\n").steps[0].verb


def expectation(item: str, step: str = "settle: {}") -> Any:
    return scenario(f"- {step}\n  expect:\n  - {item}\n").steps[0].expects[0]


def test_the_shape_of_a_whole_file() -> None:
    made = load_text(
        """\
apiVersion: kumasim/v1
kind: Scenario
metadata: {name: gateway-backend-not-found, description: "...", tags: [gateway, docs], refs: [kumahq/kuma#9894]}
kuma: "2.8"
semantics: source
seed: 7
topology:
  global: {type: universal}
  zones:
    zone-1: {}
    zone-2: {loadBalancer: {delay: 20s}, ingress: 2, kuma: "2.9", config: {KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES: "true"}}
    zone-3: {type: universal}
    zone-4: {loadBalancer: pending, ingress: [{replicas: 1}, {replicas: 2}], egress: 1, federated: false}
    zone-5: {ingress: 0}
    zone-6:
  links:
  - {between: [global, zone-2], latency: 40ms, jitter: 10ms}
  - {between: [zone-1, zone-2]}
steps: []
""",
        "dir/x.kumasim.yaml",
        known=KNOWN,
    )
    assert (made.name, made.description, made.tags) == ("gateway-backend-not-found", "...", ("gateway", "docs"))
    assert (made.refs, made.kuma, made.semantics, made.seed) == (("kumahq/kuma#9894",), "2.8", "source", 7)
    assert made.topology.global_ == GlobalSpec("universal")
    assert made.topology.links == (
        LinkSpec(("global", "zone-2"), 40_000_000, 10_000_000),
        LinkSpec(("zone-1", "zone-2")),
    )
    zones = {zone.name: zone for zone in made.topology.zones}
    assert [zone.ingress for zone in made.topology.zones] == [(1,), (2,), (), (1, 2), (), (1,)]
    assert [zone.egress for zone in made.topology.zones] == [(), (), (), (1,), (), ()]
    assert zones["zone-2"].load_balancer == LoadBalancer(20 * S)
    assert zones["zone-4"].load_balancer == LoadBalancer(pending=True)
    assert (zones["zone-2"].kuma, zones["zone-1"].kuma) == ("2.9", "")
    assert zones["zone-2"].config == (("KUMA_EXPERIMENTAL_GENERATE_MESH_SERVICES", "true"),)
    assert not zones["zone-4"].federated
    assert list(made.topology.stores) == ["global", "zone-1", "zone-2", "zone-3", "zone-4", "zone-5", "zone-6"]


def test_what_is_left_out_has_its_default() -> None:
    made = load_text("apiVersion: kumasim/v1\nkind: Scenario\nsteps: []\n", "dir/small.kumasim.yaml")
    assert made == Scenario(name="small", kuma="2.8", file="dir/small.kumasim.yaml")
    assert made.topology == Topology(GlobalSpec(), (), ())


def test_without_a_global_there_is_one_zone_and_it_is_the_default_store() -> None:
    head = "apiVersion: kumasim/v1\nkind: Scenario\ntopology: {global: null, zones: {z: {}}}\nsteps:\n"
    made = scenario("- expect:\n  - resource: {kind: Pod}\n", head)
    assert made.topology.global_ is None
    assert made.steps[0].expects[0].at == ("z",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("delete: {at: zone-1, kind: Pod, namespace: a, name: b}", Delete(("zone-1",), Named("Pod", "b", "a"))),
        (
            "delete: {at: [uni], apiVersion: v1, kind: Mesh, mesh: m, name: b}",
            Delete(("uni",), Named("Mesh", "b", api_version="v1", mesh="m")),
        ),
        (
            "patch: {at: zone-1, kind: Pod, name: b, merge: {spec: {a: null}}}",
            Patch(("zone-1",), Named("Pod", "b"), {"spec": {"a": None}}),
        ),
        (
            "patch: {at: zone-1, kind: Pod, name: b, json: [{op: add, path: /a, value: null}, {op: move, from: /a, path: /b}]}",
            Patch(
                ("zone-1",),
                Named("Pod", "b"),
                None,
                ({"op": "add", "path": "/a", "value": None}, {"op": "move", "path": "/b", "from": "/a"}),
            ),
        ),
        (
            "scale: {at: zone-1, kind: Deployment, namespace: a, name: b, replicas: 0}",
            Scale(("zone-1",), Named("Deployment", "b", "a"), 0),
        ),
        ("advance: 2m", Advance(120 * S)),
        ("settle: {within: 5m}", Settle(300 * S)),
        ("settle: {}", Settle(600 * S)),
        ("settle:", Settle(600 * S)),
        ("partition: {between: [global, zone-1]}", Partition(("global", "zone-1"))),
        (
            "partition: {between: [zone-1/cluster, zone-1], direction: a-to-b}",
            Partition(("zone-1/cluster", "zone-1"), "a-to-b"),
        ),
        ("heal: all", Heal()),
        ("heal: {between: [zone-1/dp/x, zone-1]}", Heal(("zone-1/dp/x", "zone-1"))),
        ("crash: {at: zone-1, component: Pod/a/b}", Crash("zone-1", "Pod/a/b")),
        ("restart: {at: zone-1, component: cluster}", Restart("zone-1", "cluster")),
        (
            "restart: {at: zone-1, component: control-plane, zoneName: zone-3}",
            Restart("zone-1", "control-plane", "zone-3"),
        ),
        ("federate: {at: zone-1}", Federate("zone-1")),
    ],
)
def test_a_verb_is_read(text: str, expected: Any) -> None:
    assert verb(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "request: {from: outside, to: zone-1/kuma-demo/Service/edge, port: 8080, host: foo.example.com, path: /db, "
            'method: GET, headers: {X-Env: canary}, query: {a: "1"}}',
            RequestStep(
                Caller(), Target("zone-1", "kuma-demo", "edge"), "", 8080, "http", "foo.example.com", "/db", "a=1", "GET",
                (("x-env", "canary"),),
            ),
        ),
        (
            'request: {from: zone-1/kuma-demo/Deployment/client, url: "http://backend.kuma-demo.svc.cluster.local:3001/items"}',
            RequestStep(
                Caller("zone-1", "kuma-demo", "Deployment", "client"), None, "backend.kuma-demo.svc.cluster.local", 3001,
                "http", "backend.kuma-demo.svc.cluster.local:3001", "/items",
            ),
        ),
        (
            'request: {from: zone-1/kong/Pod/kong, url: "http://echo.default.svc.80.mesh:80/"}',
            RequestStep(
                Caller("zone-1", "kong", "Pod", "kong"), None, "echo.default.svc.80.mesh", 80, "http",
                "echo.default.svc.80.mesh:80",
            ),
        ),
        (
            "request: {from: uni/Dataplane/web, to: 127.0.0.1, port: 10001, method: post, backend_headers: {A: b}}",
            RequestStep(
                Caller("uni", "", "Dataplane", "web"), Target(address="127.0.0.1"), port=10001, method="POST",
                backend_headers=(("a", "b"),),
            ),
        ),
        (
            'request: {from: outside, to: 172.18.0.2, url: "https://a.com/x?y=1", query: {z: 2}, sni: b.com}',
            RequestStep(
                Caller(), Target(address="172.18.0.2"), "a.com", 443, "https", "a.com", "/x", "y=1&z=2", sni="b.com"
            ),
        ),
    ],
)  # fmt: skip
def test_a_request_is_read(text: str, expected: RequestStep) -> None:
    assert verb(text) == expected


def test_objects_inline_remember_where_they_stand() -> None:
    made = scenario(
        "- apply:\n    at: [zone-1]\n    resources:\n    - kind: A\n      apiVersion: v1\n      metadata: {name: b}\n"
    )
    applied = made.steps[0].verb
    assert isinstance(applied, Apply)
    assert [str(item.key) for item in applied.resources] == ["A/b"]
    assert str(applied.resources[0].origin) == "s.kumasim.yaml:9:7"
    assert str(applied.manifests[0].at("metadata", "name")) == "s.kumasim.yaml:11:24"
    assert str(made.steps[0].origin) == "s.kumasim.yaml:6:3"


@pytest.mark.parametrize(
    ("item", "step", "kind", "at"),
    [
        ("resource: {kind: Pod}", "delete: {at: zone-1, kind: A, name: b}", ResourceExpected, ("zone-1",)),
        ("{resource: {kind: Pod}, at: [global, zone-2]}", "settle: {}", ResourceExpected, ("global", "zone-2")),
        ("{absent: {type: Mesh, name: x}, at: uni}", "settle: {}", Absent, ("uni",)),
        ("absent: {kind: Pod}", "crash: {at: zone-2, component: cluster}", Absent, ("zone-2",)),
        (
            "error: {code: 403, \"(contains(message, 'x'))\": true}",
            "delete: {at: zone-1, kind: A, name: b}",
            ErrorExpected,
            (),
        ),
        ("response: {status: 200, headers: {x-env: a}}", "request: {from: outside, to: 10.0.0.1}", Response, ()),
        ("diagnostics: {KS0410: {at: zone-1}}", "settle: {}", Diagnostics, ()),
        ("events: {absent: {kind: ResourceUpserted, body: {a: 1}}}", "settle: {}", Events, ()),
    ],
)
def test_an_expectation_is_read(item: str, step: str, kind: type, at: tuple[str, ...]) -> None:
    made = expectation(item, step)
    assert type(made) is kind
    assert made.at == at
    assert made.origin.line == 8


def test_outcomes_have_exact_shares() -> None:
    made = expectation(
        "outcomes: [{share: 1/3, status: 500}, {share: 2/3, status: 200}]", "request: {from: outside, to: 10.0.0.1}"
    )
    assert isinstance(made, Outcomes)
    assert [(item.share, item.tree.value) for item in made.outcomes] == [
        (Fraction(1, 3), {"status": 500}),
        (Fraction(2, 3), {"status": 200}),
    ]
    alone = expectation("outcomes: [{status: refused}]", "request: {from: outside, to: 10.0.0.1}")
    assert alone.outcomes[0].share == 1


def test_diagnostics_are_asked_for_and_ruled_out() -> None:
    made = expectation("diagnostics: {KS0410: null, absent: [KS0102, KS0301]}")
    assert [(code, tree.value) for code, tree in made.present] == [("KS0410", {})]
    assert made.absent == ("KS0102", "KS0301")


def test_times_reason_and_guard_belong_to_every_expectation() -> None:
    made = expectation(
        "{resource: {kind: A}, at: uni, within: 30s, throughout: 5m, because: docs, when: (matrix.seed == `0`)}"
    )
    assert (made.within_ns, made.throughout_ns, made.because) == (30 * S, 300 * S, "docs")
    assert made.when.expression == "(matrix.seed == `0`)"


def test_files_are_read_relative_to_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.yaml").write_text("kind: A\napiVersion: v1\nmetadata: {name: a}\n")
    path = tmp_path / "s.kumasim.yaml"
    path.write_text(HEAD + "- apply: {at: zone-1, files: [m/*.yaml, '-']}\n")
    made = load(path, stdin="kind: B\napiVersion: v1\nmetadata: {name: b}\n", known=KNOWN)
    applied = made.steps[0].verb
    assert isinstance(applied, Apply)
    assert [(item.kind, str(item.origin)) for item in applied.resources] == [("A", "m/a.yaml:1:1"), ("B", "-:1:1")]
    assert applied.manifests[0].at().file == f"{tmp_path.as_posix()}/m/a.yaml"


def test_a_path_that_does_not_exist_is_a_matter_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load(tmp_path / "nope.yaml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "x.yaml:1:1: KS1210 the file is empty (a file holds one scenario)"),
        ("a: 1\n---\nb: 2\n", "x.yaml:3:1: KS1210 2 documents in a scenario file (a file holds one scenario)"),
        ("a: [\n", "x.yaml:2:1: KS1101 did not find expected node content"),
        ("- a\n", "x.yaml:1:1: KS1203 the document wants a mapping, not a list"),
    ],
)
def test_a_file_that_is_no_scenario(text: str, problem: str) -> None:
    with pytest.raises(InputError) as caught:
        load_text(text, "x.yaml", known=KNOWN)
    assert str(caught.value) == problem


def test_settings_of_the_command_line_win() -> None:
    made = attrs.evolve(scenario("- settle: {}\n"), matrix=(("kuma", ("2.8", "2.9")), ("mood", ("good", "bad"))))
    changed = override(made, {"kuma": "2.9", "seed": "7", "mood": "bad"}, KNOWN)
    assert (changed.kuma, changed.seed) == ("2.9", 7)
    assert changed.matrix == (("kuma", ("2.9",)), ("mood", ("bad",)))


@pytest.mark.parametrize(
    "setting", [("kuma", "3.7"), ("seed", "-1"), ("seed", str(2**63)), ("colour", "red"), ("semantics", "x")]
)
def test_a_setting_that_cannot_be_is_a_matter_of_usage(setting: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        override(scenario("- settle: {}\n"), dict([setting]), KNOWN)
