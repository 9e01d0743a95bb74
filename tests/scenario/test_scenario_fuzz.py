"""Whatever a file holds, the loader answers with a scenario, manifests, or problems with codes: never anything else."""

from __future__ import annotations

import resource as limits
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumasim.errors import PROBLEM_CODES, InputError
from kumasim.scenario.load import load_text
from kumasim.scenario.manifests import load_manifests
from kumasim.scenario.matrix import expand
from kumasim.scenario.yaml_reader import decode

CORPUS = Path(__file__).parent / "corpus"
ROOT = Path(__file__).parents[2]
GOOD = [path.read_bytes() for path in sorted((ROOT / "scenarios").rglob("*.yaml"))]
SEEDS = GOOD + [path.read_bytes() for path in sorted(CORPUS.glob("*.yaml"))]

WORDS = [b": ", b"- ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"!!int ", b"<<: ", b"\n", b"  ", b"'", b'"', b"null", b"~",
         b"true", b"-1", b"1e999", b".nan", b"0o17", b"zone-1", b"global", b"resource", b"\xff", b"\x00", b"\xe2\x80\xa8",
         b"? ", b"|\n", b"---\n", b"#", b"%", b"(length(@))", b"~any.(a)"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file of the repository with a few pieces cut out, doubled, or put in."""
    text = draw(st.sampled_from(SEEDS))[:2000]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        piece = draw(st.sampled_from([b"", text[start:end] * 2, *WORDS]))
        text = text[:start] + piece + text[end:]
    return text


def read(data: bytes) -> None:
    """Reads a text as a scenario and as manifests."""
    text, problem = decode(data, "fuzz.yaml")
    if problem is not None:
        assert problem.code in PROBLEM_CODES
        return
    for attempt in (
        lambda: expand(load_text(text, "fuzz.yaml", ROOT / "scenarios", stdin=text)),
        lambda: load_manifests("-", stdin=text),
    ):
        codes = told_by(attempt)
        assert codes is None or (codes and codes <= set(PROBLEM_CODES))


def told_by(attempt: Callable[[], object]) -> set[str] | None:
    """The codes of what is wrong; None where nothing is."""
    try:
        attempt()
    except InputError as error:
        return {one.code for one in error.problems}
    return None


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_random_bytes(data: bytes) -> None:
    read(data)


@given(mutated())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mutated_files(data: bytes) -> None:
    read(data)


@pytest.mark.slow
@given(mutated())
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_many_mutated_files(data: bytes) -> None:
    read(data)


APPLY = "apiVersion: kumasim/v1\nkind: Scenario\ntopology: {zones: {zone-1: {}}}\nsteps:\n- apply: {at: zone-1, files: ['-']}\n"


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


BOMBS = {
    "billion laughs": laughs(10),
    "quadratic": "a: &a " + "x" * 100_000 + "\nb: [" + ", ".join(["*a"] * 100_000) + "]\n",
    "merge of merges": "a0: &a0 {k: 1}\n"
    + "".join(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}]}}\n" for n in range(1, 40)),
    "huge file": "a: " + "x" * 20_000_000 + "\n",
    "megabyte scalar": "a: " + "x" * 5_000_000 + "\n",
    "megabyte key": "? " + "x" * 5_000_000 + "\n: a\n",
    "deep list": "[" * 100_000 + "]" * 100_000 + "\n",
    "deep mapping": "{a: " * 50_000 + "1" + "}" * 50_000 + "\n",
    "deep blocks": "".join(" " * n + "-\n" for n in range(3000)),
    "long number": "a: " + "9" * 1_000_000 + "\n",
    "long float": "a: 1e" + "9" * 1_000_000 + "\n",
    "long sexagesimal": "a: 1" + ":59" * 300_000 + "\n",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused_within_a_second_and_bounded_memory(bomb: str) -> None:
    before = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with pytest.raises(InputError):
        load_text(APPLY, "bomb.yaml", stdin=bomb)
    assert time.process_time() - began < 1
    assert limits.getrusage(limits.RUSAGE_SELF).ru_maxrss - before < 300_000  # KiB
