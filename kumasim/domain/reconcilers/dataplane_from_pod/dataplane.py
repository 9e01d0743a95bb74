"""The spec of the Dataplane of a pod: a sidecar, a delegated gateway, or a built-in one.

Source: B-20 to B-43, B-48.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kumasim.domain.reconcilers.annotations import enabled, number
from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.dataplane_from_pod.inbounds import inbounds, workload_name
from kumasim.domain.reconcilers.dataplane_from_pod.pod import PodView
from kumasim.domain.reconcilers.dataplane_from_pod.services import matching_services
from kumasim.domain.reconcilers.names import ZONE_TAG, service_tag
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, freeze

GATEWAY = "kuma.io/gateway"
TAGS = "kuma.io/tags"
ADMIN_PORT = "kuma.io/envoy-admin-port"

_TRANSPARENT = "kuma.io/transparent-proxying"
_REDIRECTED = {"inbound": "redirectPortInbound", "outbound": "redirectPortOutbound"}
_LISTS = {
    "kuma.io/direct-access-services": "directAccessServices",
    "kuma.io/transparent-proxying-reachable-services": "reachableServices",
}
_IP_MODES = {"dualstack": "DualStack", "ipv4": "IPv4"}


def sidecar_spec(view: View, pod: Resource) -> FrozenMap:
    """The spec of an injected pod's Dataplane. Outbounds are not part of it: they are VIPs (B-48).

    Raises:
        ValueError: an annotation cannot be read.
    """
    annotations = pod.meta.annotations
    networking: dict[str, Any] = {"address": pod.view(PodView).ip}
    if enabled(annotations, _TRANSPARENT):
        networking["transparentProxying"] = _transparent(annotations)
    if GATEWAY in annotations:
        networking["gateway"] = {"type": "DELEGATED", "tags": _delegated_tags(view, pod)}
    else:
        networking["inbound"] = inbounds(view, pod, matching_services(view, pod))
    admin_port = number(annotations, ADMIN_PORT)
    if admin_port is not None:
        networking["admin"] = {"port": admin_port}
    spec: FrozenMap = freeze({"networking": networking})
    return spec


def builtin_spec(view: View, pod: Resource) -> FrozenMap:
    """The spec of a built-in gateway's Dataplane: its tags and address, no readiness. Source: B-35, B-37.

    Raises:
        ValueError: the annotation with the tags is missing or no JSON object (B-36).
    """
    tags = _annotated_tags(pod)
    if view.around.zone:
        tags[ZONE_TAG] = view.around.zone
    gateway = {"type": "BUILTIN", "tags": tags}
    spec: FrozenMap = freeze({"networking": {"address": pod.view(PodView).ip, "gateway": gateway}})
    return spec


def _annotated_tags(pod: Resource) -> dict[str, str]:
    if TAGS not in pod.meta.annotations:
        raise ValueError(f"Missing {TAGS} annotation on Pod serving a builtin Gateway")
    try:
        tags = json.loads(pod.meta.annotations[TAGS])
    except ValueError:
        tags = None
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise ValueError(f"Invalid {TAGS} annotation on Pod serving a builtin Gateway")
    return tags


def _delegated_tags(view: View, pod: Resource) -> Mapping[str, Any]:
    """The tags of a delegated gateway: those of its first inbound.

    The value `provided` is for Deployments and gives tags that Dataplane validation refuses (B-42 [U]).

    Source: B-38, B-39.
    """
    written = pod.meta.annotations[GATEWAY]
    if written not in ("enabled", "provided"):
        raise ValueError(f"invalid delegated gateway type '{written}'")
    if written == "provided" and any(owner.kind == "ReplicaSet" for owner in pod.meta.owners):
        return {"kuma.io/service-name": service_tag(pod.namespace, workload_name(view, pod))}
    tags: Mapping[str, Any] = inbounds(view, pod, matching_services(view, pod))[0]["tags"]
    return tags


def _transparent(annotations: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for direction, field in _REDIRECTED.items():
        port = number(annotations, f"{_TRANSPARENT}-{direction}-port")
        if port is None:
            raise ValueError(f"transparent proxying {direction} port has to be set in transparent mode")
        made[field] = port
    made["ipFamilyMode"] = _ip_mode(annotations)
    for name, field in _LISTS.items():
        if name in annotations:
            made[field] = [entry.strip() for entry in str(annotations[name]).split(",")]
    return made


def _ip_mode(annotations: Mapping[str, Any]) -> str:
    written = annotations.get(f"{_TRANSPARENT}-ip-family-mode")
    if written is None:
        return "IPv4" if annotations.get(f"{_TRANSPARENT}-inbound-v6-port") == "0" else "DualStack"
    if written not in _IP_MODES:
        raise ValueError(f"invalid ip family mode '{written}'")
    return _IP_MODES[str(written)]
