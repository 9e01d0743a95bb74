"""`check`: each sort of problem is found at its line, with a code, a cause and a remedy; what is right is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kumasim.app.check import check, stores_of
from kumasim.domain.diagnostics import PAGES
from kumasim.errors import InputError, UsageError
from kumasim.projections.findings import Finding

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: demo, labels: {kuma.io/sidecar-injection: enabled}}
"""

GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: demo}
spec:
  gatewayClassName: kuma
  listeners:
  - {name: http, port: 8080, protocol: HTTP}
"""


def service(name: str, namespace: str = "demo", protocol: str = "appProtocol: http, ") -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {{app: {name}}}
  ports:
  - {{{protocol}port: 80}}
"""


def route(name: str = "r", parent: str = "name: edge", rules: str = "") -> str:
    rules = rules or "  - backendRefs:\n    - {name: web, port: 80}\n"
    return f"""\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: {name}, namespace: demo}}
spec:
  parentRefs:
  - {{{parent}}}
  rules:
{rules}"""


def write(folder: Path, *documents: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(documents):
        (folder / f"{number}.yaml").write_text(text)
    return str(folder)


def checked(tmp_path: Path, *documents: str, store: str = "zone-1") -> list[Finding]:
    return check({store: [write(tmp_path / store, *documents)]})


def places(found: list[Finding]) -> list[tuple[str, str, int]]:
    """Code, file and line of each finding."""
    return [
        (one.code, Path(one.origin.file).name if one.origin else "", one.origin.line if one.origin else 0)
        for one in found
    ]


def test_what_is_right_is_left_alone(tmp_path: Path) -> None:
    assert checked(tmp_path, NAMESPACE, GATEWAY, service("web"), route()) == []


BAD_BACKEND = "  - backendRefs:\n    - {name: %s, port: 80}\n"
GRPC = route().replace("HTTPRoute", "GRPCRoute").replace("/v1\n", "/v1alpha2\n")

CASES: dict[str, tuple[tuple[str, ...], list[tuple[str, str, int]]]] = {
    "backend that does not exist": (
        (NAMESPACE, GATEWAY, route(rules=BAD_BACKEND % "nobody")),
        [("KS0301", "2.yaml", 9)],
    ),
    "backend of another namespace without a grant": (
        (NAMESPACE, NAMESPACE.replace("demo", "other"), GATEWAY, service("web", "other"),
         route(rules="  - backendRefs:\n    - {name: web, namespace: other, port: 80}\n")),
        [("KS0301", "4.yaml", 9)],
    ),
    "backend port that the Service lacks": (
        (NAMESPACE, GATEWAY, service("web"), route(rules="  - backendRefs:\n    - {name: web, port: 81}\n")),
        [("KS0306", "3.yaml", 9)],
    ),
    "parent that does not exist": (
        (NAMESPACE, service("web"), route(parent="name: nobody")),
        [("KS0302", "2.yaml", 6)],
    ),
    "parent section that does not exist": (
        (NAMESPACE, GATEWAY, service("web"), route(parent="name: edge, sectionName: https")),
        [("KS0302", "3.yaml", 6)],
    ),
    "listeners of one port with different protocols": (
        (NAMESPACE, GATEWAY + "  - {name: a, port: 81, protocol: HTTP, hostname: x.y}\n"
         "  - {name: b, port: 81, protocol: HTTPS, hostname: x.z, tls: {certificateRefs: [{name: c}]}}\n",
         service("web"), route()),
        [("KS0303", "1.yaml", 8), ("KS0303", "1.yaml", 9)],
    ),
    "listener of an unsupported protocol": (
        (NAMESPACE, GATEWAY + "  - {name: a, port: 81, protocol: UDP}\n"),
        [("KS0307", "1.yaml", 8)],
    ),
    "the same match in two routes": (
        (NAMESPACE, GATEWAY, service("web"), route("a"), route("b")),
        [("KS0304", "4.yaml", 8)],
    ),
    "the same match twice in a route": (
        (NAMESPACE, GATEWAY, service("web"),
         route(rules="  - matches:\n    - path: {value: /a}\n    - path: {value: /a}\n    backendRefs:\n"
               "    - {name: web, port: 80}\n")),
        [("KS0304", "3.yaml", 10)],
    ),
    "route on a Service without protocol": (
        (NAMESPACE, service("raw", protocol=""), service("web"), route(parent="group: '', kind: Service, name: raw")),
        [("KS0305", "1.yaml", 7)],
    ),
    "route of a Service to one without protocol": (
        (NAMESPACE, service("web"), service("raw", protocol=""),
         route(parent="group: '', kind: Service, name: web", rules=BAD_BACKEND % "raw")),
        [("KS0305", "2.yaml", 7)],
    ),
    "instance without gateway": (
        (NAMESPACE, "apiVersion: kuma.io/v1alpha1\nkind: MeshGatewayInstance\n"
         "metadata: {name: edge, namespace: demo}\nspec:\n  replicas: 1\n"),
        [("KS0702", "1.yaml", 5)],
    ),
    "written twice": (
        (NAMESPACE, service("web"), service("web").replace("80", "81")),
        [("KS0204", "2.yaml", 1)],
    ),
    "a Service where the gateway makes one": (
        (NAMESPACE, GATEWAY, service("edge")),
        [("KS0204", "2.yaml", 1)],
    ),
    "namespace that nobody creates": (
        (service("web"),),
        [("KS0208", "0.yaml", 3)],
    ),
    "a kind that Kuma does not watch": (
        (NAMESPACE, GRPC),
        [("KS0206", "1.yaml", 1)],
    ),
    "a class of another controller": (
        ("apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: other}\n"
         "spec: {controllerName: example.com/x}\n", NAMESPACE, GATEWAY.replace("kuma", "other")),
        [("KS0207", "0.yaml", 1), ("KS0207", "2.yaml", 5)],
    ),
    "a field that is not modelled": (
        (NAMESPACE, "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: demo}\n"
         "spec: {}\n"),
        [("KS0201", "1.yaml", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES.keys())
def test_each_problem_is_found_at_its_line(
    tmp_path: Path, documents: tuple[str, ...], expected: list[tuple[str, str, int]]
) -> None:
    found = checked(tmp_path, *documents)
    assert places(found) == expected
    for one in found:
        assert one.cause
        assert one.advice
        assert one.code in PAGES


def test_a_backend_of_another_zone_is_named(tmp_path: Path) -> None:
    one = write(tmp_path / "one", NAMESPACE, GATEWAY, route(rules=BAD_BACKEND % "db"))
    two = write(tmp_path / "two", NAMESPACE, service("db"))
    (found,) = check({"zone-1": [one], "zone-2": [two]})
    assert found.code == "KS0301"
    assert "it exists in zone-2" in found.cause
    assert "deploy db to zone-1" in found.advice


@pytest.mark.parametrize(
    ("document", "advice"),
    [
        (GATEWAY, "apply it to a zone"),
        (NAMESPACE + "---\n" + route(), "apply it to a zone"),
    ],
)
def test_what_belongs_into_a_zone_is_refused_on_the_global(tmp_path: Path, document: str, advice: str) -> None:
    found = [one for one in checked(tmp_path, NAMESPACE, document, store="global") if one.code == "KS0202"]
    assert [one.advice for one in found] == [advice]
    assert all(one.severity == "error" for one in found)


def test_what_belongs_onto_the_global_is_refused_in_a_zone(tmp_path: Path) -> None:
    mesh = "apiVersion: kuma.io/v1alpha1\nkind: Mesh\nmetadata: {name: other}\n"
    (found,) = checked(tmp_path, mesh)
    assert (found.code, found.advice) == ("KS0202", "apply it to the global")


def test_with_the_code_s_semantics_the_global_takes_gateway_api(tmp_path: Path) -> None:
    folder = write(tmp_path / "g", NAMESPACE, GATEWAY)
    assert [one for one in check({"global": [folder]}, semantics="source") if one.code == "KS0202"] == []


def test_bad_files_are_told_of_all_at_once(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "kind: Service\n")
    two = write(tmp_path / "two", "a: [\n")
    with pytest.raises(InputError) as raised:
        check({"zone-1": [one], "zone-2": [two]})
    assert {Path(problem.file).parent.name for problem in raised.value.problems} == {"one", "two"}


@pytest.mark.parametrize(
    ("at", "loose", "expected"),
    [
        (["zone-1=a", "zone-1=b"], [], {"zone-1": ["a", "b"]}),
        ([], ["a"], {"default": ["a"]}),
        (["global=g", "zone-1=a"], ["c"], {"global": ["g"], "zone-1": ["a", "c"]}),
    ],
)
def test_sources_by_store(at: list[str], loose: list[str], expected: dict[str, list[str]]) -> None:
    assert stores_of(at, loose) == expected


@pytest.mark.parametrize(("at", "loose"), [(["zone-1"], []), (["=a"], []), ([], [])])
def test_sources_that_cannot_be(at: list[str], loose: list[str]) -> None:
    with pytest.raises(UsageError):
        stores_of(at, loose)


REAL = Path(__file__).parents[3] / "shared" / "manifests"


@pytest.mark.skipif(not REAL.is_dir(), reason="no manifests of real projects beside the checkout")
@pytest.mark.parametrize(
    ("folder", "codes"), [("kuma-counter-demo-2.8", set()), ("online-boutique", {"KS0201"})]
)  # probes of the boutique's containers are not modelled, which is true
def test_of_real_projects_only_true_findings_are_reported(folder: str, codes: set[str]) -> None:
    found = check({"default": [str(REAL / folder)]})
    assert {one.code for one in found} == codes
    assert all(one.severity == "info" for one in found)
