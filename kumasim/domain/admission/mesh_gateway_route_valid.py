"""What a MeshGatewayRoute must hold; its `tcp` is not looked at beyond its presence (D-22).

Source: D-19, D-21, D-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kumasim.domain.admission.rule import Fault, Outcome, Review, invalid
from kumasim.domain.admission.tags import TagRules, tag_faults
from kumasim.domain.policy import selector
from kumasim.domain.policy.identity import SERVICE_TAG, content
from kumasim.domain.reconcilers.base import View
from kumasim.domain.resource import Resource
from kumasim.domain.tree import EMPTY, dig

_SELECTOR = TagRules(selector=True, needs_one=True, needs_service=True)
_CRITERIA = ("path", "method", "headers", "query_parameters", "queryParameters")
_REDIRECT_CODES = range(300, 309)


def mesh_gateway_route_valid(_: View, __: Review, resource: Resource) -> Outcome:
    """All faults of selectors and HTTP rules at once."""
    return invalid([*_selectors(resource), *_conf(resource)])


def _selectors(resource: Resource) -> Iterable[Fault]:
    """Source: D-19."""
    found = selector.selectors(resource)
    if not found:
        yield Fault("spec.selectors", "must have at least one element")
    for index, tags in enumerate(found):
        yield from tag_faults(f"spec.selectors[{index}].match", tags, _SELECTOR)


def _conf(resource: Resource) -> Iterable[Fault]:
    conf = dig(content(resource), "conf", default=EMPTY)
    http = dig(conf, "http")
    if http is None:
        if dig(conf, "tcp") is None:
            yield Fault("spec.conf", "cannot be empty")
        return
    rules = dig(http, "rules", default=())
    if not rules:
        yield Fault("spec.conf.http.rules", "cannot be empty")
    for index, rule in enumerate(rules):
        yield from _rule(f"spec.conf.http.rules[{index}]", rule)


def _rule(path: str, rule: Any) -> Iterable[Fault]:
    """Source: D-21."""
    matches = dig(rule, "matches", default=())
    if not matches:
        yield Fault(f"{path}.matches", "cannot be empty")
    for index, match in enumerate(matches):
        yield from _match(f"{path}.matches[{index}]", match)
    filters = dig(rule, "filters", default=())
    backends = dig(rule, "backends", default=())
    redirects = [one for one in filters if dig(one, "redirect") is not None]
    yield from _redirects(path, redirects, filters, backends)
    if not redirects and not backends:
        yield Fault(f"{path}.backends", "cannot be empty")
    for index, backend in enumerate(backends):
        if not dig(backend, "destination", SERVICE_TAG):
            yield Fault(f"{path}.backends[{index}]", f"mandatory tag {SERVICE_TAG!r} is missing")


def _match(path: str, match: Any) -> Iterable[Fault]:
    if not any(dig(match, field) for field in _CRITERIA):
        yield Fault(path, "must have at least one criterion")
    written = dig(match, "path")
    text = dig(written, "value", default="")
    if written is not None and not text:
        yield Fault(f"{path}.path.value", "cannot be empty")
    elif written is not None and dig(written, "match", default="EXACT") != "REGEX" and not re.match("/", text):
        yield Fault(f"{path}.path.value", "must be an absolute path")


def _redirects(path: str, redirects: list[Any], filters: tuple[Any, ...], backends: tuple[Any, ...]) -> Iterable[Fault]:
    if redirects and len(filters) > 1:
        yield Fault(f"{path}.filters", "a redirect must be the only filter")
    if redirects and backends:
        yield Fault(f"{path}.backends", "cannot be used with a redirect")
    for one in redirects:
        code = dig(one, "redirect", "status_code", default=dig(one, "redirect", "statusCode", default=302))
        if code not in _REDIRECT_CODES:
            yield Fault(f"{path}.filters", f"redirect status {code} must be in the range [300, 308]")
