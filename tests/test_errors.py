"""The tree of errors: facts as attributes, exit codes as promised, problems that read like a compiler's."""

import pickle
import re
from pathlib import Path

import pytest

from kumasim import errors
from kumasim.errors import (
    PROBLEM_CODES,
    BrokenInvariant,
    Diverged,
    ExpectationFailed,
    InputError,
    JournalDamaged,
    JournalProblem,
    JournalTooNew,
    KumasimError,
    Problem,
    Refused,
    UsageError,
)

HERE = Problem("KS1201", "unknown field 'kidn'", "a.yaml", 3, 5, 'did you mean "kind"?')

EVERY_ERROR = [
    (UsageError("no such file"), 2),
    (InputError([HERE]), 3),
    (Refused(403, "Forbidden", "no", [{"field": "spec", "reason": "x", "message": "y"}]), 1),
    (ExpectationFailed(["a.yaml:3: no"]), 1),
    (JournalProblem("cut", "run.journal", 7), 3),
    (JournalDamaged("cut", "run.journal", 7), 3),
    (JournalTooNew("format 9", "run.journal"), 3),
    (Diverged(42, ("a",), None), 5),
    (BrokenInvariant("time went backwards", 7, 12), 70),
]


@pytest.mark.parametrize(("error", "code"), EVERY_ERROR, ids=lambda value: type(value).__name__)
def test_every_error_is_ours_and_ends_the_command_line_with_its_code(error: KumasimError, code: int) -> None:
    assert isinstance(error, KumasimError)
    assert error.exit_code == code


@pytest.mark.parametrize("error", [error for error, _ in EVERY_ERROR], ids=lambda value: type(value).__name__)
def test_an_error_survives_pickling_with_its_facts(error: KumasimError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_the_docstring_draws_every_error() -> None:
    classes = [name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, KumasimError)]
    assert [name for name in classes if name not in (errors.__doc__ or "")] == []


def test_a_problem_reads_like_a_compilers() -> None:
    assert str(HERE) == "a.yaml:3:5: KS1201 unknown field 'kidn' (did you mean \"kind\"?)"
    assert str(Problem("KS1001", "cannot be read", "a.yaml")) == "a.yaml: KS1001 cannot be read"
    assert str(Problem("KS1001", "cannot be read")) == "KS1001 cannot be read"


def test_a_problem_is_a_mapping_in_json() -> None:
    assert HERE.to_dict() == {
        "code": "KS1201",
        "file": "a.yaml",
        "line": 3,
        "column": 5,
        "message": "unknown field 'kidn'",
        "fix": 'did you mean "kind"?',
    }


def test_an_input_error_tells_all_its_problems() -> None:
    error = InputError([HERE, Problem("KS1001", "gone", "b.yaml")])
    assert str(error).splitlines() == [str(HERE), "b.yaml: KS1001 gone"]


def test_codes_are_ks_and_four_digits() -> None:
    assert all(code[:2] == "KS" and code[2:].isdigit() and len(code) == 6 for code in PROBLEM_CODES)
    assert list(PROBLEM_CODES) == sorted(PROBLEM_CODES)


def test_the_table_holds_exactly_the_codes_that_are_used() -> None:
    sources = (Path(errors.__file__).parent / "scenario").rglob("*.py")
    used = {code for source in sources for code in re.findall(r"KS1[0-9]{3}", source.read_text(encoding="utf-8"))}
    assert sorted(used) == list(PROBLEM_CODES)
