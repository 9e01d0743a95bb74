"""The pytest plugin: scenario files as tests, and fixtures for worlds and committed journals.

    pytest scenarios/                       collects every *.kumasim.yaml: `path::name[matrix]`
    pytest scenarios/ -m "gateway and docs" tags are markers
    pytest --kumasim-seed 7                 every scenario and world with this seed
    pytest --kumasim-update                 journals that the fixture `replay` is asked for are recorded anew

    @pytest.mark.kumasim(zones=["zone-1", "zone-2"])
    def test_mine(kumasim):                 a `kumasim.World`
        kumasim["zone-1"].apply("manifests/")

    def test_golden(replay):
        replay("golden/story.journal", "story.kumasim.yaml")

Nothing of kumasim is imported before a scenario is collected or a fixture is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kumasim.app.run import Run
    from kumasim.app.scenario_run import LoadedScenario
    from kumasim.app.world import World

SUFFIX = ".kumasim.yaml"

MARKER = (
    "kumasim(**arguments): arguments of the World that the fixture `kumasim` gives, "
    "for instance zones=['zone-1', 'zone-2']"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("kumasim", "simulated Kuma worlds")
    group.addoption("--kumasim-seed", type=int, default=None, metavar="N", help="seed of every scenario and world")
    group.addoption("--kumasim-update", action="store_true", help="record committed journals anew")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ScenarioFile | None:
    """Takes `*.kumasim.yaml` files."""
    if not file_path.name.endswith(SUFFIX):
        return None
    made: ScenarioFile = ScenarioFile.from_parent(parent, path=file_path)
    return made


class ScenarioFile(pytest.File):
    """A scenario file: one test for each variant of its matrix."""

    def collect(self) -> Iterable[ScenarioItem]:
        """The variants, in the order of the matrix."""
        from kumasim.app.scenario_run import load_all
        from kumasim.errors import InputError

        try:
            variants = load_all(self.path)
        except InputError as error:
            raise self.CollectError(str(error)) from None
        for variant in variants:
            yield ScenarioItem.from_parent(self, name=variant.name, variant=variant)


class ScenarioFailed(Exception):
    """A scenario did not go as it expects."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"{len(run.failures)} expectations failed")
        self.run = run


class ScenarioItem(pytest.Item):
    """One variant of a scenario as a test."""

    def __init__(self, *, variant: LoadedScenario, **more: Any) -> None:
        super().__init__(**more)
        self.variant = variant
        for tag in variant.scenario.tags:
            self.add_marker(_marker(self.config, tag))

    def runtest(self) -> None:
        """Runs it."""
        run = self.variant.run(seed=self.config.getoption("--kumasim-seed"))
        self.add_report_section("call", "kumasim", f"digest {run.digest}")
        if not run.ok:
            raise ScenarioFailed(run)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The failed expectations in words; for errors of ours their text, never a traceback."""
        from kumasim.errors import KumasimError

        if isinstance(excinfo.value, ScenarioFailed):
            return "\n".join(_failures(excinfo.value.run, self.path))
        if isinstance(excinfo.value, KumasimError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, and the line of the first step."""
        steps = self.variant.scenario.steps
        return self.path, steps[0].origin.line - 1 if steps else 0, self.name


def _failures(run: Run, path: Path) -> Iterator[str]:
    from kumasim.views.failure import failure_text

    for step in run.results:
        for check in step.checks:
            if not check.ok:
                line = check.origin.line if check.origin is not None else step.line
                yield f"step {step.index} {step.name}: {check.title}"
                yield failure_text(check, indent="    ")
                yield f"{path}:{line}: expectation failed"
    yield "(`kumasim run` keeps the journal that --why needs)"


def _marker(config: pytest.Config, tag: str) -> pytest.MarkDecorator:
    """The marker of a tag, registered so that --strict-markers lets it pass."""
    name = re.sub(r"[^\w.+/-]", "_", tag).lstrip("_") or "tag"
    line = f"{name}: a tag of scenarios"
    if not any(re.match(rf"{re.escape(name)}\b", known) for known in config.getini("markers")):
        config.addinivalue_line("markers", line)
    made: pytest.MarkDecorator = getattr(pytest.mark, name)
    return made


@pytest.fixture
def kumasim(request: pytest.FixtureRequest) -> World:
    """A seeded world; the marker `kumasim` gives it arguments, `--kumasim-seed` another seed."""
    from kumasim.app.world import World

    marker = request.node.get_closest_marker("kumasim")
    arguments = dict(marker.kwargs) if marker is not None else {}
    seed = request.config.getoption("--kumasim-seed")
    if seed is not None:
        arguments["seed"] = seed
    return World(**arguments)


@pytest.fixture
def replay(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Replays a committed journal: `replay(journal, scenario)`, both relative to the test's folder.

    Fails where a record differs. With `--kumasim-update` the scenario is run and its journal takes the place of the
    committed one.
    """
    folder = request.path.parent
    update = request.config.getoption("--kumasim-update")

    def replayed(journal: str, scenario: str | None = None) -> None:
        if update:
            _record(folder / journal, folder / scenario if scenario is not None else None)
        _verify(folder / journal)

    return replayed


def _record(journal: Path, scenario: Path | None) -> None:
    from kumasim.app.scenario_run import load

    if scenario is None:
        pytest.fail(f"{journal} cannot be recorded anew: name its scenario, replay(journal, scenario)", pytrace=False)
    journal.parent.mkdir(parents=True, exist_ok=True)
    load(scenario).run().save(journal)


def _verify(journal: Path) -> None:
    from kumasim.journal import read
    from kumasim.replay.verify import verify
    from kumasim.runtime.engine import finish
    from kumasim.runtime.inline import Inline

    if not journal.is_file():
        pytest.fail(f"there is no journal {journal}; record it with --kumasim-update", pytrace=False)
    file = read(journal)
    verdict = finish(verify(list(file.records), Inline()))
    if file.damage is not None:
        pytest.fail(f"{journal}: {file.damage}", pytrace=False)
    difference = verdict.difference
    if difference is None:
        return
    epoch = "" if verdict.epoch is None else f"\nit was made by semantics epoch {verdict.epoch}"
    text = f"{journal} diverges at record {difference.position}: {difference.words}"
    pytest.fail(f"{text}\nrecorded: {difference.a}\nreplayed: {difference.b}{epoch}", pytrace=False)
