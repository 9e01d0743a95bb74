"""What a Mesh must hold, and when it may go.

Source: KDS-111, KDS-112; Kuma's mesh validators.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kumasim.domain.admission.rule import Fault, Outcome, Review, errored, invalid
from kumasim.domain.admission.selection import KUMA
from kumasim.domain.kinds.dataplane import Dataplane
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import dig

UNSAFE_DELETE = "KUMA_STORE_UNSAFE_DELETE"
"""The control plane variable that lets users delete what is still in use."""

BACKEND_TYPES = ("builtin", "provided")
"""The certificate authorities that Kuma has of its own."""

_CHANGED = "Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA"


def unsafe_delete(view: View) -> bool:
    """Whether what is in use may be deleted."""
    return bool(view.around.config.get(UNSAFE_DELETE, "").lower() == "true")


def mesh_valid(_: View, __: Review, resource: Resource) -> Outcome:
    """At most one backend, of a name that `enabledBackend` may name; zone egress needs mTLS."""
    spec = resource.spec
    backends = dig(spec, "mtls", "backends", default=())
    names = [backend.get("name") or "" for backend in backends]
    faults = [] if len(backends) <= 1 else [Fault("spec.mtls.backends", "cannot have more than 1 backends")]
    for index, name in enumerate(names):
        if name in names[:index]:
            text = f'"{name}" name is already used for another backend'
            faults.append(Fault(f"spec.mtls.backends[{index}].name", text))
    enabled = dig(spec, "mtls", "enabledBackend", default="")
    if enabled and enabled not in names:
        faults.append(Fault("spec.mtls.enabledBackend", "has to be set to one of the backends in the mesh"))
    if dig(spec, "routing", "zoneEgress", default=False) and not enabled:
        faults.append(Fault("spec.mtls", "has to be set when zoneEgress enabled"))
    return invalid(faults)


def mesh_name_short(_: View, review: Review, resource: Resource) -> Outcome:
    """A new Mesh has a name of at most 63 characters."""
    if review.old is not None or len(resource.name) <= 63:
        return None
    return invalid([Fault("spec.name", "cannot be longer than 63 characters")])


def mesh_backend_kept(_: View, review: Review, resource: Resource) -> Outcome:
    """The certificate authority may not change while mTLS is on."""
    before = "" if review.old is None else dig(review.old.spec, "mtls", "enabledBackend", default="")
    after = dig(resource.spec, "mtls", "enabledBackend", default="")
    if before and after and before != after:
        return invalid([Fault("spec.mtls.enabledBackend", _CHANGED)])
    return None


def mesh_backends_usable(view: View, _: Review, resource: Resource) -> Outcome:
    """A backend is of a known type, and what a provided one refers to is there, whoever writes it: KDS too."""
    faults: list[Fault] = []
    skip = bool(dig(resource.spec, "mtls", "skipValidation", default=False))
    for index, backend in enumerate(dig(resource.spec, "mtls", "backends", default=())):
        path = f"spec.mtls.backends[{index}]"
        if backend.get("type") not in BACKEND_TYPES:
            faults.append(Fault(f"{path}.type", "could not find installed plugin for this type"))
            break
        if backend["type"] == "provided" and not skip:
            faults.extend(_provided(view, path, backend))
    return invalid(faults)


def _provided(view: View, path: str, backend: Any) -> Iterable[Fault]:
    for part in ("cert", "key"):
        source = dig(backend, "conf", part)
        if source is None:
            yield Fault(f"{path}.conf.{part}", "has to be defined")
    for part in ("cert", "key"):
        secret = dig(backend, "conf", part, "secret", default="")
        if secret and view.get("Secret", view.around.system_namespace, secret) is None:
            yield Fault(
                f"{path}.conf.{part}", f'could not load data: Resource not found: type="Secret" name="{secret}"'
            )


def mesh_without_dataplanes(view: View, _: Review, resource: Resource) -> Outcome:
    """A Mesh stays as long as this control plane knows Dataplanes of it.

    On a zone that also holds for KDS [U: KDS-112, KDS-217].
    """
    if unsafe_delete(view):
        return None
    used = any(item.view(Dataplane).mesh == resource.name for item in view.list("Dataplane", group=KUMA))
    return errored(400, "mesh: unable to delete mesh, there are still some dataplanes attached") if used else None
