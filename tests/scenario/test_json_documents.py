"""JSON files: read as JSON, with places, and with YAML's strictness about keys."""

import pytest

from kumasim.scenario.yaml_reader import read_documents


def test_json_is_json_where_yaml_would_stumble() -> None:
    text = '{\n\t"a": "\\ud83d\\ude00 \\/ y",\n\t"b": [1E3, true, null, -0.5]\n}\n{"second": "0644"}'
    documents, problems = read_documents(text, "x.json")
    assert problems == ()
    assert [document.value for document in documents] == [
        {"a": "😀 / y", "b": [1000, True, None, -0.5]},
        {"second": "0644"},
    ]
    assert str(documents[0].at(("b", 2))) == "x.json:3:19"
    assert str(documents[0].at(("b",), key=True)) == "x.json:3:2"
    assert str(documents[1].at(("second",))) == "x.json:5:12"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,}', "x.json:1:9: KS1101 expected a key in double quotes"),
        ('{"a" 1}', 'x.json:1:6: KS1101 expected ":" after the key'),
        ('{"a": 1', 'x.json:1:8: KS1101 expected "," or "}"'),
        ('{"a": tru}', "x.json:1:7: KS1101 expected a JSON value"),
        ('{"a": "x\n"}', "x.json:1:7: KS1101 a string without end, or with a control character in it"),
        ('{"a": "\\q"}', "x.json:1:7: KS1101 a bad escape in a string"),
        (
            '{"a": 1,\n "a": 2}',
            "x.json:2:2: KS1102 key 'a' is written twice; the first is in line 1 (remove one of them)",
        ),
        ("[" * 1000, "x.json:1:202: KS1101 the document is nested too deeply"),
    ],
)
def test_what_is_not_json_is_told_with_its_place(text: str, problem: str) -> None:
    assert [str(found) for found in read_documents(text, "x.json")[1]] == [problem]


def test_a_yaml_file_that_begins_with_a_brace_may_still_be_yaml() -> None:
    documents, problems = read_documents("{a: 1}\n---\n{b: yes}\n", "x.yaml")
    assert problems == ()
    assert [document.value for document in documents] == [{"a": 1}, {"b": True}]
