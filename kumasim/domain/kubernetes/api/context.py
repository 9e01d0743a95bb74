"""What an API server needs to know beside its store to carry out a write."""

from __future__ import annotations

import attrs

from kumasim.domain.changed import changed
from kumasim.domain.kubernetes.addresses import Allocations
from kumasim.domain.kubernetes.scope import Kinds, Served, resolved
from kumasim.domain.persistent import Map
from kumasim.domain.resource import Key, Resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.writes import Write


@attrs.frozen
class ApiContext:
    """The surroundings of a write.

    Args:
        cluster: the cluster's name; uids and addresses are derived from it.
        now_ns: virtual time.
        next_version: the resource version that a change gets; a write that changes nothing does not use it up.
        ordinal: the cluster's place among the world's clusters; chooses its address ranges.
        user: the account that asks.
        kinds: what is known of kinds.
        born: how many objects were created under a key so far; 0 where there is no entry.
        applied: what was last applied under a key, as `applied_tree` makes it.
        allocations: who holds which address.
    """

    cluster: str
    now_ns: int
    next_version: int
    ordinal: int = 1
    user: str = "kubernetes-admin"
    kinds: Kinds = attrs.field(factory=Served)
    born: Map[Key, int] = attrs.field(factory=Map)
    applied: Map[Key, FrozenMap] = attrs.field(factory=Map)
    allocations: Allocations = attrs.field(factory=Allocations)

    def has_status(self, key: Key) -> bool:
        """Whether objects of the key's kind have a status subresource."""
        scope = self.kinds.scope(key.group, key.kind)
        return scope is not None and scope.has_status


@attrs.frozen
class Deleted:
    """The answer to a write that removed an object: its last state, with the version of the removal."""

    resource: Resource


@attrs.frozen
class Proposal:
    """A write that made sense, on its way through admission.

    Args:
        operation: "CREATE", "UPDATE" or "DELETE", as webhooks are told.
        write: the request, its key resolved.
        old: the stored object that it was made from; None for a creation.
        new: the wanted object, which mutating webhooks may replace; None for a deletion.
    """

    operation: str
    write: Write
    old: Resource | None
    new: Resource | None


def located(write: Write, context: ApiContext) -> Write:
    """The write with its key, and its object's namespace, as the store keeps them."""
    key = resolved(write.key, context.kinds)
    wanted = write.resource
    if wanted is not None and wanted.meta.namespace != key.namespace:
        wanted = wanted.with_meta(namespace=key.namespace)
    return write if key == write.key and wanted is write.resource else changed(write, key=key, resource=wanted)
