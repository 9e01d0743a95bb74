"""Which objects of a receiver a stream may touch. What lies outside is neither created, changed nor deleted.

Source: KDS-74 to KDS-77.
"""

from __future__ import annotations

from collections.abc import Callable

from kumasim.domain.sync import labels
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.filters import CLUSTER_ID, PUBLIC_KEY, home_zone
from kumasim.domain.sync.traits import Traits

Predicate = Callable[[CoreResource, Traits, str], bool]
"""Whether a session with a zone may touch an object."""


def global_may_touch(core: CoreResource, traits: Traits, zone: str) -> bool:
    """On the global a zone touches only what carries its name, or begins with it as before 2.6 (KDS-51, KDS-77)."""
    return core.labels.get(labels.ZONE) == zone or core.name.startswith(f"{zone}.")


def zone_may_touch(core: CoreResource, traits: Traits, zone: str) -> bool:
    """In a zone the global touches everything but what the zone made itself of a kind that travels up (KDS-74, KDS-75).

    An object without an origin label counts as the global's (KDS-76), and so does one that says it is the global's,
    whoever made it (KDS-104). What users did to a synced object lasts until the next first response (KDS-102).
    """
    by_type = _IN_ZONE.get(core.type)
    if by_type is not None:
        return by_type(core, zone)
    return not (traits.up and core.labels.get(labels.ORIGIN) == labels.FROM_ZONE)


_IN_ZONE: dict[str, Callable[[CoreResource, str], bool]] = {
    "Config": lambda core, _: core.name == CLUSTER_ID,
    "GlobalSecret": lambda core, _: core.name.startswith(PUBLIC_KEY),
    "ZoneIngress": lambda core, zone: home_zone(core) not in ("", zone),
}
"""Types of which the global owns a part that their names or zones tell."""
