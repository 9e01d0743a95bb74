"""What of an object belongs to the API server, whatever a client writes there."""

from __future__ import annotations

from typing import Any

from kumasim.domain.changed import changed
from kumasim.domain.resource import Resource, resource
from kumasim.domain.tree import FrozenMap, freeze


def kept(old: Resource, wanted: Resource) -> Resource:
    """The wanted object with the identity, versions and times of the stored one."""
    meta, was = wanted.meta, old.meta
    return changed(
        wanted,
        api_version=old.api_version,
        origin=wanted.origin or old.origin,
        meta=changed(
            meta,
            name=was.name,
            namespace=was.namespace,
            uid=was.uid,
            resource_version=was.resource_version,
            generation=was.generation,
            created_ns=was.created_ns,
            deleted_ns=was.deleted_ns,
            generate_name=was.generate_name,
        ),
    )


def tree_of(stored: Resource) -> FrozenMap:
    """A stored object as the frozen tree that patches work on."""
    tree: FrozenMap = freeze(stored.to_tree())
    return tree


def read(tree: Any, old: Resource) -> Resource:
    """The object that a patched tree describes."""
    wanted = resource(tree)
    return changed(wanted, origin=old.origin)


def applied_tree(manifest: Resource) -> FrozenMap:
    """What a client applied, to be remembered for the next apply under the same key."""
    return tree_of(manifest)


def same_desire(one: Resource, other: Resource) -> bool:
    """Whether two states of an object ask for the same: whether a write between them left the generation alone."""
    return one.body == other.body
