"""Who reaches whom. Source: H-1 to H-38, F-4."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "domain" / "traffic"))

from traffic_world import HandMade, allow_all, app, mesh, zone_ingress

from kumasim.projections.reach import reach
from kumasim.views.reach import reach_table

ECHO = "echo_demo_svc_80"


def world(**apart: bool) -> HandMade:
    common = [mesh("STRICT"), allow_all()]
    there = zone_ingress("zone-2", "172.2.0.1", {ECHO: 3})
    return HandMade(
        {
            "zone-1": [*common, *app("client", "10.1.1"), *app("echo", "10.1.2"), there],
            "zone-2": [*common, *app("echo", "10.2.2", 3, zone="zone-2"), there],
        },
        {frozenset(("zone-1", "zone-2"))} if apart else set(),
    )


def test_every_workload_to_every_destination_of_its_mesh() -> None:
    ways = reach(world())

    found = {(way.source, way.destination, way.answered): way.share for way in ways}
    assert found["zone-1/demo/Deployment/client", "http://echo.demo.svc.80.mesh/", "zone-2/demo/echo/echo"] == Fraction(
        3, 4
    )
    assert found["zone-1/demo/Deployment/client", "http://echo.demo.svc.80.mesh/", "zone-1/demo/echo/echo"] == Fraction(
        1, 4
    )
    callers = {way.source for way in ways}
    assert callers == {"zone-1/demo/Deployment/client", "zone-1/demo/Deployment/echo", "zone-2/demo/Deployment/echo"}


def test_what_is_elsewhere_only_and_has_no_name_here() -> None:
    (way,) = (way for way in reach(world(), "zone-2/") if "client" in way.destination)

    assert (way.status, way.share, way.path) == ("no-dns", 1, ())
    assert way.why == "dns in zone-2: client.demo.svc.80.mesh does not resolve (F-4, F-8)"


def test_the_first_hop_that_fails_and_why() -> None:
    (lost,) = (way for way in reach(world(apart=True), "zone-1/demo/Deployment/client") if way.status == 503)

    assert lost.why == "zone-ingress in zone-1: zone zone-2 cannot be reached (no link)"
    assert lost.path == ("sidecar zone-1",)


def test_names_of_the_cluster_if_asked_for() -> None:
    ways = reach(world(), "zone-1/demo/Deployment/client", all_names=True)

    assert "http://echo.demo.svc.cluster.local:80/" in {way.destination for way in ways}


def test_as_a_table() -> None:
    table = reach_table(reach(world(), "zone-1/demo/Deployment/client"))

    assert table.columns == ("From", "To", "Share", "Status", "Answered By", "Path", "Why")
    assert ("zone-1/demo/Deployment/client", "http://echo.demo.svc.80.mesh/", "75%", "200", "zone-2/demo/echo/echo",
            "sidecar zone-1 > zone-ingress zone-2 > sidecar zone-2", "") in table.rows  # fmt: skip
