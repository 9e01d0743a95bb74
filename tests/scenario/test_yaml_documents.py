"""Documents: cut as kubectl cuts them, with the place of every key and value, and all problems at once."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kumasim.scenario import yaml_reader
from kumasim.scenario.yaml_reader import decode, read_documents


def values(text: str, file: str = "x.yaml") -> list[Any]:
    documents, problems = read_documents(text, file)
    assert problems == ()
    return [document.value for document in documents]


def problems(text: str, file: str = "x.yaml") -> list[str]:
    return [str(problem) for problem in read_documents(text, file)[1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# only a comment\n", []),
        ("---\n---\nnull\n---\n~\n", []),
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\na: 1\n--- # second\nb: 2", [{"a": 1}, {"b": 2}]),
        ("a: 1\r\n---\r\nb: 2\r\n", [{"a": 1}, {"b": 2}]),
        ("\ufeffa: 1\n", [{"a": 1}]),
        ("%YAML 1.1\n---\na: 1\n", [{"a": 1}]),
        ("a: |\n  ---\n  text\n", [{"a": "---\ntext\n"}]),
        ("a: {b: [y, 0644, 1:30]}\n", [{"a": {"b": [True, 420, "1:30"]}}]),
        ("yes: 1\n8: 2\n1.5: 3\n", [{"true": 1, "8": 2, "1.5": 3}]),
        ("a: &x {b: 1}\nc: *x\n", [{"a": {"b": 1}, "c": {"b": 1}}]),
        ("a: 'yes'\nb: \"1\"\n", [{"a": "yes", "b": "1"}]),
        ("a: !foo {b: 1}\nc: !!set {d}\n", [{"a": {"b": 1}, "c": {"d": None}}]),
    ],
)
def test_documents_are_read_as_kubectl_reads_them(text: str, expected: list[Any]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m: &m {a: 2, b: 3}\ns:\n  <<: *m\n  a: 1\n", {"a": 1, "b": 3}),
        ("m: &m {a: 2, b: 3}\ns:\n  a: 1\n  <<: *m\n", {"a": 2, "b": 3}),
        ("m: &m {a: 2}\no: &o {a: 5, c: 3}\ns:\n  <<: [*m, *o]\n", {"a": 2, "c": 3}),
        ('s: {"<<": {a: 1}}\n', {"<<": {"a": 1}}),
    ],
)
def test_merge_keys_do_what_go_yaml_does(text: str, expected: Any) -> None:
    assert values(text)[0]["s"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", ["x.yaml:2:1: KS1102 key 'a' is written twice; the first is in line 1 (remove one of them)"]),
        (
            "true: 1\nyes: 2\n",
            ["x.yaml:2:1: KS1102 key 'true' is written twice; the first is in line 1 (remove one of them)"],
        ),
        (
            "a: .nan\nb: {c: 1, c: 2}\n",
            [
                'x.yaml:1:4: KS1103 .nan is a number that JSON cannot hold (write ".nan" for the text)',
                "x.yaml:2:11: KS1102 key 'c' is written twice; the first is in line 2 (remove one of them)",
            ],
        ),
        ("~: 1\n", ["x.yaml:1:1: KS1103 JSON cannot hold ~ as a key"]),
        ("[a]: 1\n", ["x.yaml:1:1: KS1103 JSON cannot hold a key that is no scalar"]),
        ("a: !!int x\n", ["x.yaml:1:4: KS1104 `x` is not a !!int"]),
        ("a: &a [*a]\n", ["x.yaml:1:4: KS1105 an anchor's value contains itself"]),
        ("<<: 3\n", ["x.yaml:1:5: KS1106 a merge needs a mapping or a list of mappings"]),
        ("a:\n\tb: 1\n", ["x.yaml:2:1: KS1101 a tab where YAML wants spaces (indent with spaces)"]),
        ("a: @b\n", ["x.yaml:1:4: KS1101 a value cannot begin with '@' (put the value in quotes)"]),
        ("a: 1\n--- {b: 2}\n", ["x.yaml:2:4: KS1101 text behind the separator --- (put it on a line of its own)"]),
        ("a: \x07\n", ["x.yaml:1:4: KS1101 character #x0007 is not allowed in YAML"]),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_a_broken_document_does_not_hide_the_others() -> None:
    text = "a: [\n---\nb: 1\n---\nc: {d: 1, d: 2}\n"
    documents, found = read_documents(text, "x.yaml")
    assert [document.value for document in documents] == [{"b": 1}]
    assert [(problem.code, problem.line) for problem in found] == [("KS1101", 2), ("KS1102", 5)]


def test_aliases_that_grow_without_bound_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert [problem.code for problem in read_documents("\n".join(lines), "x.yaml")[1]] == ["KS1105"]


@pytest.mark.parametrize("text", ["[" * 900 + "]" * 900, "{a: " * 300 + "}" * 300, "- " * 250])
def test_deep_nesting_is_a_problem_and_not_a_crash(text: str) -> None:
    assert [problem.code for problem in read_documents(text, "x.yaml")[1]] == ["KS1101"]


def test_places_of_keys_and_values() -> None:
    text = "# head\nkind: A\nspec:\n  list:\n  - {n: 1, v: 2.10}\n  - x\n  empty:\n---\nb: y\n"
    first, second = read_documents(text, "x.yaml", "name.yaml")[0]
    places = {
        (): (2, 1),
        ("kind",): (2, 7),
        ("spec", "list"): (5, 3),
        ("spec", "list", 0, "v"): (5, 15),
        ("spec", "list", 1): (6, 5),
        ("spec", "empty"): (7, 3),
        ("spec", "missing", "deeper"): (4, 3),
    }
    for path, (line, column) in places.items():
        assert (first.at(path).line, first.at(path).column) == (line, column), path
    assert str(first.at(("spec", "list", 0, "v"), key=True)) == "x.yaml:5:12"
    assert str(first.at(("spec", "missing"), key=True)) == "x.yaml:3:1"
    assert str(first.named(("kind",))) == "name.yaml:2:7"
    assert str(second.at(("b",))) == "x.yaml:9:4"
    assert first.raw(("spec", "list", 0, "v")) == "2.10"
    assert first.raw(("kind",)) is None


def test_a_file_that_is_not_utf8_is_told_with_its_place() -> None:
    assert decode("é: 1\n".encode(), "x.yaml") == ("é: 1\n", None)
    assert str(decode(b"a: 1\nb: \xff\n", "x.yaml")[1]) == (
        "x.yaml:2:4: KS1003 byte 0xff is not UTF-8 (save the file as UTF-8)"
    )


SCALARS = st.one_of(
    st.booleans(),
    st.none(),
    st.integers(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=6),
)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcdef"), inner, max_size=3),
    max_leaves=8,
)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, (*path, index))]
    return [(path, value)]


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(tree=TREES, flow=st.sampled_from([True, False, None]))
def test_every_scalar_stands_where_its_place_says(tree: Any, flow: bool | None) -> None:
    text = yaml.safe_dump({"root": tree}, default_flow_style=flow, allow_unicode=True, width=10_000)
    document = read_documents(text, "x.yaml")[0][0]
    lines = text.split("\n")
    for path, value in leaves(document.value):
        place = document.at(path)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        again = (
            rest if rest[:1] not in "'\"" else rest[: rest.index(rest[0], 1) + 1] if rest[0] not in rest[1:-1] else rest
        )
        written = document.raw(path)
        if isinstance(value, str) and rest[:1] not in ("'", '"', "!"):
            assert rest.startswith(value) or value == "", again
        elif written:
            assert rest.startswith(written)


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="only one parser here")
@pytest.mark.parametrize(
    "text",
    [
        "a: é x\nb: [é, b,]\n",
        "- a\n-\n- b\n",
        "x: |\n  abc\ny: 'q'\n",
        "? a\n: b\n",
        "a: &q\n  b: 1\nc: *q\n",
        "a: !!str\nb: 1\n",
    ],
)
def test_both_parsers_see_the_same_places(text: str) -> None:
    assert marks(yaml_reader._composer(text)) == marks(yaml_reader._PurePython(text))


def marks(composer: Any) -> list[Any]:
    def walk(node: Any) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return node.tag, node.value, node.start_mark.line, node.start_mark.column
        items = node.value if isinstance(node, yaml.SequenceNode) else [side for pair in node.value for side in pair]
        return node.start_mark.line, node.start_mark.column, [walk(item) for item in items]

    found = []
    while composer.check_node():
        found.append(walk(composer.get_node()))
    return found
