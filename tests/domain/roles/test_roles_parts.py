"""A role takes what one of its parts knows; what nobody knows is a bug, never dropped in silence."""

from __future__ import annotations

import pytest

from kumasim.domain.decider import Delivery, PeerGone, Start
from kumasim.domain.roles.changes import Changed
from kumasim.domain.roles.parts import Part, PartedRole


def role() -> PartedRole[int]:
    """A role that counts the words it is told."""
    counting = Part("counting", decides={str: lambda state, delivery: [len(delivery.body)]})
    return PartedRole(lambda _: 0, [counting])


@pytest.mark.parametrize("body", [Start(), PeerGone("zone-1"), Changed(())])
def test_an_announcement_that_nobody_cares_for_changes_nothing(body: object) -> None:
    assert role().decide(0, Delivery(0, "zone-1", body)) == []


def test_what_a_part_knows_is_decided_there() -> None:
    assert role().decide(0, Delivery(0, "zone-1", "hello")) == [5]


def test_a_message_that_nobody_takes_is_named() -> None:
    with pytest.raises(TypeError, match="no part decides on a bytes from zone-1"):
        role().decide(0, Delivery(0, "zone-1", b"hello"))
