"""What Kubernetes demands of every object's metadata: names, labels, finalizers.

Source: k8s.io/apimachinery pkg/util/validation and pkg/api/validation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from kumasim.domain.kubernetes.api.failures import Fault, forbidden_field, invalid_value, printed, quoted, required
from kumasim.domain.resource import Resource

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"


@attrs.frozen
class _Format:
    pattern: re.Pattern[str]
    longest: int
    detail: str


_NAMES: Mapping[str, _Format] = {
    "subdomain": _Format(
        re.compile(_SUBDOMAIN), 253,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        f"start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')",
    ),
    "label": _Format(
        re.compile(_LABEL), 63,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        f"with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')",
    ),
    "dns-1035": _Format(
        re.compile(_DNS_1035), 63,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation "
        f"is '{_DNS_1035}')",
    ),
}  # fmt: skip

_LABEL_VALUE = _Format(
    re.compile(f"({_QUALIFIED})?"), 63,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'({_QUALIFIED})?')",
)  # fmt: skip
_KEY_NAME = _Format(
    re.compile(_QUALIFIED), 63,
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    f"'{_QUALIFIED}')",
)  # fmt: skip


def _faults(field: str, text: Any, form: _Format, shown: str = "") -> Iterable[Fault]:
    if not isinstance(text, str):
        yield invalid_value(field, printed(text), "must be a string")
        return
    if len(text) > form.longest:
        yield invalid_value(field, quoted(shown or text), f"must be no more than {form.longest} characters")
    if not form.pattern.fullmatch(text):
        yield invalid_value(field, quoted(shown or text), form.detail)


def _key_faults(field: str, key: str) -> Iterable[Fault]:
    prefix, slash, name = key.rpartition("/")
    if slash:
        yield from _faults(field, prefix, _NAMES["subdomain"], key)
    yield from _faults(field, name, _KEY_NAME, key)


def metadata_faults(old: Resource | None, new: Resource, name: str) -> Iterable[Fault]:
    """What is wrong with the metadata of an object that is about to be stored.

    Args:
        old: what is stored, None at a creation. What did not change is not looked at again.
        new: what is to be stored.
        name: the format of the kind's names, a key of the table above.
    """
    if old is None:
        if not new.name:
            yield required("metadata.name", "name or generateName is required")
        else:
            yield from _faults("metadata.name", new.name, _NAMES[name])
    if old is None or old.meta.labels is not new.meta.labels:
        for key, value in new.meta.labels.items():
            yield from _key_faults("metadata.labels", key)
            yield from _faults("metadata.labels", value, _LABEL_VALUE)
    if old is None or old.meta.annotations is not new.meta.annotations:
        for key in new.meta.annotations:
            yield from _key_faults("metadata.annotations", key.lower())
    if old is not None and old.meta.deleted_ns >= 0:
        added = [one for one in new.meta.finalizers if one not in old.meta.finalizers]
        if added:
            told = f"[]string{{{', '.join(quoted(one) for one in added)}}}"
            why = f"no new finalizers can be added if the object is being deleted, found new finalizers {told}"
            yield forbidden_field("metadata.finalizers", why)
