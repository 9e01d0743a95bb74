"""The name of a synced resource: its own name and a hash of where it comes from.

Source: KDS-46 to KDS-49.
"""

from __future__ import annotations

_SAFE = "bcdfghjklmnpqrstvwxz2456789"
"""Kubernetes' alphabet without vowels and look-alikes; a hex digit is translated by its ASCII code modulo 27."""

_OFFSET, _PRIME, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1

MAX_DISPLAY_NAME = 236
"""Longer names are cut first, so that the result never exceeds 253 characters (KDS-47)."""


def fnv64a(text: str) -> int:
    """64-bit FNV-1a of a text's UTF-8 bytes."""
    digest = _OFFSET
    for byte in text.encode():
        digest = ((digest ^ byte) * _PRIME) & _MASK
    return digest


def synced_name(mesh: str, display_name: str, *where: str) -> str:
    """The name under which a resource is stored at the other end.

    Args:
        mesh: "" for kinds that belong to no mesh.
        display_name: its name where it was made.
        where: its zone and its namespace, those of the two that it has, in this order.

    Source: KDS-46. The parts are joined without separators, so two places can collide (KDS-48).
    """
    digits = f"{fnv64a(mesh + display_name + ''.join(where)):016x}"
    return f"{display_name[:MAX_DISPLAY_NAME]}-{''.join(_SAFE[ord(digit) % len(_SAFE)] for digit in digits)}"
