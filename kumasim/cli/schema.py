"""`kumasim schema`."""

from __future__ import annotations

import json

import click


@click.command("schema")
@click.option("--records", is_flag=True, help="List the kinds of journal records instead.")
def command(records: bool) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    if records:
        import inspect

        from kumasim.domain.vocabulary import VOCABULARY
        from kumasim.runtime import world  # noqa: F401  (registers every word)

        for name, cls in sorted(VOCABULARY.items()):
            doc = inspect.getdoc(cls) or ""
            if doc.startswith("Event: "):
                click.echo(f"{name:<24} {doc.removeprefix('Event: ').splitlines()[0]}")
        return
    from kumasim.scenario.schema import scenario_schema

    click.echo(json.dumps(scenario_schema(), indent=2))
