"""Tables of resources, as kubectl prints them, as HTML, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import attrs
import jmespath

from kumasim.domain.kinds import Kind
from kumasim.domain.resource import Resource

if TYPE_CHECKING:
    from pandas import DataFrame

SECOND = 1_000_000_000


@attrs.frozen
class Table:
    """Rows under named columns.

    Args:
        columns: their headings.
        rows: one tuple of texts each, as long as `columns`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def df(self) -> DataFrame:
        """The same as a pandas data frame (needs pandas)."""
        import pandas as pd

        return pd.DataFrame(
            [dict(zip(self.columns, row, strict=True)) for row in self.rows], columns=list(self.columns)
        )

    def __str__(self) -> str:
        if not self.rows:
            return "No resources found."
        lines = [tuple(column.upper() for column in self.columns), *self.rows]
        widths = [max(len(line[index]) for line in lines) for index in range(len(self.columns))]
        return "\n".join(
            "   ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
        )

    __repr__ = __str__

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in self.rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def resource_table(
    kind: Kind | None, found: Sequence[tuple[str, Resource]], now_ns: int, with_store: bool = False, wide: bool = False
) -> Table:
    """Resources of one kind as a table.

    Args:
        kind: its descriptor, None for a kind that nobody knows.
        found: store and resource, in the order of the rows.
        now_ns: for their age.
        with_store: with a first column for the store.
        wide: with the columns that only `-o wide` shows.
    """
    columns = [column for column in (kind.columns if kind is not None else ()) if column.name != "Age"]
    columns = [column for column in columns if wide or not column.wide]
    namespaced = any(resource.namespace for _, resource in found)
    heads = [*(["Store"] if with_store else []), *(["Namespace"] if namespaced else []), "Name"]
    expressions = [jmespath.compile(column.path) for column in columns]
    rows = []
    for store, resource in found:
        tree = resource.to_tree()
        row = [*([store] if with_store else []), *([resource.namespace] if namespaced else []), resource.name]
        row += [_text(expression.search(tree)) for expression in expressions]
        rows.append((*row, age(now_ns - resource.meta.created_ns)))
    return Table((*heads, *(column.name for column in columns), "Age"), tuple(rows))


def _text(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return str(found)
    if isinstance(found, list):
        return ",".join(_text(item) for item in found)
    return str(found)


def age(elapsed_ns: int) -> str:
    """An age as kubectl writes it: 45s, 7m30s, 3h, 2d."""
    seconds = max(elapsed_ns, 0) // SECOND
    for limit, text in _ages(seconds):
        if seconds < limit:
            return text
    return f"{seconds // 86_400}d"


def _ages(seconds: int) -> Iterable[tuple[int, str]]:
    yield 120, f"{seconds}s"
    rest = f"{seconds % 60}s" if seconds % 60 else ""
    yield 600, f"{seconds // 60}m{rest}"
    yield 3 * 3_600, f"{seconds // 60}m"
    rest = f"{seconds % 3_600 // 60}m" if seconds % 3_600 // 60 else ""
    yield 8 * 3_600, f"{seconds // 3_600}h{rest}"
    yield 48 * 3_600, f"{seconds // 3_600}h"
