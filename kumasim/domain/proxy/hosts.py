"""Hostnames with wildcards: which contains which.

Source: D-27, D-28, D-29, D-39.
"""

from __future__ import annotations

ANY = "*"


def contains(outer: str, inner: str) -> bool:
    """Whether every name of `inner` is one of `outer`: equal, everything, or `*.a.b` over a longer name.

    The quirk D-28, by which "foo.com" contains "foo.bar.com", is reproduced by `quirky_contains`.
    """
    if outer in (ANY, inner):
        return True
    return outer.startswith("*.") and inner.removeprefix("*").endswith(outer[1:]) and inner != outer[2:]


def quirky_contains(outer: str, inner: str) -> bool:
    """`contains` as the gateway computes it: first label (or `*`) and trailing labels only. Source: D-27, D-28."""
    if contains(outer, inner):
        return True
    first, _, rest = outer.partition(".")
    inner_first, _, inner_rest = inner.partition(".")
    return bool(rest) and first in (ANY, inner_first) and (inner_rest == rest or inner_rest.endswith("." + rest))


def intersect(one: str, other: str) -> bool:
    """Whether two hostnames have a name in common. Source: D-27."""
    return quirky_contains(one, other) or quirky_contains(other, one)


def narrower(one: str, other: str) -> str:
    """The narrower of two intersecting hostnames. Source: D-39."""
    return other if quirky_contains(one, other) else one


def exactness(hostname: str) -> tuple[int, int, str]:
    """Sorts hostnames from the most exact to the least: names, then longer wildcards, then `*`."""
    if hostname == ANY:
        return 2, 0, hostname
    return (1, -len(hostname), hostname) if hostname.startswith("*.") else (0, -len(hostname), hostname)


def of_listener(hostname: str | None) -> str:
    """A listener's hostname; an empty one is `*`. Source: D-10."""
    return hostname or ANY
