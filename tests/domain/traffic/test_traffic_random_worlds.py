"""Random worlds: a request's shares add up to 1 and are those that a naive calculation gives.

The calculation knows nothing of listeners, clusters and hops: it counts pods and multiplies weights, as the rules say.
Pods of another mesh, of another namespace and of another service are scattered about; none of them may ever answer.

Source: H-13 to H-23, F-1, F-2, F-4, KDS-198 to KDS-202, KDS-213.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from traffic_world import HandMade, allow_all, app, dataplane, mesh, pod, zone_ingress

BACKEND = "backend_demo_svc_80"
HOME, OTHERS = "zone-1", ("zone-2", "zone-3")

seen: Counter[str] = Counter()


@attrs.frozen
class Place:
    """A zone: its pods of the service, ready or not; what each of its ingresses advertises; whether it is cut off."""

    ready: int
    waiting: int
    advertised: tuple[int, ...] = ()
    linked: bool = True


counts = st.integers(0, 3)
homes = st.builds(Place, counts, counts)
zones = st.builds(Place, counts, counts, st.lists(counts, max_size=2).map(tuple), st.booleans())


def pods(zone: str, place: Place) -> list[dict[str, Any]]:
    """The zone's pods of the service, and others that look much like them."""
    number = int(zone[-1])
    made: list[dict[str, Any]] = []
    for index in range(place.ready + place.waiting):
        one = pod(f"backend-rs-{index}", f"10.{number}.1.{index}", {"app": "backend"}, ready=index < place.ready)
        made += [one, dataplane(one, "backend", 80, zone)]
    for position, (name, service, namespace, of_mesh) in enumerate(
        [
            ("mesh", "backend", "demo", "other"),
            ("namespace", "backend", "else", "default"),
            ("service", "b", "demo", "default"),
        ]
    ):
        one = pod(f"wrong-{name}", f"10.{number}.9.{position}", {"app": "backend"}, namespace)
        made += [one, {**dataplane(one, service, 80, zone), "mesh": of_mesh}]
    return made


def ingresses(zone: str, place: Place) -> list[dict[str, Any]]:
    made = []
    for index, instances in enumerate(place.advertised):
        # What is advertised may be out of date: any number, whatever there is; nothing for none.
        services = {"b_demo_svc_80": 1, **({BACKEND: instances} if instances else {})}
        one = zone_ingress(zone, f"172.{zone[-1]}.0.{index}", services)
        one["metadata"]["name"] += f"-{index}"
        made.append(one)
    return made


def world(home: Place, others: dict[str, Place], mtls: str, local_first: bool) -> HandMade:
    settings = mesh(mtls, localityAwareLoadBalancing=local_first)
    objects = {HOME: [settings, allow_all(), *app("client", "10.1.8"), *pods(HOME, home)]}
    for zone, place in others.items():
        objects[HOME] += ingresses(zone, place)
        objects[zone] = [settings, allow_all(), *pods(zone, place), *ingresses(zone, place)]
    apart = {frozenset((HOME, zone)) for zone, place in others.items() if not place.linked}
    return HandMade(objects, apart)


def expected(home: Place, others: dict[str, Place], mtls: str, local_first: bool) -> dict[Any, Fraction]:
    """The share of each pod, and of each kind of failure."""
    advertised = [(zone, number) for zone, place in others.items() for number in place.advertised]
    if not home.ready + home.waiting and not any(number for _, number in advertised):
        return {"no-dns": Fraction(1)}
    usable = [one for one in advertised if mtls and one[1]]
    here = home.ready * max(1, len(advertised) if mtls else 0)
    there = 0 if local_first and home.ready else sum(number for _, number in usable)
    if not here + there:
        return {"reset": Fraction(1)}
    found: Counter[Any] = Counter()
    for index in range(home.ready):
        found[HOME, f"backend-rs-{index}"] += Fraction(here, home.ready) / (here + there)
    for zone, number in usable if there else ():
        share, place = Fraction(number, here + there), others[zone]
        if place.ready and place.linked:
            for index in range(place.ready):
                found[zone, f"backend-rs-{index}"] += share / place.ready
        else:
            found[503] += share
    return dict(found)


@given(homes, zones, zones, st.sampled_from(["", "STRICT", "PERMISSIVE"]), st.booleans())
def test_shares_are_those_that_a_naive_calculation_gives(
    home: Place, two: Place, three: Place, mtls: str, local_first: bool
) -> None:
    others = dict(zip(OTHERS, (two, three), strict=True))

    outcomes = world(home, others, mtls, local_first).ask(
        from_="zone-1/demo/Deployment/client", url="http://backend.demo.svc.80.mesh/"
    )

    got: Counter[Any] = Counter()
    for one in outcomes:
        got[one.status if one.pod is None else (one.zone, one.pod)] += one.share
        seen[str(one.status)] += 1
    assert sum(one.share for one in outcomes) == 1
    assert dict(got) == expected(home, others, mtls, local_first)
    assert not any(str(one.pod).startswith("wrong") for one in outcomes)


def test_every_kind_of_ending_came_up() -> None:
    assert {"200", "503", "reset", "no-dns"} <= set(seen)
