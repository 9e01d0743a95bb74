"""Names: the shapes of strings that many kinds share.

Source: Kubernetes apimachinery `validation`, Gateway API v1.0 shared types.
"""

from __future__ import annotations

from typing import Any

from kumasim.domain.kinds.schema import Int, MapOf, Text

LABEL_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
SUBDOMAIN_PATTERN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
HOSTNAME_PATTERN = r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
GROUP_PATTERN = r"^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
KIND_PATTERN = r"^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$"
HTTP_HEADER_PATTERN = r"^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$"

LABEL = Text(pattern=LABEL_PATTERN, max_length=63)
"""A DNS label (RFC 1123): "kuma-demo"."""

SERVICE_LABEL = Text(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=63)
"""A DNS label that begins with a letter (RFC 1035), as the names of Services."""

SUBDOMAIN = Text(pattern=SUBDOMAIN_PATTERN, max_length=253)
"""A DNS subdomain (RFC 1123): "kuma.kuma-demo"."""

QUALIFIED = Text(
    pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])$",
    max_length=317,
)
"""A key of labels and annotations: "kuma.io/mesh"."""

LABEL_VALUE = Text(pattern=r"^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$", max_length=63)
"""A value of a label."""

LABELS = MapOf(LABEL_VALUE, QUALIFIED)
"""Labels, and label selectors."""

ANNOTATIONS = MapOf(Text(), QUALIFIED)
"""Annotations: values are free."""

TEXTS = MapOf(Text())
"""Any strings by any names."""

PORT = Int(1, 65535)
"""A TCP or UDP port."""


def group(**options: Any) -> Text:
    """An API group as the Gateway API writes it."""
    return Text(pattern=GROUP_PATTERN, max_length=253, **options)


def kind_name(**options: Any) -> Text:
    """A kind as the Gateway API writes it."""
    return Text(pattern=KIND_PATTERN, min_length=1, max_length=63, **options)


def object_name(**options: Any) -> Text:
    """The name of an object as the Gateway API refers to it."""
    return Text(min_length=1, max_length=253, **options)


def namespace(**options: Any) -> Text:
    """The name of a Namespace as the Gateway API refers to it."""
    return Text(pattern=LABEL_PATTERN, min_length=1, max_length=63, **options)


def hostname() -> Text:
    """A host, or a wildcard of hosts."""
    return Text(pattern=HOSTNAME_PATTERN, min_length=1, max_length=253)


def section_name() -> Text:
    """The name of a listener, or of another part of an object."""
    return Text(pattern=SUBDOMAIN_PATTERN, min_length=1, max_length=253)
