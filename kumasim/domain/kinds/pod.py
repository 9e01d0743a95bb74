"""Pod: one instance of a workload; and the template of Pods that Deployments hold.

Source: Kubernetes core/v1.
"""

from __future__ import annotations

from kumasim.domain.kinds.fields import inert, unacted
from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.names import ANNOTATIONS, LABEL, LABELS, PORT, TEXTS
from kumasim.domain.kinds.schema import Anything, Bool, Int, ListOf, MapOf, Obj, Quantity, Schema, Text

_CONTAINER_PORT = Obj(
    {
        "name": Text(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=15),
        "containerPort": PORT,
        "protocol": Text(enum=("TCP", "UDP", "SCTP"), default="TCP"),
        "hostPort": Int(1, 65535, modelled=False),
        "hostIP": Text(modelled=False),
    },
    required=("containerPort",),
)

_ENV = Obj({"name": Text(min_length=1), "value": Text(), "valueFrom": Anything()}, required=("name",))

_RESOURCES = Obj({"limits": MapOf(Quantity()), "requests": MapOf(Quantity()), "claims": Anything()})

CONTAINER_FIELDS: dict[str, Schema] = {
    "name": LABEL,
    "image": Text(),
    "command": ListOf(Text()),
    "args": ListOf(Text()),
    "workingDir": Text(),
    "ports": ListOf(_CONTAINER_PORT),
    "env": ListOf(_ENV),
    "resources": _RESOURCES,
    "imagePullPolicy": Text(enum=("Always", "IfNotPresent", "Never")),
    "restartPolicy": Text(enum=("Always",)),
    "stdin": Bool(),
    "stdinOnce": Bool(),
    "tty": Bool(),
    **inert("envFrom", "volumeMounts", "volumeDevices", "securityContext", "resizePolicy"),
    **inert("terminationMessagePath", "terminationMessagePolicy", "lifecycle"),
    **unacted("livenessProbe", "readinessProbe", "startupProbe"),
}

CONTAINER = Obj(CONTAINER_FIELDS, required=("name",))

POD_SPEC = Obj(
    {
        "containers": ListOf(CONTAINER, map_keys=("name",), min_items=1),
        "initContainers": ListOf(CONTAINER, map_keys=("name",)),
        "ephemeralContainers": Anything(modelled=False),
        "restartPolicy": Text(enum=("Always", "OnFailure", "Never"), default="Always"),
        "serviceAccountName": Text(),
        "serviceAccount": Text(),
        "nodeName": Text(),
        "hostname": LABEL,
        "subdomain": LABEL,
        "hostNetwork": Bool(modelled=False, default=False),
        "nodeSelector": MapOf(Text(), modelled=False),
        "readinessGates": Anything(modelled=False),
        "terminationGracePeriodSeconds": Int(min=0),
        "activeDeadlineSeconds": Int(min=1, modelled=False),
        "dnsPolicy": Text(enum=("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")),
        **inert("volumes", "imagePullSecrets", "securityContext", "automountServiceAccountToken", "enableServiceLinks"),
        **inert("preemptionPolicy", "runtimeClassName", "shareProcessNamespace", "hostUsers", "os"),
        **inert("hostPID", "hostIPC", "setHostnameAsFQDN", "overhead", "resourceClaims"),
        **unacted("affinity", "tolerations", "topologySpreadConstraints", "schedulerName", "schedulingGates"),
        **unacted("priorityClassName", "priority", "dnsConfig", "hostAliases"),
    },
    required=("containers",),
)

POD_TEMPLATE = Obj(
    {
        "metadata": Obj(
            {"labels": LABELS, "annotations": ANNOTATIONS, "name": Text(), "creationTimestamp": Anything()}, extra=True
        ),
        "spec": POD_SPEC,
    },
    required=("spec",),
)

SELECTOR = Obj(
    {
        "matchLabels": TEXTS,
        "matchExpressions": ListOf(
            Obj(
                {
                    "key": Text(min_length=1),
                    "operator": Text(enum=("In", "NotIn", "Exists", "DoesNotExist")),
                    "values": ListOf(Text()),
                },
                required=("key", "operator"),
            )
        ),
    }
)
"""A label selector."""

KIND = Kind(
    group="",
    kind="Pod",
    plural="pods",
    versions=("v1",),
    short_names=("po",),
    schema=Obj({"spec": POD_SPEC}, required=("spec",)),
    has_status=True,
    columns=(
        Column("Ready", "status.conditions[?type=='Ready'].status | [0]"),
        Column("Status", "status.phase"),
        AGE,
        Column("IP", "status.podIP", wide=True),
        Column("Node", "spec.nodeName", wide=True),
    ),
    source="Kubernetes core/v1",
)
