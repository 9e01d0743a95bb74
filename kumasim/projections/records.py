"""Records as plain mappings, for expectations and for other programs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kumasim.domain.persistent import Keys, Map
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import FrozenMap, thaw
from kumasim.journal.record import Record

if TYPE_CHECKING:
    from cattrs import Converter


def record_tree(record: Record) -> dict[str, Any]:
    """A record as a plain mapping: what `kumasim log -o json` prints and `events:` matches."""
    return {**record._asdict(), "body": plain(record.body)}


def plain(value: Any) -> Any:
    """A recorded value as mappings, lists and scalars; resources as kubectl shows them, keys as text."""
    return _converter().unstructure(value)


@cache
def _converter() -> Converter:
    # Imported when a record is first shown: most runs show none, and start the sooner.
    from cattrs import Converter

    converter = Converter()
    hook = converter.register_unstructure_hook
    hook(Key, str)
    hook(FrozenMap, thaw)
    hook(Resource, lambda found: found.to_tree())
    hook(tuple, lambda items: [plain(item) for item in items])
    hook(Map, lambda found: {str(key): plain(item) for key, item in found.items()})
    hook(Keys, lambda found: [plain(item) for item in found.sorted()])
    return converter
