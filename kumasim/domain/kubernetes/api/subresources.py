"""Which part of an object a write may touch, by the subresource it is addressed to.

The main resource never touches the status of a kind that has one, and `status` touches nothing else. Namespaces are
let go through `finalize`; pods are given to a node through `binding`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumasim.domain.changed import changed
from kumasim.domain.kubernetes.api.context import ApiContext
from kumasim.domain.kubernetes.api.failures import Refused, conflict, no_such_path
from kumasim.domain.kubernetes.conditions import with_condition
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig

Touch = Callable[[Resource, Resource, ApiContext], Resource]
"""(stored, wanted, context) -> the stored object with what the subresource lets through of the wanted one."""


def _main(old: Resource, wanted: Resource, context: ApiContext) -> Resource:
    return changed(wanted, status=old.status) if context.has_status(old.key) else wanted


def _status(old: Resource, wanted: Resource, context: ApiContext) -> Resource:
    if not context.has_status(old.key):
        raise Refused(no_such_path())
    return changed(old, status=wanted.status)


def _finalize(old: Resource, wanted: Resource, _: ApiContext) -> Resource:
    if old.kind != "Namespace":
        raise Refused(no_such_path())
    left = dig(wanted.spec, "finalizers", default=())
    return changed(old, body=old.body.with_(spec=old.spec.with_(finalizers=left)))


def _binding(old: Resource, wanted: Resource, context: ApiContext) -> Resource:
    if old.kind != "Pod":
        raise Refused(no_such_path())
    node = wanted.spec.get("nodeName")
    bound = old.spec.get("nodeName")
    if bound and bound != node:
        raise Refused(conflict(old.key, f'pod {old.name} is already assigned to node "{bound}"'))
    status = old.status or EMPTY
    scheduled = with_condition(status.get("conditions", ()), "PodScheduled", "True", at_ns=context.now_ns)
    return changed(
        old, body=old.body.with_(spec=old.spec.with_(nodeName=node)), status=status.with_(conditions=scheduled)
    )


_SUBRESOURCES: Mapping[str, Touch] = {"": _main, "status": _status, "finalize": _finalize, "binding": _binding}


def touched(subresource: str, old: Resource, wanted: Resource, context: ApiContext) -> Resource:
    """The stored object after a write of the wanted one through a subresource.

    Raises:
        Refused: the kind has no such subresource, or the write is not for it.
    """
    touch = _SUBRESOURCES.get(subresource)
    if touch is None:
        raise Refused(no_such_path())
    return touch(old, wanted, context)
