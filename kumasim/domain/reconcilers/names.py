"""The names that Kuma's Kubernetes controllers give: service tags, generated objects, owner labels."""

from __future__ import annotations

OWNER_LABEL = "gateways.kuma.io/gateway.networking.k8s.io-owner"
"""Label that says which Gateway API object a generated Kuma object belongs to (GW-63)."""

MESH_LABEL = "kuma.io/mesh"
SERVICE_TAG = "kuma.io/service"
ZONE_TAG = "kuma.io/zone"

DEFAULT_MESH = "default"
DEFAULT_ZONE = "default"

_FNV_OFFSET = 0x811C9DC5
_FNV_PRIME = 0x01000193


def fnv1_32(text: str) -> str:
    """The 32-bit FNV-1 hash of a text, as 8 hexadecimal digits."""
    made = _FNV_OFFSET
    for byte in text.encode():
        made = (made * _FNV_PRIME) % 2**32 ^ byte
    return f"{made:08x}"


def owner_label(namespace: str, name: str) -> str:
    """The value of the owner label of everything generated for a Gateway or HTTPRoute.

    Source: GW-63 (`kuma-demo_kuma-4089ceef` for Gateway kuma-demo/kuma).
    """
    return f"{f'{namespace}_{name}'[:54]}-{fnv1_32(namespace + name)}"


def mesh_gateway_name(namespace: str, name: str) -> str:
    """The name of the MeshGateway made for a Gateway. Source: GW-58."""
    return f"{name}.{namespace}"


def service_tag(namespace: str, name: str, port: int | None = None) -> str:
    """The value of `kuma.io/service` of a Kubernetes Service (with port) or of a built-in gateway (without).

    Source: A-1, B-24, GW-124.
    """
    return f"{name}_{namespace}_svc" + ("" if port is None else f"_{port}")


def copied_secret_name(namespace: str, name: str) -> str:
    """The name of the Kuma Secret that holds the copy of a TLS Secret. Source: GW-62."""
    return f"gapi-{namespace}-{name}"
