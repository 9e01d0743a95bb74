"""Deployment, ReplicaSet, StatefulSet, DaemonSet: defaults, and a selector that fits the template and never changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kubernetes.api.failures import Fault, forbidden_field, invalid_value, quoted, required
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.kubernetes.selectors import selects
from kumasim.domain.kubernetes.templates import defaulted_template, template_labels
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap, dig, freeze

_ROLLING = freeze({"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}})

_DEFAULTS: Mapping[str, FrozenMap] = {
    "Deployment": freeze({"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}),
    "ReplicaSet": freeze({"replicas": 1}),
    "StatefulSet": freeze({"replicas": 1, "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10}),
    "DaemonSet": freeze({"revisionHistoryLimit": 10}),
}

_STATEFUL_SET_MAY_CHANGE = (
    "minReadySeconds", "ordinals", "persistentVolumeClaimRetentionPolicy", "replicas", "revisionHistoryLimit",
    "template", "updateStrategy",
)  # fmt: skip
_STATEFUL_SET_FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


def _default(wanted: Resource) -> Resource:
    spec = dict(wanted.spec)
    for name, value in _DEFAULTS[wanted.kind].items():
        if spec.get(name) is None:
            spec[name] = value
    if isinstance(spec.get("template"), FrozenMap):
        spec["template"] = defaulted_template(spec["template"])
    return attrs.evolve(wanted, body=wanted.body.with_(spec=FrozenMap(spec)))


def _default_deployment(wanted: Resource) -> Resource:
    filled = _default(wanted)
    strategy = filled.spec.get("strategy") or EMPTY
    if strategy.get("type", "RollingUpdate") == "RollingUpdate":
        rolling = {**_ROLLING["rollingUpdate"], **(strategy.get("rollingUpdate") or EMPTY)}
        strategy = strategy.with_(type="RollingUpdate", rollingUpdate=FrozenMap(rolling))
    return attrs.evolve(filled, body=filled.body.with_(spec=filled.spec.with_(strategy=strategy)))


def go_labels(labels: Mapping[str, str]) -> str:
    """Labels as Go prints a map[string]string."""
    entries = ", ".join(f"{quoted(name)}:{quoted(labels[name])}" for name in sorted(labels))
    return f"map[string]string{{{entries}}}" if labels else "map[string]string(nil)"


def go_selector(selector: Any) -> str:
    """A LabelSelector as Go prints the struct."""
    expressions = [
        f"v1.LabelSelectorRequirement{{Key:{quoted(found['key'])}, Operator:{quoted(found['operator'])}, "
        f"Values:[]string{{{', '.join(quoted(value) for value in found.get('values') or ())}}}}}"
        for found in dig(selector, "matchExpressions", default=())
    ]
    told = f"{{{', '.join(expressions)}}}" if expressions else "(nil)"
    labels = go_labels(dig(selector, "matchLabels", default=EMPTY))
    return f"v1.LabelSelector{{MatchLabels:{labels}, MatchExpressions:[]v1.LabelSelectorRequirement{told}}}"


def _check_selector(old: Resource | None, new: Resource) -> Iterable[Fault]:
    selector = new.spec.get("selector")
    if not selector:
        yield required("spec.selector")
        return
    labels = template_labels(new)
    if not selects(selector, labels):
        detail = "`selector` does not match template `labels`"
        yield invalid_value("spec.template.metadata.labels", go_labels(labels), detail)
    if old is not None and old.spec.get("selector") != selector:
        yield invalid_value("spec.selector", go_selector(selector), "field is immutable")


def _check_stateful_set(old: Resource | None, new: Resource) -> Iterable[Fault]:
    if old is not None and _fixed(old) != _fixed(new):
        yield forbidden_field("spec", _STATEFUL_SET_FIXED)
    else:
        yield from _check_selector(old, new)


def _fixed(stateful_set: Resource) -> dict[str, Any]:
    return {name: item for name, item in stateful_set.spec.items() if name not in _STATEFUL_SET_MAY_CHANGE}


_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    "validation is '[0-9]+%')"
)


def _check_deployment(old: Resource | None, new: Resource) -> Iterable[Fault]:
    yield from _check_selector(old, new)
    rolling = dig(new.spec, "strategy", "rollingUpdate", default=EMPTY)
    for name in sorted(rolling):
        field, value = f"spec.strategy.rollingUpdate.{name}", rolling[name]
        if isinstance(value, int) and value < 0:
            yield invalid_value(field, str(value), "must be greater than or equal to 0")
        elif isinstance(value, str) and not re.fullmatch("[0-9]+%", value):
            yield invalid_value(field, quoted(value), _PERCENT)
    nothing = [rolling.get(name) in (0, "0%") for name in ("maxSurge", "maxUnavailable")]
    if rolling and all(nothing):
        yield invalid_value("spec.strategy.rollingUpdate.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0")


DEPLOYMENT = Strategy(default=_default_deployment, check=_check_deployment)
REPLICA_SET = Strategy(default=_default, check=_check_selector)
DAEMON_SET = Strategy(default=_default, check=_check_selector)
STATEFUL_SET = Strategy(default=_default, check=_check_stateful_set)
