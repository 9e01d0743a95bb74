"""Filters, stages, ownership and flags of KDS as tables, each cell named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kumasim.domain.sync import filters, labels, ownership, stages
from kumasim.domain.sync.core import CoreResource, Shape
from kumasim.domain.sync.filters import Journey, home_zone, kept_back
from kumasim.domain.sync.stages import travelled
from kumasim.domain.sync.stream import next_tick_ns
from kumasim.domain.sync.traits import Traits, sent_down, sent_up, table
from kumasim.domain.tree import FrozenMap, freeze

SECOND = 1_000_000_000
BOTH = {"MeshTimeout", "MeshGateway", "MeshExternalService", "HostnameGenerator", "MeshHTTPRoute"}


def core(type_: str, spec: object = None, *, mesh: str = "default", name: str = "one", **marks: str) -> CoreResource:
    """A resource with labels given by the part of their names after the slash (`origin`, `zone`)."""
    places = {"origin": labels.ORIGIN, "zone": labels.ZONE, "namespace": labels.NAMESPACE}
    content = FrozenMap({"spec": freeze(spec)}) if spec is not None else FrozenMap()
    return CoreResource(type_, mesh, name, FrozenMap({places[mark]: text for mark, text in marks.items()}), content)


def journey(zone: str = "zone-1", enabled: Callable[[str], bool | None] = lambda _: True, **more: bool) -> Journey:
    return Journey(zone, "kuma-system", enabled, **more)


DOWN = [
    # What goes to all zones: only what was made on the global (KDS-33).
    *((core(type_), "") for type_ in sorted(BOTH)),
    *((core(type_, origin="global"), "") for type_ in sorted(BOTH)),
    *((core(type_, origin="zone", zone="zone-2"), "KDS-33") for type_ in sorted(BOTH)),
    (core("Mesh", mesh=""), ""),
    # What goes across zones: not to where it comes from (KDS-29), not while its zone is disabled (KDS-30).
    (core("MeshService", zone="zone-1", origin="zone"), "KDS-29"),
    (core("MeshService", zone="zone-2", origin="zone"), ""),
    (core("MeshService", zone="disabled", origin="zone"), "KDS-30"),
    (core("MeshService", zone="unknown", origin="zone"), ""),
    (core("ZoneIngress", {"zone": "zone-1"}, mesh=""), "KDS-29"),
    (core("ZoneIngress", {"zone": "zone-2"}, mesh=""), ""),
    (core("ZoneIngress", {"zone": "disabled"}, mesh=""), "KDS-30"),
    (core("ZoneIngress", {"zone": "unknown"}, mesh=""), ""),
]
ENABLED = {"zone-1": True, "zone-2": True, "disabled": False}


@pytest.mark.parametrize(("resource", "rule"), DOWN, ids=lambda value: str(value)[:60])
def test_what_the_global_sends_to_zone_1(resource: CoreResource, rule: str) -> None:
    assert kept_back(resource, table()[resource.type], journey(enabled=ENABLED.get), filters.DOWN) == rule


UP = [
    # Kinds that only go up need no label (KDS-40).
    *(
        (core(type_), "")
        for type_ in ("Dataplane", "DataplaneInsight", "ZoneEgress", "ZoneEgressInsight", "ZoneIngressInsight")
    ),
    # All others need `kuma.io/origin: zone` (KDS-41).
    *((core(type_), "KDS-41") for type_ in sorted(BOTH | {"MeshService"})),
    *((core(type_, origin="global"), "KDS-41") for type_ in sorted(BOTH | {"MeshService"})),
    *((core(type_, origin="zone"), "") for type_ in sorted(BOTH | {"MeshService"})),
    # Zone ingresses: the own ones (KDS-39).
    (core("ZoneIngress", {}, mesh=""), ""),
    (core("ZoneIngress", {"zone": "zone-1"}, mesh=""), ""),
    (core("ZoneIngress", {"zone": "zone-2"}, mesh=""), "KDS-39"),
    (core("ZoneIngress", {"zone": "zone-2"}, mesh="", origin="zone"), "KDS-39"),
]


@pytest.mark.parametrize(("resource", "rule"), UP, ids=lambda value: str(value)[:60])
def test_what_zone_1_sends_to_the_global(resource: CoreResource, rule: str) -> None:
    assert kept_back(resource, table()[resource.type], journey(), filters.UP) == rule


HOMES = [
    (core("Dataplane", {"networking": {"inbound": [{"tags": {"kuma.io/zone": "a"}}]}}), "a"),
    (core("Dataplane", {"networking": {"gateway": {"tags": {"kuma.io/zone": "b"}}}}), "b"),
    (core("Dataplane", {"networking": {"inbound": []}}), ""),
    (core("ZoneIngress", {"zone": "c"}, zone="other"), "c"),
    (core("ZoneEgress", {"zone": "d"}), "d"),
    (core("ZoneEgress", {}), ""),
    (core("MeshService", zone="e", name="f.x"), "e"),
    (core("MeshService", name="f.x"), "f"),
]


@pytest.mark.parametrize(("resource", "zone"), HOMES, ids=lambda value: str(value)[:40])
def test_where_a_resource_is_at_home(resource: CoreResource, zone: str) -> None:
    """KDS-32."""
    assert home_zone(resource) == zone


def test_what_a_zone_receives_says_that_it_comes_from_the_global() -> None:
    """KDS-43, KDS-46, KDS-54."""
    sent = core("MeshTimeout", {"to": ()}, name="slow.kuma-system", namespace="kuma-system")
    sent = sent.labelled(**{labels.DISPLAY_NAME: "slow"})
    got = travelled(sent, table()["MeshTimeout"], journey(), stages.DOWN)
    assert got.labels[labels.ORIGIN] == "global"
    assert got.name.startswith("slow-")
    assert got.content == sent.content


@pytest.mark.parametrize(
    ("type_", "kept"), [("Mesh", True), ("ZoneIngress", True), ("HostnameGenerator", True), ("MeshTimeout", False)]
)
def test_which_names_are_kept_on_their_way_to_a_zone(type_: str, kept: bool) -> None:
    """KDS-50, KDS-52."""
    traits = table()[type_]
    assert (travelled(core(type_, {}), traits, journey(), stages.DOWN).name == "one") is kept
    assert travelled(core(type_, {}), traits, journey(hash_suffix=False), stages.DOWN).name == "one"


def test_a_mesh_service_loses_its_status_on_its_way_to_other_zones() -> None:
    """KDS-192."""
    sent = CoreResource("MeshService", "default", "one", status=FrozenMap({"vips": ()}))
    assert travelled(sent, table()["MeshService"], journey(), stages.DOWN).status is None
    assert travelled(sent, table()["MeshService"], journey(), stages.UP).status is not None


@pytest.mark.parametrize("type_", sent_up())
def test_whatever_the_global_receives_says_from_which_zone_and_has_a_hashed_name(type_: str) -> None:
    """KDS-44, KDS-46; a payload that says otherwise is overruled."""
    sent = core(type_, {"zone": "elsewhere"}, zone="elsewhere", origin="global")
    got = travelled(sent, table()[type_], journey("zone-7"), stages.UP)
    assert (got.labels[labels.ORIGIN], got.labels[labels.ZONE]) == ("zone", "zone-7")
    assert got.name.startswith("one-")
    assert got.content["spec"]["zone"] == ("zone-7" if type_ in ("ZoneIngress", "ZoneEgress") else "elsewhere")


@pytest.mark.parametrize("type_", sorted(set(sent_up()) & set(sent_down())))
def test_hashing_a_hashed_name_again_changes_nothing(type_: str) -> None:
    """KDS-49."""
    traits = table()[type_]
    sent = core(type_, {}, zone="zone-7", namespace="n").labelled(**{labels.DISPLAY_NAME: "one"})
    once = travelled(sent, traits, journey("zone-7"), stages.UP)
    assert travelled(once, traits, journey("zone-7"), stages.UP).name == once.name


BOTH_WAYS = Traits("X", True, True, False, True, Shape("mesh", True, False))
DOWN_ONLY = Traits("Y", False, True, False, True, Shape("mesh", True, False))
OWNED_IN_ZONE = [
    (core("X", origin="zone"), BOTH_WAYS, False),
    (core("X", origin="global"), BOTH_WAYS, True),
    (core("X"), BOTH_WAYS, True),
    (core("Y", origin="zone"), DOWN_ONLY, True),
    (core("ZoneIngress", {"zone": "zone-1"}), table()["ZoneIngress"], False),
    (core("ZoneIngress", {"zone": "zone-2"}), table()["ZoneIngress"], True),
]


@pytest.mark.parametrize(("resource", "traits", "may"), OWNED_IN_ZONE)
def test_what_the_global_may_touch_in_a_zone(resource: CoreResource, traits: Traits, may: bool) -> None:
    """KDS-74 to KDS-76."""
    assert ownership.zone_may_touch(resource, traits, "zone-1") is may


@pytest.mark.parametrize(
    ("resource", "may"),
    [
        (core("X", zone="zone-1"), True),
        (core("X", zone="zone-2"), False),
        (core("X"), False),
        (core("X", name="zone-1.x"), True),
        (core("X", name="zone-10.x"), False),
    ],
)
def test_what_a_zone_may_touch_on_the_global(resource: CoreResource, may: bool) -> None:
    """KDS-77."""
    assert ownership.global_may_touch(resource, BOTH_WAYS, "zone-1") is may


def test_what_only_goes_up_and_what_is_never_synced() -> None:
    """KDS-25, KDS-26."""
    only_up = {"ZoneEgress", "ZoneEgressInsight", "ZoneIngressInsight", "Dataplane", "DataplaneInsight"}
    assert only_up <= set(sent_up())
    assert not only_up & set(sent_down())
    assert not {"Zone", "ZoneInsight", "MeshInsight"} & (set(sent_up()) | set(sent_down()))
    assert {name for name, traits in table().items() if traits.across} == {"MeshService", "ZoneIngress"}


@pytest.mark.parametrize(
    ("now", "wait"), [(0, SECOND), (1, SECOND - 1), (SECOND - 1, 1), (SECOND, SECOND), (SECOND * 5 // 2, SECOND // 2)]
)
def test_ticks_are_counted_from_the_sessions_start(now: int, wait: int) -> None:
    """KDS-10, KDS-11."""
    assert next_tick_ns(0, now, SECOND) == wait
    assert next_tick_ns(7, now + 7, SECOND) == wait
