"""Every broken file of the corpus is told of as its golden text has it: place, code, message, remedy.

`KUMASIM_UPDATE=1 pytest tests/scenario/test_scenario_corpus.py` writes the texts anew; read them before you keep them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kumasim.errors import PROBLEM_CODES, InputError
from kumasim.scenario.load import load
from kumasim.scenario.manifests import load_manifests

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path.name for path in CORPUS.glob("*.yaml"))


def told(name: str) -> str:
    """What is said about a file, one line for each problem and one for its fix."""
    with pytest.raises(InputError) as raised:
        load(CORPUS / name) if name.endswith(".scenario.yaml") else load_manifests(name, CORPUS)
    lines = []
    for problem in raised.value.problems:
        assert problem.code in PROBLEM_CODES
        assert problem.message
        lines.append(f"{problem.line}:{problem.column}: {problem.code} {problem.message}")
        lines += [f"    fix: {problem.fix}"] if problem.fix else []
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_told_of(name: str) -> None:
    golden = CORPUS / f"{name.removesuffix('.yaml')}.txt"
    text = told(name)
    if os.environ.get("KUMASIM_UPDATE"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_corpus_is_large_and_meets_most_codes() -> None:
    assert len(FILES) >= 120
    met = {line.split(": ")[1].split(" ")[0] for path in CORPUS.glob("*.txt") for line in _heads(path)}
    assert set(PROBLEM_CODES) - met <= {
        "KS1107",  # needs a large file; see test_scenario_fuzz
        "KS1503",  # needs a Universal store; see test_scenario_problems
    }


def _heads(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if ": KS" in line]
