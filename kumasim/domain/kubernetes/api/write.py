"""One write, from request to result, for a server without webhooks.

A server with webhooks calls `propose`, lets them see and change the proposal, and then calls `commit`.
"""

from __future__ import annotations

from kumasim.domain.kubernetes.api.commit import commit
from kumasim.domain.kubernetes.api.context import ApiContext, Deleted
from kumasim.domain.kubernetes.api.propose import propose
from kumasim.domain.resource import Resource
from kumasim.domain.store import Store
from kumasim.domain.writes import Failure, Write


def perform(store: Store, write: Write, context: ApiContext) -> Resource | Deleted | Failure:
    """What an API server makes of a write.

    Args:
        store: the server's.
        write: create, update, apply, merge, json or delete, of an object or of one of its subresources.
        context: what the server knows beside its store.

    Returns:
        The object as it is to be stored, under `context.next_version`; the stored object itself if nothing changes;
        `Deleted` with the object's last state; or Kubernetes' failure.
    """
    proposal = propose(store, write, context)
    return proposal if isinstance(proposal, Failure) else commit(store, proposal, context)
