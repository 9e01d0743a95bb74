"""The certificates of a listener: may they be used, are they any good, and their copies as Kuma Secrets.

Source: GW-41 to GW-44, GW-62, GW-77, GW-82.
"""

from __future__ import annotations

import base64
import binascii
import re

import attrs

from kumasim.domain.reconcilers.base import View
from kumasim.domain.reconcilers.conditions import Condition, false
from kumasim.domain.reconcilers.gateway_api import KUMA_GROUP, Listener, ObjectRef
from kumasim.domain.reconcilers.names import MESH_LABEL, copied_secret_name
from kumasim.domain.reconcilers.ownership import owner_reference
from kumasim.domain.reconcilers.reference_grants import is_permitted
from kumasim.domain.resource import Key, Metadata, Resource
from kumasim.domain.tree import FrozenMap, dig
from kumasim.domain.writes import Write, create

TLS_SECRET = "kubernetes.io/tls"
MESH_SECRET = "system.kuma.io/secret"

_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\s*(.*?)-----END \1-----", re.DOTALL)
_HEADER = re.compile(rb"^[A-Za-z-]+:.*$", re.MULTILINE)


@attrs.frozen
class Certificates:
    """What came of the certificate references of one listener.

    Args:
        secrets: names of the Kuma Secrets to serve, in the order of the references.
        failure: the first reference that cannot be used, as a ResolvedRefs condition.
        writes: copies that have to be made.
        error: why no copy can be made.
    """

    secrets: tuple[str, ...] = ()
    failure: Condition | None = None
    writes: tuple[Write, ...] = ()
    error: str = ""


def resolve_certificates(view: View, namespace: str, mesh: str, listener: Listener) -> Certificates:
    """Check the references in order, the first failure decides; then copy what is not copied yet.

    A copy that exists is not refreshed here: that is the work of the Secret controller (GW-77, GW-78).

    Source: GW-41.
    """
    contents: list[tuple[ObjectRef, bytes]] = []
    for reference in listener.certificates:
        failure, content = _check(view, namespace, reference)
        if failure is not None:
            return Certificates(failure=failure)
        contents.append((reference, content))
    if dig(listener.tls, "mode") == "Passthrough":
        return Certificates()
    names: list[str] = []
    writes: list[Write] = []
    for reference, content in contents:
        name = copied_secret_name(reference.namespace, reference.name)
        if name not in names and not _is_copied(view, mesh, name):
            owner = view.get("Mesh", "", mesh, KUMA_GROUP)
            if owner is None:
                return Certificates(writes=tuple(writes), error=f'mesh of name "{mesh}" is not found')
            writes.append(create(_copy(view, owner, name, content)))
        names.append(name)
    return Certificates(tuple(names), None, tuple(writes))


def key_pair(secret: Resource) -> bytes:
    """Private key and certificate of a TLS Secret, one after the other, as Kuma keeps them.

    Whether a key pair can be parsed is judged by the shape of its PEM blocks: exactly one private key, at least one
    certificate, nothing else, all of them base64.

    Source: GW-41.

    Raises:
        ValueError: the Secret has another type, or holds no such pair.
    """
    if secret.body.get("type") != TLS_SECRET:
        raise ValueError(f'only secrets of type "{TLS_SECRET}" are supported')
    content = _datum(secret, "tls.key") + _datum(secret, "tls.crt")
    blocks = [kind for kind, body in _PEM.findall(content) if _is_base64(_HEADER.sub(b"", body))]
    keys = [kind for kind in blocks if kind.endswith(b"PRIVATE KEY")]
    certificates = [kind for kind in blocks if kind.endswith(b"CERTIFICATE")]
    if len(keys) != 1 or not certificates or len(blocks) != len(certificates) + 1:
        raise ValueError("malformed secret")
    return content


def encoded(content: bytes) -> str:
    """Bytes as a Secret's `data` holds them."""
    return base64.b64encode(content).decode()


def _check(view: View, namespace: str, reference: ObjectRef) -> tuple[Condition | None, bytes]:
    """Permission first, then kind, existence, type and content. Source: GW-41, GW-42."""
    named = f'"{reference.group_kind}" "{reference.full_name}"'
    if not is_permitted(view, "Gateway", namespace, reference):
        message = f"reference to {named} not permitted by any ReferenceGrant"
        return false("ResolvedRefs", "RefNotPermitted", message), b""
    if (reference.group, reference.kind) != ("", "Secret"):
        return _invalid(f"invalid reference to {reference.group}/{reference.kind}"), b""
    secret = view.get("Secret", reference.namespace, reference.name)
    if secret is None:
        return _invalid(f"invalid reference to {named}"), b""
    try:
        return None, key_pair(secret)
    except ValueError as wrong:
        return _invalid(str(wrong)), b""


def _invalid(message: str) -> Condition:
    return false("ResolvedRefs", "InvalidCertificateRef", message)


def _is_copied(view: View, mesh: str, name: str) -> bool:
    """Whether the copy is there, in this mesh: one of another mesh is not seen, and in the way (GW-82) [U]."""
    held = view.get("Secret", view.around.system_namespace, name)
    return held is not None and held.body.get("type") == MESH_SECRET and held.meta.labels.get(MESH_LABEL) == mesh


def _copy(view: View, mesh: Resource, name: str, content: bytes) -> Resource:
    meta = Metadata(
        name,
        view.around.system_namespace,
        labels=FrozenMap({MESH_LABEL: mesh.name}),
        owners=(owner_reference(mesh, controller=False),),
    )
    body = FrozenMap({"type": MESH_SECRET, "data": FrozenMap({"value": encoded(content)})})
    return Resource("v1", "Secret", meta, body)


def copy_key(view: View, namespace: str, name: str) -> Key:
    """Where the copy of a Secret lies. Source: GW-62."""
    return Key("", "Secret", view.around.system_namespace, copied_secret_name(namespace, name))


def _datum(secret: Resource, name: str) -> bytes:
    plain = dig(secret.body, "stringData", name)
    if plain is not None:
        return str(plain).encode()
    try:
        return base64.b64decode(str(dig(secret.body, "data", name, default="")), validate=False)
    except (binascii.Error, ValueError):
        return b""


def _is_base64(body: bytes) -> bool:
    try:
        return bool(base64.b64decode(b"".join(body.split()), validate=True))
    except binascii.Error:
        return False
