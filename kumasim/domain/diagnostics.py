"""Everything that a run may tell its user, each with a stable code and a page of its own.

Numbers: KS01xx installation, KS02xx resources and stores, KS03xx routes and backends, KS04xx sync between zones,
KS05xx policies, KS06xx where Kuma's documentation and its code disagree, KS07xx workloads and gateways.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Page:
    """What a code means.

    Args:
        title: in one line.
        severity: "error" (it does not work), "warning" (it may not do what was meant), "info".
        meaning: what is the case, and what follows from it.
        remedy: what would change it.
        source: rules and documents.
    """

    title: str
    severity: str
    meaning: str
    remedy: str
    source: str = ""


PAGES: dict[str, Page] = {
    "KS0601": Page(
        "the Service of a gateway instance without MeshGateway",
        "info",
        "The MeshGateway of a running MeshGatewayInstance has gone. Kuma's documentation says that the managed Service "
        "is deleted then; its code keeps the Service and goes on reconciling the Deployment.",
        "Create a MeshGateway whose selector matches the instance, or delete the instance.",
        "A-30 to A-33",
    ),
    "KS0602": Page(
        "the name budget of a route on a Service",
        "info",
        "Name and namespace of an HTTPRoute and of its parent Service make up one generated name. Kuma's documentation "
        "allows 249 characters for the four, its code 250.",
        "Use shorter names.",
        "GW-142",
    ),
    "KS0701": Page(
        "a gateway pod without usable tags",
        "error",
        "No Dataplane can be made for a built-in gateway pod whose annotation kuma.io/tags is missing or no JSON.",
        "Let a MeshGatewayInstance deploy the pods, or correct the annotation.",
        "B-36",
    ),
}
"""The pages by code."""
