"""Pod: Pending at first; nearly nothing of its spec may change; its address comes with its start.

A pod's address is given out here, where one write follows the other, and not by the kubelet, which may be starting
several pods at the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kubernetes.addresses import pod_range
from kumasim.domain.kubernetes.api.context import ApiContext
from kumasim.domain.kubernetes.api.failures import Fault, Refused, forbidden_field, internal
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.kubernetes.templates import defaulted_pod_spec
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap

_IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)
_MAY_CHANGE = ("activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations")


def _default(wanted: Resource) -> Resource:
    return attrs.evolve(wanted, body=wanted.body.with_(spec=defaulted_pod_spec(wanted.spec)))


def _prepare(old: Resource | None, wanted: Resource, context: ApiContext) -> Resource:
    if old is None:
        return attrs.evolve(wanted, status=FrozenMap(phase="Pending"))
    status = wanted.status
    if status is None or status.get("phase") != "Running" or status.get("podIP"):
        return wanted
    ip = context.allocations.pick(pod_range(context.ordinal), context.cluster, "pod", wanted.namespace, wanted.name)
    if ip is None:
        raise Refused(internal("failed to allocate a pod IP: range is full"))
    return attrs.evolve(wanted, status=status.with_(podIP=ip, podIPs=(FrozenMap(ip=ip),)))


def _fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What of a pod's spec has to stay as it is."""
    fixed = {name: item for name, item in spec.items() if name not in _MAY_CHANGE}
    for containers in ("containers", "initContainers"):
        fixed[containers] = [
            {name: item for name, item in container.items() if name != "image"}
            for container in spec.get(containers, ())
        ]
    return fixed


def _check(old: Resource | None, new: Resource) -> Iterable[Fault]:
    if old is None or old.spec == new.spec:
        return
    was, is_ = _fixed(old.spec), _fixed(new.spec)
    if not was.get("nodeName"):
        # A pod is given to a node once.
        is_["nodeName"] = was.get("nodeName", "")
        was["nodeName"] = is_["nodeName"]
    if was != is_:
        yield forbidden_field("spec", _IMMUTABLE)


STRATEGY = Strategy(default=_default, prepare=_prepare, check=_check)
