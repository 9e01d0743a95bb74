"""What an HTTPRoute must hold to be stored: the rules of its custom resource over several fields.

Source: Gateway API v1.0 experimental channel, `x-kubernetes-validations`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kumasim.domain.kinds.schema import Rule
from kumasim.domain.tree import dig


def _same_parent(ref: Any) -> tuple[Any, ...]:
    return (ref.get("group"), ref.get("kind"), ref.get("name"), ref.get("namespace") or "")


def _consistent_parents(refs: Any) -> bool:
    said: dict[Any, tuple[bool, bool]] = {}
    for ref in refs:
        which = (bool(ref.get("sectionName")), bool(ref.get("port")))
        if said.setdefault(_same_parent(ref), which) != which:
            return False
    return True


def _distinct_parents(refs: Any) -> bool:
    seen = [(*_same_parent(ref), ref.get("sectionName") or "", ref.get("port") or 0) for ref in refs]
    return len(seen) == len(set(seen))


PARENTS = (
    Rule(
        "sectionName or port must be specified when parentRefs includes 2 or more references to the same parent",
        _consistent_parents,
        fix="give each of them a sectionName or a port",
    ),
    Rule(
        "sectionName or port must be unique when parentRefs includes 2 or more references to the same parent",
        _distinct_parents,
        fix="remove the repeated parentRef",
    ),
)


def _service_port(ref: Any) -> bool:
    return ref.get("group") != "" or ref.get("kind") != "Service" or ref.get("port") is not None


BACKEND = (Rule("Must have port for Service reference", _service_port, ("port",), 'add "port"'),)


def _redirects_alone(rule: Any) -> bool:
    redirects = any("requestRedirect" in item for item in rule.get("filters") or ())
    return not (redirects and bool(rule.get("backendRefs")))


def _one_prefix(rule: Any) -> bool:
    matches = rule.get("matches") or ()
    return [dig(match, "path", "type") for match in matches] == ["PathPrefix"]


def _replaces_prefix(item: Any, field: str) -> bool:
    return bool(dig(item, field, "path", "type") == "ReplacePrefixMatch")


def _prefix_for(field: str) -> Callable[[Any], bool]:
    def holds(rule: Any) -> bool:
        filters = rule.get("filters") or ()
        return not any(_replaces_prefix(item, field) for item in filters) or _one_prefix(rule)

    return holds


def _prefix_in_backends_for(field: str) -> Callable[[Any], bool]:
    def holds(rule: Any) -> bool:
        filters = [item for ref in rule.get("backendRefs") or () for item in ref.get("filters") or ()]
        return not any(_replaces_prefix(item, field) for item in filters) or _one_prefix(rule)

    return holds


_ONE_PREFIX = "filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified"

RULE = (
    Rule("RequestRedirect filter must not be used together with backendRefs", _redirects_alone, ("backendRefs",)),
    Rule(f"When using RequestRedirect {_ONE_PREFIX}", _prefix_for("requestRedirect"), ("matches",)),
    Rule(f"When using URLRewrite {_ONE_PREFIX}", _prefix_for("urlRewrite"), ("matches",)),
    Rule(f"Within backendRefs, when using RequestRedirect {_ONE_PREFIX}", _prefix_in_backends_for("requestRedirect")),
    Rule(f"Within backendRefs, When using URLRewrite {_ONE_PREFIX}", _prefix_in_backends_for("urlRewrite")),
)


def _types(filters: Any) -> list[str]:
    return [item.get("type") for item in filters]


def _not_both(filters: Any) -> bool:
    types = _types(filters)
    return not ("RequestRedirect" in types and "URLRewrite" in types)


def _once(name: str) -> Callable[[Any], bool]:
    return lambda filters: _types(filters).count(name) <= 1


FILTERS = (
    Rule("May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both", _not_both),
    *(
        Rule(f"{name} filter cannot be repeated", _once(name))
        for name in ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite")
    ),
)


def filter_fields(fields: dict[str, str]) -> tuple[Rule, ...]:
    """The rules that each type of filter has its own field, and no other.

    Args:
        fields: the field that belongs to each type.
    """
    rules: list[Rule] = []
    for name, field in fields.items():
        rules.append(_nil_unless(name, field))
        rules.append(_specified_for(name, field))
    return tuple(rules)


def _nil_unless(name: str, field: str) -> Rule:
    return Rule(
        f"filter.{field} must be nil if the filter.type is not {name}",
        lambda item: field not in item or item.get("type") == name,
        (field,),
    )


def _specified_for(name: str, field: str) -> Rule:
    return Rule(
        f"filter.{field} must be specified for {name} filter.type",
        lambda item: field in item or item.get("type") != name,
        fix=f'add "{field}"',
    )


def _needs(name: str, field: str) -> tuple[Rule, Rule]:
    return (
        Rule(
            f"{field} must be specified when type is set to '{name}'",
            lambda path: path.get("type") != name or field in path,
        ),
        Rule(f"type must be '{name}' when {field} is set", lambda path: field not in path or path.get("type") == name),
    )


PATH_MODIFIER = (
    *_needs("ReplaceFullPath", "replaceFullPath"),
    *_needs("ReplacePrefixMatch", "replacePrefixMatch"),
)

_LITERAL = ("Exact", "PathPrefix")
_PATH = re.compile(r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+\Z")


def _literal(holds: Callable[[str], bool]) -> Callable[[Any], bool]:
    return lambda path: path.get("type") not in _LITERAL or holds(path.get("value", ""))


def _without(part: str) -> Rule:
    text = f"must not contain '{part}' when type one of ['Exact', 'PathPrefix']"
    return Rule(text, _literal(lambda value: part not in value), ("value",))


def _not_ending(part: str) -> Rule:
    text = f"must not end with '{part}' when type one of ['Exact', 'PathPrefix']"
    return Rule(text, _literal(lambda value: not value.endswith(part)), ("value",))


PATH = (
    Rule(
        "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
        _literal(lambda value: value.startswith("/")),
        ("value",),
        "begin it with /",
    ),
    *(_without(part) for part in ("//", "/./", "/../", "%2f", "%2F", "#")),
    *(_not_ending(part) for part in ("/..", "/.")),
    Rule(
        "must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$)"
        " for types ['Exact', 'PathPrefix']",
        _literal(lambda value: _PATH.match(value) is not None),
        ("value",),
    ),
)

_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}


def _milliseconds(text: str) -> int:
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d+)(ms|h|m|s)", text))


def _backend_in_time(timeouts: Any) -> bool:
    if "request" not in timeouts or "backendRequest" not in timeouts:
        return True
    request = _milliseconds(timeouts["request"])
    return request == 0 or _milliseconds(timeouts["backendRequest"]) <= request


TIMEOUTS = (
    Rule("backendRequest timeout cannot be longer than request timeout", _backend_in_time, ("backendRequest",)),
)
