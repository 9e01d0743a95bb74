"""An object of a mesh names one.

Source: KDS section F; Kuma's `ValidateMesh`.
"""

from __future__ import annotations

import re

from kumasim.domain.admission.labels import mesh_of
from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid, key_of
from kumasim.domain.admission.selection import OLDER, traits
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource

_NAME = re.compile(r"^[0-9a-z\-_]*\Z")


def mesh_name(_: View, __: Review, resource: Resource) -> Outcome:
    """The name of the mesh must not be empty, nor hold other characters than meshes' names do."""
    return invalid(mesh_name_faults(resource))


def mesh_name_faults(resource: Resource) -> list[Fault]:
    """What is wrong with the mesh that an object names; older kinds must name one, newer ones fall to `default`."""
    kind = key_of(resource)
    sync = traits(kind)
    if sync is None or sync.scope != "mesh":
        return []
    older = kind in OLDER or resource.kind in ("Dataplane", "Timeout")
    name = (resource.body.get("mesh") or "") if older else mesh_of(resource)
    if not name:
        return [Fault("mesh", "cannot be empty")]
    if _NAME.match(name) is None:
        text = "invalid characters. Valid characters are numbers, lowercase latin letters and '-', '_' symbols."
        return [Fault("mesh", text)]
    return []
