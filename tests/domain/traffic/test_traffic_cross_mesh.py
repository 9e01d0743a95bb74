"""Cross-mesh gateways: who may call, under which name."""

from __future__ import annotations

from typing import Any

import pytest
from traffic_world import HandMade, allow_all, app, gateway, http_route, mesh, rule, subset

LISTENER = {"port": 8080, "protocol": "HTTP", "hostname": "*", "crossMesh": True}


def other_mesh(mtls: str) -> list[dict[str, Any]]:
    there = mesh(mtls)
    there["metadata"] = {"name": "other"}
    client = app("client", "10.3.0")
    for one in client:
        if one["kind"] == "Dataplane":
            one["mesh"] = "other"
    return [there, *client]


def world(own: str = "STRICT", other: str = "STRICT") -> HandMade:
    route = http_route(rule(subset("backend_demo_svc_80")))
    front = gateway(LISTENER)
    return HandMade({"zone-1": [mesh(own), *front, *app("backend", "10.1.0"), route, allow_all(), *other_mesh(other)]})


URL = "http://internal.edge.default.mesh:8080/"


def test_a_sidecar_of_another_mesh_reaches_the_gateway_by_its_internal_name() -> None:
    (one,) = world().ask(from_="zone-1/demo/Deployment/client", url=URL)
    assert (one.status, one.workload) == (200, "backend")
    assert [hop["hop"] for hop in one.via] == ["sidecar", "gateway", "sidecar"]
    assert one.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("own", "other", "url", "status"),
    [
        ("STRICT", "", URL, "reset"),
        ("", "STRICT", URL, "refused"),
        ("STRICT", "STRICT", "http://internal.edge.default.mesh/", "timeout"),
        ("STRICT", "STRICT", "http://internal.none.default.mesh:8080/", "no-dns"),
    ],
    ids=["E-11", "E-10", "E-4", "unknown"],
)
def test_what_does_not_work(own: str, other: str, url: str, status: str) -> None:
    (one,) = world(own, other).ask(from_="zone-1/demo/Deployment/client", url=url)
    assert one.status == status


def test_nobody_from_outside() -> None:
    (one,) = world().ask(to="172.18.0.2", port=8080)
    assert one.status == "reset"
