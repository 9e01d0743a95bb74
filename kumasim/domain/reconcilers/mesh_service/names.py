"""What the MeshServices of a headless Service's pods are called: `<pod>-<hash of the Service>`.

Source: C-21.
"""

from __future__ import annotations

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""Kubernetes' alphabet without vowels and look-alikes; a digit is translated by its ASCII code modulo 27."""
_LONGEST = 63


def fnv32a(text: str) -> int:
    """The 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    made = 0x811C9DC5
    for byte in text.encode():
        made = ((made ^ byte) * 0x01000193) & 0xFFFFFFFF
    return made


def headless_name(pod: str, service: str, namespace: str) -> str:
    """The name of a pod's MeshService; a pod's name that is too long is cut, and counts in the hash then."""
    suffix = _encoded(service + namespace)
    if len(pod) + 1 + len(suffix) > _LONGEST:
        suffix = _encoded(service + namespace + pod)
        pod = pod[: _LONGEST - 1 - len(suffix)]
    return f"{pod}-{suffix}"


def _encoded(text: str) -> str:
    return "".join(_SAFE[ord(digit) % len(_SAFE)] for digit in str(fnv32a(text)))
