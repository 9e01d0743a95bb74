"""Names, uids and hashes that a cluster makes up, without dice.

Kubernetes draws them at random or counts them. Here each one is derived from what it stands for, so that a run can be
repeated, and so that one more object in the world never renames another.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from kumasim.domain.resource import Key

_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels and no look-alikes, so that no suffix spells a word (k8s.io/apimachinery util/rand)."""


def digest(*parts: object) -> int:
    """A 128-bit number that depends on every part and on their order."""
    text = "\0".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "big")


def suffix(*parts: object, length: int = 5) -> str:
    """What Kubernetes appends to a generated name: `length` characters of its safe alphabet, derived from the parts."""
    number = digest(*parts)
    letters = []
    for _ in range(length):
        number, letter = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


def safe_encode(text: str) -> str:
    """A text in the safe alphabet, character by character, as Kubernetes' `SafeEncodeString` does it."""
    return "".join(_ALPHABET[ord(letter) % len(_ALPHABET)] for letter in text)


def uid_of(cluster: str, key: Key, incarnation: int) -> str:
    """The uid of an object, shaped like a version 4 UUID.

    Args:
        cluster: name of the cluster.
        key: the object.
        incarnation: how many objects of that key there were before; a recreated object gets another uid.
    """
    made = f"{digest('uid', cluster, *key, incarnation):032x}"
    return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-{'89ab'[int(made[16], 16) % 4]}{made[17:20]}-{made[20:]}"


def template_hash(template: Any) -> str:
    """The `pod-template-hash` of a pod template: 32-bit FNV-1a over its content, safe-encoded.

    The keys are sorted first, so that the hash tells content from content and not one spelling from another.
    """
    content = json.dumps(template, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    state = 0x811C9DC5
    for byte in content.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    return safe_encode(str(state))
