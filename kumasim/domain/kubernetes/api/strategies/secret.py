"""Secret: `stringData` becomes `data`; the type never changes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

import attrs

from kumasim.domain.kubernetes.api.failures import Fault, invalid_value, quoted
from kumasim.domain.kubernetes.api.strategies.base import Strategy
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, FrozenMap


def _default(wanted: Resource) -> Resource:
    body = dict(wanted.body)
    plain = body.pop("stringData", None) or {}
    body.setdefault("type", "Opaque")
    if plain:
        encoded = {name: b64encode(str(text).encode()).decode() for name, text in plain.items()}
        body["data"] = FrozenMap({**(body.get("data") or EMPTY), **encoded})
    return attrs.evolve(wanted, body=FrozenMap(body))


def _check(old: Resource | None, new: Resource) -> Iterable[Fault]:
    if old is not None and old.body.get("type") != new.body.get("type"):
        yield invalid_value("type", quoted(str(new.body.get("type"))), "field is immutable")


STRATEGY = Strategy(default=_default, check=_check)
