"""The matrix: cells, their names, and what guards leave out."""

from typing import Any

import pytest

from kumasim.errors import InputError
from kumasim.scenario.known import Known
from kumasim.scenario.load import load_text
from kumasim.scenario.matrix import expand
from kumasim.scenario.model import Scenario

KNOWN = Known(profiles=("2.8", "2.9"))


def scenario(matrix: str, steps: str = "- settle: {}\n") -> Scenario:
    return load_text(
        f"apiVersion: kumasim/v1\nkind: Scenario\nmetadata: {{name: s}}\nseed: 5\nmatrix: {matrix}\nsteps:\n{steps}",
        "s.yaml",
        known=KNOWN,
    )


@pytest.mark.parametrize(
    ("matrix", "names"),
    [
        ("{}", ["s"]),
        ('{kuma: ["2.8", "2.9"]}', ["s[2.8]", "s[2.9]"]),
        ('{kuma: ["2.8"], seed: [7, 8]}', ["s[2.8,7]", "s[2.8,8]"]),
        (
            "{seed: [1, 2], mood: [good, yes, null]}",
            [f"s[{seed},{mood}]" for seed in (1, 2) for mood in ("good", "true", "null")],
        ),
    ],
)
def test_names_of_variants(matrix: str, names: list[str]) -> None:
    assert [variant.name for variant in expand(scenario(matrix))] == names


def test_known_keys_set_the_scenario_and_others_do_not() -> None:
    variant = expand(scenario('{kuma: ["2.9"], semantics: [source], seed: [7], mood: [bad]}'))[0]
    assert (variant.kuma, variant.semantics, variant.seed) == ("2.9", "source", 7)
    assert dict(variant.cell) == {"kuma": "2.9", "semantics": "source", "seed": 7, "mood": "bad"}
    assert variant.matrix == ()


GUARDED = """\
- settle: {}
  when: (matrix.kuma == '2.8')
- expect:
  - {events: {absent: {kind: A}}, when: (matrix.mood == 'bad' && matrix.seed == `5`)}
  - events: {absent: {kind: B}}
"""


def skipped(variant: Scenario) -> list[Any]:
    return [(step.skipped, [item.skipped for item in step.expects]) for step in variant.steps]


def test_guards_leave_out_steps_and_expectations() -> None:
    variants = {
        variant.name: skipped(variant)
        for variant in expand(scenario('{kuma: ["2.8", "2.9"], mood: [good, bad]}', GUARDED))
    }
    assert variants == {
        "s[2.8,good]": [(False, []), (False, [True, False])],
        "s[2.8,bad]": [(False, []), (False, [False, False])],
        "s[2.9,good]": [(True, []), (False, [True, False])],
        "s[2.9,bad]": [(True, []), (False, [False, False])],
    }


def test_a_guard_may_ask_for_settings_that_do_not_vary() -> None:
    assert skipped(expand(scenario("{}", "- settle: {}\n  when: (matrix.seed == `6`)\n"))[0]) == [(True, [])]


def test_a_guard_that_is_neither_true_nor_false_is_bad_input() -> None:
    made = scenario("{mood: [good]}", "- settle: {}\n  when: (matrix.mood)\n")
    with pytest.raises(InputError) as caught:
        expand(made)
    assert str(caught.value) == "s.yaml:8:9: KS1405 `when`: (matrix.mood) is 'good', not true or false"
