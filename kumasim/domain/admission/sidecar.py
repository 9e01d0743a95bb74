"""A Pod of a mesh gets a sidecar.

Source: B-1 to B-8.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.admission.rule import Outcome, Review, errored, not_found
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import FrozenMap, freeze

INJECTION = "kuma.io/sidecar-injection"
CONTAINER = "kuma-sidecar"
MESH = "kuma.io/mesh"
UID = 5678
"""The user that the sidecar runs as; a container of the workload must not run as it."""

EXCEPTIONS = ("openshift.io/build.name", "openshift.io/deployer-pod-for.name")
"""Labels of Pods that never get a sidecar (B-6)."""

TRUTH = {"enabled": True, "true": True, "yes": True, "disabled": False, "false": False, "no": False}
"""What the label may say (B-4)."""


def sidecar(view: View, _: Review, pod: Resource) -> Outcome:
    """Adds the container and what Kuma notes in annotations, if the Pod is to have them.

    A value of the label that is neither true nor false, an unknown mesh, or a container that runs as the sidecar's
    user fails the Pod's creation with 500.
    """
    if view.around.mode == "global":
        return None
    namespace = view.get("Namespace", "", pod.namespace)
    if namespace is None:
        return errored(500, f"could not retrieve namespace for pod: {not_found('Namespace', '', pod.namespace)}")
    try:
        if not wanted(pod, namespace):
            return None
    except ValueError as error:
        return errored(500, str(error))
    mesh = mesh_of_pod(pod, namespace)
    if view.get("Mesh", "", mesh, KUMA) is None:
        return errored(500, not_found("Mesh", KUMA, mesh))
    clashing = [item["name"] for item in _containers(pod, "containers") if _runs_as(item) == UID]
    if clashing:
        names = " ".join(f'"{name}"' for name in clashing)
        return errored(500, f"containers using same UID as sidecar is unsupported: [{names}]")
    return injected(pod, mesh)


def wanted(pod: Resource, namespace: Resource) -> bool:
    """Whether a Pod is to have a sidecar: exceptions, one that it already has, its label, its Namespace's label.

    Raises:
        ValueError: a label says something else than yes or no.

    Source: B-1 to B-4.
    """
    if any(label in pod.meta.labels for label in EXCEPTIONS):
        return False
    if any(
        item.get("name") == CONTAINER for part in ("containers", "initContainers") for item in _containers(pod, part)
    ):
        return False
    for holder in (pod, namespace):
        said = holder.meta.labels.get(INJECTION)
        if said is not None:
            return _truth(said)
    return False


def mesh_of_pod(pod: Resource, namespace: Resource) -> str:
    """The mesh of a Pod: its annotation, its Namespace's annotation, `default`. Labels do not count (B-7)."""
    return pod.meta.annotations.get(MESH) or namespace.meta.annotations.get(MESH) or "default"


def injected(pod: Resource, mesh: str) -> Resource:
    """A Pod with the sidecar as its first container, and the annotations that go with it (B-8)."""
    own = _containers(pod, "containers")
    annotations = dict(pod.meta.annotations)
    if len(own) == 1:
        annotations.setdefault("kubectl.kubernetes.io/default-container", own[0].get("name") or "")
    annotations |= {
        MESH: mesh,
        "kuma.io/sidecar-injected": "true",
        "kuma.io/sidecar-uid": str(UID),
        "kuma.io/transparent-proxying": "enabled",
        "kuma.io/transparent-proxying-inbound-port": "15006",
        "kuma.io/transparent-proxying-outbound-port": "15001",
    }
    spec = pod.spec.with_(containers=(_SIDECAR, *own), initContainers=(*_containers(pod, "initContainers"), _INIT))
    changed = Resource(pod.api_version, pod.kind, pod.meta, pod.body.with_(spec=spec), pod.status, pod.origin)
    return changed.with_meta(annotations=FrozenMap(annotations))


_SIDECAR: FrozenMap = freeze(
    {
        "name": CONTAINER,
        "image": "kuma/kuma-dp",
        "args": ["run", "--log-level=info", "--concurrency=2"],
        "resources": {
            "requests": {"cpu": "50m", "memory": "64Mi"},
            "limits": {"cpu": "1000m", "memory": "512Mi"},
        },
        "securityContext": {"runAsUser": UID, "runAsGroup": UID, "readOnlyRootFilesystem": True},
    }
)

_INIT: FrozenMap = freeze({"name": "kuma-init", "image": "kuma/kuma-init"})


def _truth(said: str) -> bool:
    if said not in TRUTH:
        raise ValueError(f'annotation "{INJECTION}" has wrong value "{said}"')
    return TRUTH[said]


def _containers(pod: Resource, part: str) -> tuple[Any, ...]:
    return pod.spec.get(part) or ()


def _runs_as(container: Any) -> Any:
    return (container.get("securityContext") or {}).get("runAsUser")
