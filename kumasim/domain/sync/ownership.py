"""Which objects of a receiver a stream may touch. What lies outside is neither created, changed nor deleted.

Source: KDS-74 to KDS-77.
"""

from __future__ import annotations

from kumasim.domain.sync import labels
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.filters import home_zone
from kumasim.domain.sync.traits import Traits


def global_may_touch(core: CoreResource, traits: Traits, zone: str) -> bool:
    """On the global a zone touches only what carries its name (KDS-77)."""
    return core.labels.get(labels.ZONE) == zone or core.name.startswith(f"{zone}.")


def zone_may_touch(core: CoreResource, traits: Traits, zone: str) -> bool:
    """In a zone the global touches everything but what the zone made itself of a kind that travels up (KDS-74, KDS-75).

    An object without an origin label counts as the global's (KDS-76).
    """
    if core.type == "ZoneIngress":
        return home_zone(core) != zone
    return not (traits.up and core.labels.get(labels.ORIGIN) == labels.FROM_ZONE)
