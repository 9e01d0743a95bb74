"""Manifests: paths, folders, globs, Lists, Universal objects, and what their kinds' schemas say."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kumasim.domain.kinds import Violation
from kumasim.domain.tree import thaw
from kumasim.errors import InputError, UsageError
from kumasim.scenario.files import Files
from kumasim.scenario.known import Known, current
from kumasim.scenario.load import load_text
from kumasim.scenario.manifests import load_manifests, read_manifests
from kumasim.scenario.model import Apply

OBJECT = "apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "b.yaml",
        "a.yml",
        "c.json",
        "notes.txt",
        "x.kumasim.yaml",
        "deep/d.yaml",
        "deep/deeper/e.yaml",
        ".hidden.yaml",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            '{"apiVersion": "v1", "kind": "A", "metadata": {"name": "c"}}'
            if name == "c.json"
            else OBJECT.format(kind="A", name=path.stem)
        )
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("b.yaml", ["b.yaml"]),
        (".", [".hidden.yaml", "a.yml", "b.yaml", "c.json"]),
        ("deep", ["deep/d.yaml"]),
        ("*.yaml", ["b.yaml"]),
        ("*", ["a.yml", "b.yaml", "c.json"]),
        ("**", ["a.yml", "b.yaml", "c.json", "deep/d.yaml", "deep/deeper/e.yaml"]),
        ("**/*.yaml", ["b.yaml", "deep/d.yaml", "deep/deeper/e.yaml"]),
        ("deep/*", ["deep/d.yaml"]),
        ("[ab].*", ["a.yml", "b.yaml"]),
        ("*.txt", ["notes.txt"]),
        ("-", ["-"]),
    ],
)
def test_which_files_are_meant(folder: Path, pattern: str, names: list[str]) -> None:
    assert Files(str(folder)).named(pattern) == (tuple(names), "")


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("z.yaml", "there is no file z.yaml"),
        ("z*.yaml", "no file matches z*.yaml"),
        ("*.kumasim.yaml", "no file matches *.kumasim.yaml"),
    ],
)
def test_what_names_no_file_is_an_error(folder: Path, pattern: str, wrong: str) -> None:
    assert Files(str(folder)).named(pattern) == ((), wrong)


def test_manifests_come_from_paths_globs_and_mappings(folder: Path) -> None:
    read = read_manifests(["*.yaml", "deep", {"apiVersion": "v1", "kind": "B", "metadata": {"name": "m"}}], folder)
    assert [str(item.key) for item in read] == ["A/b", "A/d", "B/m"]
    assert [str(item.origin) for item in read[:2]] == ["b.yaml:1:1", "deep/d.yaml:1:1"]


def test_every_problem_of_every_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: A\n---\nb: [\n---\nc: 1\nc: 2\n")
    (tmp_path / "b.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(InputError) as caught:
        load_manifests(["*.yaml", "nope.yaml"], tmp_path, known=Known())
    found = [(Path(problem.file).name, problem.line, problem.code) for problem in caught.value.problems]
    assert found == [
        ("a.yaml", 4, "KS1101"),
        ("a.yaml", 6, "KS1102"),
        ("a.yaml", 1, "KS1501"),
        ("a.yaml", 1, "KS1501"),
        ("b.yaml", 1, "KS1003"),
        ("nope.yaml", 0, "KS1001"),
    ]


def test_what_is_no_source_of_manifests_is_a_matter_of_usage() -> None:
    with pytest.raises(UsageError):
        load_manifests(3)


def test_lists_are_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "l.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}}\n---\n"
        "apiVersion: x/v1\nkind: BList\nitems:\n- metadata: {name: b}\n"
    )
    read = read_manifests("l.yaml", tmp_path)
    assert [(item.api_version, str(item.key), item.origin and item.origin.line) for item in read] == [
        ("v1", "A/a", 4),
        ("x/v1", "B/b", 9),
    ]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (
            {"type": "Dataplane", "mesh": "m", "name": "d", "labels": {"a": "b"}, "networking": {"address": "1.2.3.4"}},
            {"mesh": "m", "spec": {"networking": {"address": "1.2.3.4"}}},
        ),
        ({"type": "MeshUnheardOf", "mesh": "m", "name": "d", "spec": {"to": []}}, {"mesh": "m", "spec": {"to": []}}),
        ({"type": "Mesh", "name": "d", "creationTime": "2024-01-01T00:00:00Z"}, {}),
    ],
)
def test_universal_objects_are_held_like_all_others(written: dict[str, Any], stored: dict[str, Any]) -> None:
    (made,) = load_manifests(written, known=Known())
    assert made.universal
    assert (made.resource.api_version, made.resource.kind, made.resource.name) == (
        "kuma.io/v1alpha1",
        written["type"],
        "d",
    )
    assert dict(made.resource.meta.labels) == written.get("labels", {})
    assert thaw(made.resource.body) == stored


def three_flaws(_: Mapping[str, Any]) -> Iterable[Violation]:
    """A schema that knows a field `spec.a` of one to nine, needs `spec.b`, and has no `spec.c`."""
    yield Violation(("spec", "a"), "Invalid value: 10: must be less than 10", "", "range")
    yield Violation(("spec", "b"), "Required value", 'add "b"', "missing")
    yield Violation(("spec", "c"), 'unknown field "spec.c"', "", "unknown")


BAD = """\
apiVersion: kumasim/v1
kind: Scenario
topology: {zones: {zone-1: {}, uni: {type: universal}}}
steps:
- apply:
    at: %s
    resources:
    - %s
"""


def test_violations_stand_at_the_value_or_at_the_key() -> None:
    text = BAD % ("zone-1", "{apiVersion: v1, kind: A, metadata: {name: a}, spec: {a: 10, c: 3}}")
    with pytest.raises(InputError) as caught:
        load_text(text, "s.yaml", known=Known(violations=three_flaws))
    assert str(caught.value).splitlines() == [
        's.yaml:8:54: KS1502 spec.b: Required value (add "b")',
        "s.yaml:8:64: KS1502 spec.a: Invalid value: 10: must be less than 10",
        's.yaml:8:68: KS1502 spec.c: unknown field "spec.c"',
    ]


def test_violations_of_flat_universal_objects_stand_where_they_were_written() -> None:
    text = BAD % ("uni", "{type: A, name: a, a: 10, c: 3}")
    with pytest.raises(InputError) as caught:
        load_text(text, "s.yaml", known=Known(violations=three_flaws))
    assert [(problem.column, problem.message[:2]) for problem in caught.value.problems] == [
        (7, "b:"),
        (29, "a:"),
        (33, "c:"),
    ]


def test_where_an_error_is_expected_the_violations_are_the_runs() -> None:
    text = (
        BAD % ("zone-1", "{kind: A, metadata: {labels: {a: 1}, name: [x]}, spec: {}}")
        + "  expect:\n  - error: {code: 422}\n"
    )
    scenario = load_text(text, "s.yaml", known=Known(violations=three_flaws))
    applied = scenario.steps[0].verb
    assert isinstance(applied, Apply)
    assert [violation.path for violation in applied.manifests[0].violations] == [
        ("apiVersion",),
        ("spec", "a"),
        ("spec", "b"),
        ("spec", "c"),
    ]
    made = applied.resources[0]
    assert (made.api_version, made.kind, made.name, dict(made.meta.labels)) == ("", "A", "", {})


def test_what_this_version_knows_has_the_schemas_of_kinds() -> None:
    with pytest.raises(InputError) as caught:
        load_manifests(
            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 0}]}},
            known=current(),
        )
    assert [problem.code for problem in caught.value.problems] == ["KS1502"]


def test_a_newer_kind_names_its_mesh_in_a_label() -> None:
    written = {"type": "MeshTimeout", "mesh": "m", "name": "t", "labels": {"a": "b"}, "spec": {"to": []}}
    (made,) = load_manifests(written, known=Known())
    assert dict(made.resource.meta.labels) == {"kuma.io/mesh": "m", "a": "b"}
    assert thaw(made.resource.body) == {"spec": {"to": []}}


def test_objects_for_another_type_of_store_are_told() -> None:
    written = {"type": "Mesh", "name": "m"}
    assert load_manifests(written, known=Known(), stores={"u": "universal"})
    with pytest.raises(InputError) as caught:
        load_manifests(written, known=Known(), stores={"zone-1": "kubernetes"})
    assert [problem.code for problem in caught.value.problems] == ["KS1503"]
