"""The table of virtual addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumasim.domain.resource import resource
from kumasim.domain.tree import FrozenMap
from kumasim.domain.vips import FQDN, HOST, NO_VIPS, SERVICE, Name, VipOutbound, VipTable, allocated

PORT = (VipOutbound(0, FrozenMap({"kuma.io/service": "x"})),)


def names(*texts: str, kind: int = SERVICE) -> dict[Name, tuple[VipOutbound, ...]]:
    return {Name(kind, text): PORT for text in texts}


def held(table: VipTable) -> dict[str, str]:
    return {str(name): vip.address for name, vip in table.entries.items()}


def test_addresses_go_by_kind_and_name() -> None:
    table = allocated({**names("z.mesh", kind=FQDN), **names("h", kind=HOST), **names("b", "a")}, NO_VIPS)

    assert held(table) == {"0:a": "240.0.0.0", "0:b": "240.0.0.1", "1:h": "240.0.0.2", "2:z.mesh": "240.0.0.3"}


def test_a_name_keeps_its_address_and_a_free_one_is_given_again() -> None:
    before = allocated(names("a", "c"), NO_VIPS)

    with_b = allocated(names("b", "c"), before)

    assert held(with_b) == {"0:b": "240.0.0.2", "0:c": "240.0.0.1"}
    assert held(allocated(names("b", "c", "d"), with_b))["0:d"] == "240.0.0.0"


def test_a_host_that_is_an_address_stands_for_itself() -> None:
    assert held(allocated(names("10.1.2.3", kind=HOST), NO_VIPS)) == {"1:10.1.2.3": "10.1.2.3"}


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"x": 1}'])
def test_a_table_of_another_shape_is_as_good_as_none(text: str) -> None:
    tree = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "t"}, "data": {"config": text}}

    assert VipTable.of(resource(tree)) == NO_VIPS


@given(st.lists(st.sets(st.sampled_from("abcdefgh")), min_size=1, max_size=6))
def test_whatever_comes_and_goes_addresses_are_distinct_kept_and_written_down(rounds: list[set[str]]) -> None:
    table = NO_VIPS
    for wanted in rounds:
        after = allocated(names(*sorted(wanted)), table)
        assert len(set(held(after).values())) == len(wanted)
        assert all(after.address(*name) == table.address(*name) for name in after.entries if name in table.entries)
        tree = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "t"}, "data": {"config": after.text()}}
        assert VipTable.of(resource(tree)) == after
        table = after
