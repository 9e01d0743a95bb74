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
from kumasim.cli.errors import report, say
from kumasim.cli.run_report import scenario_json
from kumasim.cli.run_text import RunPrinter
from kumasim.errors import InputError, KumasimError, UsageError
from kumasim.scenario.load import load, override
from kumasim.scenario.matrix import expand

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


@click.command("run")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|DIR...")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Instead of the scenario's own.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="kuma, semantics, seed, or a matrix key.")
@click.option("--record", default=".kumasim", metavar="DIR", help="Where journals go; `none` for nowhere.")
@click.option("--runtime", type=click.Choice(["trio", "inline"]), default="trio", help="Both write the same journal.")
@click.option("-k", "select", default="", metavar="EXPR", help="Only scenarios whose name contains this.")
@click.option("--fail-fast", is_flag=True, help="End with the first failure.")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text")
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
    verbose: bool,
) -> int:
    """Run scenarios, check what they expect, and keep their journals."""
    chosen = _settings(settings)
    if seed is not None:
        chosen["seed"] = str(seed)
    options = Options(chosen, record, runtime, select, fail_fast, output)
    files = scenario_files(paths)
    listen = _listener() if verbose else None
    codes, told, problems = [0], [], []
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
            told.append(result)
            if code and options.fail_fast:
                break
        if options.fail_fast and max(codes):
            break
    worst = next(code for code in WORST_FIRST if code in codes)
    if output == "json":
        click.echo(json.dumps({"scenarios": told, "ok": worst == 0, **({"errors": problems} if problems else {})}, indent=2))
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


def _run(variant: LoadedScenario, options: Options) -> tuple[int, dict[str, Any]]:
    printer = RunPrinter(variant.scenario) if options.output == "text" else None
    tell = printer.step if printer is not None else lambda _: None
    began = time.perf_counter()
    try:
        run = _play(variant, options, tell)
    except KumasimError as error:
        report(error)
        return error.exit_code, {"name": variant.name, "file": variant.scenario.file, "ok": False, "error": str(error)}
    wall = time.perf_counter() - began
    journal = _keep(run, variant, options.record)
    if printer is not None:
        printer.end(run, wall, journal)
    return (0 if run.ok else 1), scenario_json(variant.scenario, run, wall, journal)


def _play(variant: LoadedScenario, options: Options, tell: Any) -> Run:
    if options.runtime == "inline":
        return variant.run(tell=tell, fail_fast=options.fail_fast)
    import trio

    return trio.run(variant.run_async, None, tell, options.fail_fast)


def _keep(run: Run, variant: LoadedScenario, record: str) -> str:
    """Save the journal; answers with its path, "" if none is wanted."""
    if record == "none":
        return ""
    folder = Path(record)
    name = "".join(letter if letter.isalnum() or letter in "-_.," else "_" for letter in variant.name)
    path = folder / f"{name}.journal"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        run.save(path)
    except OSError as error:
        say(f"kumasim: the journal was not kept: {path}: {error.strerror}")
        return ""
    return os.fspath(path)


if __name__ == "__main__":
    sys.exit(command())
