"""What a target reference of a policy must hold.

Source: D-34; Kuma's `ValidateTargetRef`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kumasim.domain.admission.rule import Fault
from kumasim.domain.admission.tags import TagRules, tag_faults
from kumasim.domain.kinds.target_ref import TargetRef

_NAME = re.compile(r"^[0-9a-z.\-_]*\Z")

_FORBIDDEN: dict[str, tuple[str, ...]] = {
    "Mesh": ("mesh", "tags", "labels", "namespace", "sectionName"),
    "MeshSubset": ("name", "mesh", "labels", "namespace", "sectionName"),
    "MeshService": ("mesh", "tags", "proxyTypes"),
    "MeshHTTPRoute": ("mesh", "tags", "proxyTypes"),
    "MeshServiceSubset": ("mesh", "proxyTypes", "labels", "namespace", "sectionName"),
    "MeshGateway": ("mesh", "proxyTypes", "labels", "namespace", "sectionName"),
    "MeshExternalService": ("mesh", "proxyTypes", "labels", "namespace", "sectionName"),
}
"""The fields that each kind of reference must not have."""

_NAMED = ("MeshService", "MeshHTTPRoute", "MeshServiceSubset", "MeshGateway", "MeshExternalService")
_TAGGED = ("MeshSubset", "MeshServiceSubset", "MeshGateway", "MeshExternalService")
_BY_LABELS = ("MeshService", "MeshHTTPRoute")


def target_ref_faults(
    path: str, ref: TargetRef, kinds: tuple[str, ...], listener_tags: bool = True, odd_names: tuple[str, ...] = ()
) -> list[Fault]:
    """What is wrong with a reference.

    Args:
        path: of the reference.
        kinds: those that are supported there.
        listener_tags: whether a MeshGateway may be narrowed to listeners by tags.
        odd_names: names that are fine although no object could have them.
    """
    if ref.kind not in kinds:
        return [Fault(f"{path}.kind", "value is not supported")]
    return [
        *_forbidden(path, ref),
        *_names(path, ref, odd_names),
        *_tags(path, ref, listener_tags),
        *_labels(path, ref),
    ]


def _forbidden(path: str, ref: TargetRef) -> Iterable[Fault]:
    if ref.kind == "Mesh" and ref.name:
        yield Fault(f"{path}.name", "using name with kind Mesh is not yet supported")
    said = {
        "name": ref.name,
        "mesh": ref.mesh,
        "tags": ref.tags,
        "labels": ref.labels,
        "namespace": ref.namespace,
        "sectionName": ref.section,
        "proxyTypes": ref.proxy_types,
    }
    for field in _FORBIDDEN[ref.kind]:
        if said[field]:
            yield Fault(f"{path}.{field}", f"must not be set with kind {ref.kind}")


def _names(path: str, ref: TargetRef, odd_names: tuple[str, ...]) -> Iterable[Fault]:
    if ref.kind not in _NAMED:
        return
    if not ref.name and not (ref.kind in _BY_LABELS and ref.labels):
        yield Fault(f"{path}.name", f"must be set with kind {ref.kind}")
    if ref.name not in odd_names and _NAME.match(ref.name) is None:
        text = "invalid characters: must consist of lower case alphanumeric characters, '-', '.' and '_'."
        yield Fault(f"{path}.name", text)


def _tags(path: str, ref: TargetRef, listener_tags: bool) -> Iterable[Fault]:
    if ref.kind not in _TAGGED:
        return
    yield from tag_faults(f"{path}.tags", ref.tags, TagRules())
    if ref.kind == "MeshGateway" and ref.tags and not listener_tags:
        yield Fault(f"{path}.tags", f"must not be set with kind {ref.kind}")


def _labels(path: str, ref: TargetRef) -> Iterable[Fault]:
    if ref.kind not in _BY_LABELS or not ref.labels:
        return
    if ref.name or ref.namespace:
        yield Fault(f"{path}.labels", "either labels or name and namespace must be specified")
    if ref.section:
        yield Fault(f"{path}.sectionName", "sectionName should not be combined with labels")
