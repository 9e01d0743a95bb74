"""The names of synced resources: the rulebook's worked values, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumasim.domain.sync.names import fnv64a, synced_name

WORKED = [
    (("", "foo"), "dcb27518fed9d577", "foo-zxw6c95d42zfz9cc"),
    (("", "foo", "zone-1", "custom-ns"), "252ada053d07af90", "foo-696vzv497z4cv4f4"),
    (
        ("default", "mesh-circuit-breaker-all-default", "kuma-2", "kuma-system"),
        None,
        "mesh-circuit-breaker-all-default-zw856xvxdb7558d9",
    ),
    (("default", "demo-app-to-redis"), "21c601cec9816939", "demo-app-to-redis-65xb45x2xfd5bf7f"),
    (("default", "demo-app-to-redis", "kuma-system"), "0467282be46b36ff", "demo-app-to-redis-48bc6d6w28bw7b44"),
    (("demo", "allow-web"), "4d305bf40a847534", "allow-web-8z749w484vd8c978"),
    (("demo", "allow-web", "kuma-system"), "04350d79ff0b9d0c", "allow-web-48794zcf444wfz4x"),
    (("demo", "web-01", "zone-1"), "8e675b0eff4327bc", "web-01-d2bc9w4244876cwx"),
    (("", "ingress-1", "zone-2"), "80ec961632ac8d3b", "ingress-1-d42xfb5b76vxdz7w"),
    (("demo", "timeouts", "zone-1", "kuma-system"), "c56c1bceed5c2042", "timeouts-x9bx5wx22z9x6486"),
    (("demo", "backend", "zone-2"), None, "backend-w89wzfc6462647xw"),
]
"""KDS-46: mesh, name and places; the raw hash where it is known; the result."""


@pytest.mark.parametrize(("parts", "raw", "name"), WORKED)
def test_the_worked_values_of_kds_46(parts: tuple[str, ...], raw: str | None, name: str) -> None:
    assert synced_name(*parts) == name
    if raw is not None:
        assert f"{fnv64a(''.join(parts)):016x}" == raw


NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=253)


@given(st.sampled_from(["", "default", "demo"]), NAMES, st.lists(NAMES, max_size=2))
def test_a_name_keeps_its_beginning_and_stays_within_its_limit(mesh: str, name: str, where: list[str]) -> None:
    """KDS-47."""
    synced = synced_name(mesh, name, *where)
    head, _, tail = synced.rpartition("-")
    assert head == name[:236]
    assert len(tail) == 16
    assert set(tail) <= set("bcdfghjklmnpqrstvwxz2456789")
    assert len(synced) <= 253


def test_names_longer_than_the_limit_still_differ_by_their_hash() -> None:
    one, other = synced_name("m", "x" * 240 + "a"), synced_name("m", "x" * 240 + "b")
    assert one[:236] == other[:236]
    assert one != other


def test_places_are_joined_without_separators_and_so_can_collide() -> None:
    """KDS-48."""
    assert synced_name("m", "n", "a", "bc") == synced_name("m", "n", "ab", "c")
