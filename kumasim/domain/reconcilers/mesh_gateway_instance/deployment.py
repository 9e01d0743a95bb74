"""The Deployment of a MeshGatewayInstance: the pods in which the built-in gateway runs.

Source: A-34 to A-41.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.comparison import covers, replacing
from kumasim.domain.reconcilers.ownership import controlled_by
from kumasim.domain.resource import Metadata, Resource
from kumasim.domain.tree import FrozenMap, dig, freeze
from kumasim.domain.writes import Write, create, merge, update

CONTAINER = "kuma-gateway"

_DEFAULT_RESOURCES = {
    "requests": {"cpu": "50m", "memory": "64Mi", "ephemeral-storage": "50M"},
    "limits": {"cpu": "1000m", "memory": "512Mi", "ephemeral-storage": "1G"},
}
_ADMIN_PORT = 9901
_PROBE = {"httpGet": {"path": "/ready", "port": _ADMIN_PORT}}
_FIELDS = {"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace", "INSTANCE_IP": "status.podIP"}
_VALUES = {
    "KUMA_CONTROL_PLANE_CA_CERT": "",
    "KUMA_DATAPLANE_DRAIN_TIME": "30s",
    "KUMA_DATAPLANE_RUNTIME_TOKEN_PATH": "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "KUMA_DNS_CORE_DNS_BINARY_PATH": "coredns",
    "KUMA_DNS_CORE_DNS_PORT": "15053",
    "KUMA_DNS_ENABLED": "true",
    "KUMA_DNS_ENABLE_LOGGING": "false",
    "KUMA_DNS_ENVOY_DNS_PORT": "15055",
}


def deployment_writes(
    view: View, instance: Resource, mesh: str, tags: Mapping[str, str], observed: Resource | None
) -> tuple[Write, ...]:
    """The write that brings the Deployment up to date; none if it is as it should be.

    Args:
        view: for the control plane's own settings.
        instance: the MeshGatewayInstance.
        mesh: its mesh.
        tags: what its proxies are tagged with.
        observed: the Deployment that it controls, if there is one.
    """
    replicas = instance.spec.get("replicas", 1)
    if observed is None:
        meta = Metadata(instance.name, instance.namespace)
        body = {"spec": _spec(instance, replicas, _template(view, instance, mesh, tags, FrozenMap()))}
        made = Resource("apps/v1", "Deployment", meta, _without_nulls(body), origin=instance.origin)
        return (create(controlled_by(instance, made)),)
    template: FrozenMap = dig(observed.spec, "template", default=FrozenMap())
    held = dig(template, "metadata", "annotations", default=FrozenMap())
    spec = freeze(_spec(instance, replicas, _template(view, instance, mesh, tags, held)))
    owned = controlled_by(instance, observed)
    adopt = () if owned is observed else (update(owned),)
    labels = dig(template, "metadata", "labels", default=FrozenMap())
    wanted_labels = spec["template"]["metadata"]["labels"]
    if covers(observed.spec, spec) and labels == wanted_labels:
        return adopt
    return (*adopt, merge(observed.key, {"spec": _patch(spec, replacing(labels, wanted_labels))}))


def _patch(spec: FrozenMap, labels: FrozenMap) -> FrozenMap:
    """The merge patch; a null removes a field, but not inside a list, which is replaced as it stands."""
    template = spec["template"]
    pod = template["spec"].with_(containers=_without_nulls(template["spec"]["containers"]))
    return spec.with_(template=template.with_(metadata=template["metadata"].with_(labels=labels), spec=pod))


def _spec(instance: Resource, replicas: int, template: Mapping[str, Any]) -> dict[str, Any]:
    return {"replicas": replicas, "selector": {"matchLabels": {"app": instance.name}}, "template": template}


def _template(
    view: View, instance: Resource, mesh: str, tags: Mapping[str, str], held: Mapping[str, Any]
) -> dict[str, Any]:
    """The pod template. Annotations that the template holds already win over the computed ones, so a later change of
    tags or mesh does not reach it; those of `podTemplate` win over both. Source: A-35 to A-37, A-41."""
    wished = dig(instance.spec, "podTemplate", default=FrozenMap())
    annotations = {
        "kuma.io/gateway": "builtin",
        "kuma.io/tags": json.dumps(dict(tags), sort_keys=True, separators=(",", ":")),
        "kuma.io/mesh": mesh,
        **held,
        **dig(wished, "metadata", "annotations", default={}),
    }
    labels = {
        "app": instance.name,
        "kuma.io/sidecar-injection": "disabled",
        **dig(wished, "metadata", "labels", default={}),
    }
    security = {
        "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        "fsGroup": dig(wished, "spec", "securityContext", "fsGroup"),
    }
    return {
        "metadata": {"labels": labels, "annotations": annotations},
        "spec": {
            "securityContext": security,
            "serviceAccountName": dig(wished, "spec", "serviceAccountName"),
            "containers": [_container(view, instance, mesh, wished)],
            "volumes": [{"name": "tmp", "emptyDir": {}}],
        },
    }


def _container(view: View, instance: Resource, mesh: str, wished: FrozenMap) -> dict[str, Any]:
    """The one container; `spec.resources` replaces the whole block of resources. Source: A-38, A-39, A-41."""
    return {
        "name": CONTAINER,
        "image": f"docker.io/kumahq/kuma-dp:{view.around.profile.kuma}",
        "imagePullPolicy": "IfNotPresent",
        "args": ["run", "--log-level=info", "--concurrency=2"],
        "env": _environment(view, instance, mesh),
        "resources": dig(instance.spec, "resources", default=freeze(_DEFAULT_RESOURCES)),
        "livenessProbe": {
            **_PROBE, "initialDelaySeconds": 60, "timeoutSeconds": 3, "periodSeconds": 5,
            "successThreshold": 1, "failureThreshold": 12,
        },
        "readinessProbe": {
            **_PROBE, "initialDelaySeconds": 1, "timeoutSeconds": 3, "periodSeconds": 5,
            "successThreshold": 1, "failureThreshold": 12,
        },
        "securityContext": {
            "runAsUser": 5678,
            "runAsGroup": 5678,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
            "readOnlyRootFilesystem": dig(wished, "spec", "container", "securityContext", "readOnlyRootFilesystem"),
        },
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }  # fmt: skip


def _environment(view: View, instance: Resource, mesh: str) -> list[dict[str, Any]]:
    """The environment, sorted by name, with the memory limit last; an annotation on the instance may add to it.

    The CA certificate is left empty: the simulated control plane has none. Source: A-40.
    """
    system = view.around.system_namespace
    values = {
        **_VALUES,
        "KUMA_CONTROL_PLANE_URL": f"https://kuma-control-plane.{system}:5678",
        "KUMA_DATAPLANE_MESH": mesh,
        **_pairs(str(instance.meta.annotations.get("kuma.io/sidecar-env-vars", ""))),
    }
    named: dict[str, dict[str, Any]] = {name: {"name": name, "value": value} for name, value in values.items()}
    for name, path in _FIELDS.items():
        if name not in named:
            named[name] = {"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}}
    memory = {"resourceFieldRef": {"containerName": CONTAINER, "resource": "limits.memory"}}
    last = {"name": "KUMA_DATAPLANE_RESOURCES_MAX_MEMORY_BYTES", "valueFrom": memory}
    return [*(named[name] for name in sorted(named)), last]


def _pairs(written: str) -> dict[str, str]:
    """`A=1;B=2` as a mapping."""
    pairs = (entry.partition("=") for entry in written.split(";") if "=" in entry)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _without_nulls(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return FrozenMap({key: _without_nulls(item) for key, item in tree.items() if item is not None})
    if isinstance(tree, list | tuple):
        return tuple(_without_nulls(item) for item in tree)
    return tree
