"""Deployment and ReplicaSet: so many Pods of one template.

Source: Kubernetes apps/v1.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.kinds.kind import AGE, Column, Kind
from kumasim.domain.kinds.pod import POD_TEMPLATE, SELECTOR
from kumasim.domain.kinds.schema import Bool, Int, IntOrText, Obj, Rule, Text
from kumasim.domain.tree import dig


def _selects_template(spec: Any) -> bool:
    labels = dig(spec, "template", "metadata", "labels", default={})
    wanted = dig(spec, "selector", "matchLabels", default={})
    return all(labels.get(key) == value for key, value in wanted.items())


_SELECTS = Rule(
    "`selector` does not match template `labels`",
    _selects_template,
    at=("template", "metadata", "labels"),
    fix="give the template the labels of spec.selector.matchLabels",
)

_STRATEGY = Obj(
    {
        "type": Text(enum=("RollingUpdate", "Recreate"), default="RollingUpdate"),
        "rollingUpdate": Obj({"maxSurge": IntOrText(), "maxUnavailable": IntOrText()}),
    },
    default={"type": "RollingUpdate"},
)

DEPLOYMENT = Kind(
    group="apps",
    kind="Deployment",
    plural="deployments",
    versions=("v1",),
    short_names=("deploy",),
    schema=Obj(
        {
            "spec": Obj(
                {
                    "replicas": Int(min=0, default=1),
                    "selector": SELECTOR,
                    "template": POD_TEMPLATE,
                    "strategy": _STRATEGY,
                    "minReadySeconds": Int(min=0),
                    "revisionHistoryLimit": Int(min=0),
                    "progressDeadlineSeconds": Int(min=0),
                    "paused": Bool(modelled=False, default=False),
                },
                required=("selector", "template"),
                rules=(_SELECTS,),
            )
        },
        required=("spec",),
    ),
    has_status=True,
    columns=(
        Column("Ready", "join('/', [to_string(status.readyReplicas || `0`), to_string(spec.replicas)])"),
        Column("Up-to-date", "status.updatedReplicas || `0`"),
        Column("Available", "status.availableReplicas || `0`"),
        AGE,
    ),
    source="Kubernetes apps/v1",
)

REPLICA_SET = Kind(
    group="apps",
    kind="ReplicaSet",
    plural="replicasets",
    versions=("v1",),
    short_names=("rs",),
    schema=Obj(
        {
            "spec": Obj(
                {
                    "replicas": Int(min=0, default=1),
                    "selector": SELECTOR,
                    "template": POD_TEMPLATE,
                    "minReadySeconds": Int(min=0),
                },
                required=("selector",),
                rules=(_SELECTS,),
            )
        },
        required=("spec",),
    ),
    has_status=True,
    columns=(
        Column("Desired", "spec.replicas"),
        Column("Current", "status.replicas || `0`"),
        Column("Ready", "status.readyReplicas || `0`"),
        AGE,
    ),
    source="Kubernetes apps/v1",
)

_OTHERS = (
    ("StatefulSet", "statefulsets", ("sts",)),
    ("DaemonSet", "daemonsets", ("ds",)),
)

KINDS = (
    DEPLOYMENT,
    REPLICA_SET,
    *(
        Kind(
            group="apps",
            kind=kind,
            plural=plural,
            versions=("v1",),
            short_names=short,
            schema=Obj({"spec": Obj({"template": POD_TEMPLATE}, extra=True)}),
            has_status=True,
            source="Kubernetes apps/v1",
        )
        for kind, plural, short in _OTHERS
    ),
)
