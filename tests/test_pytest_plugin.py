"""The pytest plugin: what it collects, how it reports, and what its fixtures give."""

from __future__ import annotations

import subprocess
import sys

import pytest

# pytester forgets modules that a run imported; what is imported here is shared by all of them.
import kumasim.app.scenario_run
import kumasim.app.world
import kumasim.replay.verify
import kumasim.views.failure  # noqa: F401
from kumasim import load
from kumasim.journal import Journal

pytest_plugins = ["pytester"]

SCENARIO = """\
apiVersion: kumasim/v1
kind: Scenario
metadata: {name: first, tags: [gateway, "multi-zone"]}
topology: {zones: {zone-1: {}}}
matrix: {seed: [1, 2]}
steps:
- apply:
    at: zone-1
    resources:
    - {apiVersion: v1, kind: Namespace, metadata: {name: demo}}
  expect:
  - resource: {kind: Namespace, metadata: {name: demo}, status: {phase: %s}}
    because: namespaces live
"""


@pytest.fixture
def good(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini("[pytest]\naddopts = --strict-markers -p no:cacheprovider\n")
    (pytester.path / "a.kumasim.yaml").write_text(SCENARIO % "Active")
    return pytester


def test_each_variant_of_a_scenario_is_a_test(good: pytest.Pytester) -> None:
    result = good.runpytest("--collect-only", "-q")
    result.stdout.fnmatch_lines(["a.kumasim.yaml::first[[]1]", "a.kumasim.yaml::first[[]2]"])


def test_scenarios_run(good: pytest.Pytester) -> None:
    good.runpytest().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("expression", "passed"), [("gateway", 2), ("multi-zone and gateway", 2), ("not gateway", 0), ("kumasim", 0)]
)
def test_tags_are_markers(good: pytest.Pytester, expression: str, passed: int) -> None:
    good.runpytest("-m", expression).assert_outcomes(passed=passed, deselected=2 - passed)


def test_a_failure_tells_its_line_and_no_traceback(good: pytest.Pytester) -> None:
    (good.path / "a.kumasim.yaml").write_text(SCENARIO % "Gone")
    result = good.runpytest("-k", "first[1]")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(
        [
            "step 1 apply: Namespace demo at zone-1",
            '    zone-1: status.phase: wanted "Gone", is "Active"',
            "    because: namespaces live",
            "*a.kumasim.yaml:12: expectation failed",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_a_bad_file_is_an_error_of_collection_with_every_problem(good: pytest.Pytester) -> None:
    (good.path / "a.kumasim.yaml").write_text(
        "apiVersion: kumasim/v1\nkind: Scenario\nsteps: [{aply: {}}]\nmatricks: {}\n"
    )
    result = good.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a.kumasim.yaml:3:*KS1401*apply*", "*a.kumasim.yaml:4:1: KS1201*matrix*"])


WORLDS = """
import pytest

def test_default(kumasim):
    assert kumasim["zone-1"].get("Namespace", None, "kuma-system") is not None
    assert kumasim.run.journal.records[0].body.seed == {seed}

@pytest.mark.kumasim(zones=["a", "b"])
def test_marked(kumasim):
    assert kumasim.stores == ("global", "a", "b")
"""


@pytest.mark.parametrize("seed", [0, 7])
def test_the_fixture_is_a_seeded_world(good: pytest.Pytester, seed: int) -> None:
    good.makepyfile(WORLDS.format(seed=seed))
    good.runpytest("-k", "default or marked", f"--kumasim-seed={seed}").assert_outcomes(passed=2, deselected=2)


REPLAYS = """
def test_replay(replay):
    replay("story.journal", "story.kumasim.yaml")
"""


def test_a_committed_journal_is_recorded_once_and_replayed(good: pytest.Pytester) -> None:
    (good.path / "story.kumasim.yaml").write_text(SCENARIO.replace("matrix: {seed: [1, 2]}\n", "") % "Active")
    good.makepyfile(REPLAYS)
    missing = good.runpytest("-k", "test_replay")
    missing.assert_outcomes(failed=1, deselected=3)
    missing.stdout.fnmatch_lines(["there is no journal *story.journal; record it with --kumasim-update"])
    good.runpytest("-k", "test_replay", "--kumasim-update").assert_outcomes(passed=1, deselected=3)
    good.runpytest("-k", "test_replay").assert_outcomes(passed=1, deselected=3)


def test_a_doctored_journal_diverges(good: pytest.Pytester) -> None:
    (good.path / "story.kumasim.yaml").write_text(SCENARIO.replace("matrix: {seed: [1, 2]}\n", "") % "Active")
    records = list(load(good.path / "story.kumasim.yaml").run().journal.records)
    records[100] = records[100]._replace(subject="doctored")
    Journal(records).save(good.path / "story.journal")
    good.makepyfile(REPLAYS)
    result = good.runpytest("-k", "test_replay")
    result.assert_outcomes(failed=1, deselected=3)
    result.stdout.fnmatch_lines(["*story.journal diverges at record 100*"])


@pytest.mark.slow
def test_it_works_with_xdist(good: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    good.runpytest_subprocess("-n", "2").assert_outcomes(passed=2)


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    code = (
        "import sys, kumasim.pytest_plugin\n"
        "print([name for name in sys.modules if name in ('trio', 'yaml', 'jmespath', 'msgpack', 'rich')"
        " or name.startswith('kumasim.') and name != 'kumasim.pytest_plugin'])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
