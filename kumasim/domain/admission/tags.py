"""Tags: what Kuma accepts as tags of proxies, and as selectors of them.

Source: A-42, D-1, D-4, D-5; Kuma's `ValidateTags` and `ValidateSelector`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from kumasim.domain.admission.rule import Fault

SERVICE_TAG = "kuma.io/service"

RESERVED = ("kuma.io/external-service-name", "kuma.io/protocol", SERVICE_TAG, "kuma.io/zone")
"""Tags that a gateway must not give its listeners: they are its Dataplane's."""

_KEY = re.compile(r"^[a-zA-Z0-9.\-_:/]*\Z")
_VALUE = re.compile(r"^[a-zA-Z0-9.\-_:]*\Z")
_SELECTOR_VALUE = re.compile(r"^([a-zA-Z0-9.\-_:/]*|\*)\Z")


@attrs.frozen
class TagRules:
    """What is asked of tags beyond their characters.

    Args:
        selector: values may also be `*`, and hold slashes.
        needs_one: there must be a tag.
        needs_service: there must be a service tag.
        reserved: keys that must not be used.
    """

    selector: bool = False
    needs_one: bool = False
    needs_service: bool = False
    reserved: tuple[str, ...] = ()


def tag_faults(path: str, tags: Mapping[str, Any] | None, rules: TagRules) -> list[Fault]:
    """What is wrong with tags, keys in order."""
    tags = tags or {}
    found = [Fault(path, "must have at least one tag")] if rules.needs_one and not tags else []
    for key in sorted(tags):
        found += _key_faults(path, key, rules)
        found += _value_faults(f'{path}["{key}"]', str(tags[key]), rules)
    if rules.needs_service and SERVICE_TAG not in tags:
        found.append(Fault(path, f'mandatory tag "{SERVICE_TAG}" is missing'))
    return found


def _key_faults(path: str, key: str, rules: TagRules) -> list[Fault]:
    found = [] if key else [Fault(path, "tag name must be non-empty")]
    if _KEY.match(key) is None:
        text = "tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores"
        found.append(Fault(f'{path}["{key}"]', text))
    if key in rules.reserved:
        found.append(Fault(f'{path}["{key}"]', f'tag name must not be "{key}"'))
    return found


def _value_faults(path: str, value: str, rules: TagRules) -> list[Fault]:
    found = [] if value else [Fault(path, "tag value must be non-empty")]
    allowed = _SELECTOR_VALUE if rules.selector else _VALUE
    if allowed.match(value) is None:
        text = "tag value must consist of alphanumeric characters, dots, dashes and underscores"
        if rules.selector:
            text = 'tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"'
        found.append(Fault(path, text))
    return found
