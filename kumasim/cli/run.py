"""`kumasim run`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import attrs
import click

from kumasim.app.run import Run
from kumasim.app.scenario_run import LoadedScenario
from kumasim.cli.errors import report
from kumasim.cli.progress import Bar
from kumasim.cli.reports import Ended, Told, Wanted, wanted, write
from kumasim.cli.run_report import scenario_json
from kumasim.cli.run_text import RunPrinter
from kumasim.errors import InputError, KumasimError, UsageError
from kumasim.scenario.load import load, override
from kumasim.scenario.matrix import expand
from kumasim.scenario.play import StepResult

WORST_FIRST = (70, 3, 5, 1, 4, 2, 0)


@attrs.define
class Options:
    """What the command line asks for."""

    settings: dict[str, str]
    record: str
    runtime: str
    select: str
    fail_fast: bool
    output: str
    reports: list[Wanted]


@click.command("run")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR...")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Instead of the scenario's own.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="kuma, semantics, seed, or a matrix key.")
@click.option("--record", default=".kumasim", metavar="DIR", help="Where journals go; `none` for nowhere.")
@click.option("--runtime", type=click.Choice(["trio", "inline"]), default="trio", help="Both write the same journal.")
@click.option("-k", "select", default="", metavar="EXPR", help="Only scenarios whose name contains this.")
@click.option("--fail-fast", is_flag=True, help="End with the first failure.")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text")
@click.option("--report", "reports", multiple=True, metavar="FORMAT=PATH", help="junit or json; repeatable.")
@click.option("-v", "--verbose", is_flag=True, help="Tell what happens, with virtual time, on stderr.")
def command(
    paths: tuple[str, ...],
    seed: int | None,
    settings: tuple[str, ...],
    record: str,
    runtime: str,
    select: str,
    fail_fast: bool,
    output: str,
    reports: tuple[str, ...],
    verbose: bool,
) -> int:
    """Run scenarios, check what they expect, and keep their journals."""
    chosen = _settings(settings)
    if seed is not None:
        chosen["seed"] = str(seed)
    options = Options(chosen, record, runtime, select, fail_fast, output, wanted(reports))
    files = scenario_files(paths)
    listen = _listener() if verbose else None
    codes, ended, problems = [0], [], []
    for file in files:
        try:
            variants = [LoadedScenario(one, listen) for one in expand(override(load(file), options.settings))]
        except InputError as error:
            report(error)
            problems += [problem.to_dict() for problem in error.problems]
            codes.append(error.exit_code)
            continue
        for variant in variants:
            if options.select not in variant.name:
                continue
            code, result = _run(variant, options)
            codes.append(code)
            ended.append(result)
            if code and options.fail_fast:
                break
        if options.fail_fast and max(codes):
            break
    worst = next(code for code in WORST_FIRST if code in codes)
    told = Told(ended, problems, worst == 0)
    write(options.reports, told)
    if output == "json":
        click.echo(json.dumps(told.to_tree(), indent=2))
    return worst


def _listener() -> Any:
    """What tells a run's records on stderr."""
    import logging

    import structlog

    from kumasim.views.narration import narrator

    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return narrator()


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    chosen = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals:
            raise UsageError(f"--set takes KEY=VALUE, not {item!r}")
        chosen[name] = text
    return chosen


def scenario_files(paths: tuple[str, ...]) -> list[Path]:
    """The scenario files that paths mean: files as they are, folders searched for `*.kumasim.yaml`.

    Raises:
        UsageError: a path does not exist, or a folder holds no scenario.
    """
    found: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            inside = sorted(path.rglob("*.kumasim.yaml"))
            if not inside:
                raise UsageError(f"{text} holds no *.kumasim.yaml")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise UsageError(f"there is no file {text}")
    return found


def _run(variant: LoadedScenario, options: Options) -> tuple[int, Ended]:
    path = _journal_path(variant, options.record)
    printer = RunPrinter(variant.scenario, os.fspath(path or "")) if options.output == "text" else None
    bar = Bar(variant.name, len(variant.scenario.steps))

    def tell(result: StepResult) -> None:
        bar.hide()
        if printer is not None:
            printer.step(result)
        bar.advance()

    began = time.perf_counter()
    try:
        run = _play(variant, options, tell, path)
    except KumasimError as error:
        report(error)
        tree = {"name": variant.name, "file": variant.scenario.file, "ok": False, "error": str(error)}
        return error.exit_code, Ended(variant.scenario, tree, error=str(error))
    finally:
        bar.hide()
    wall = time.perf_counter() - began
    journal = os.fspath(path or "")
    if printer is not None:
        printer.end(run, wall, journal)
    return (0 if run.ok else 1), Ended(variant.scenario, scenario_json(variant.scenario, run, wall, journal), run)


def _play(variant: LoadedScenario, options: Options, tell: Any, path: Path | None) -> Run:
    """Run it, with the journal written while it runs.

    Raises:
        UsageError: the journal cannot be written where it was wanted.
    """
    if path is not None:
        _check_writable(path)
    if options.runtime == "inline":
        return variant.run(tell=tell, fail_fast=options.fail_fast, record=path)
    import trio

    return trio.run(variant.run_async, None, tell, options.fail_fast, path)


def _check_writable(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError as error:
        remedy = "give another folder with --record, or --record none"
        raise UsageError(f"no journal can be written to {path}: {error.strerror}; {remedy}") from None


def _journal_path(variant: LoadedScenario, record: str) -> Path | None:
    """Where the journal of a scenario goes, None if it is not wanted."""
    if record == "none":
        return None
    name = "".join(letter if letter.isalnum() or letter in "-_.," else "_" for letter in variant.name)
    return Path(record) / f"{name}.journal"


if __name__ == "__main__":
    sys.exit(command())
