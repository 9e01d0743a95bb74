"""Whether a resource travels.

Each filter answers for one resource; the tables at the end say which are asked in which direction, first no wins.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from kumasim.domain.sync import labels
from kumasim.domain.sync.core import CoreResource
from kumasim.domain.sync.traits import Traits
from kumasim.domain.tree import dig


@attrs.frozen
class Journey:
    """What a filter or stage may know beside the resource.

    Args:
        zone: the zone at the zone's end of the stream.
        system_namespace: of the sender.
        zone_enabled: whether a zone is enabled, by its name; None when there is no such Zone (sent: KDS-31).
        hash_suffix: whether the zone understands hashed names (KDS-50).
    """

    zone: str
    system_namespace: str
    zone_enabled: Callable[[str], bool | None] = lambda _: None
    hash_suffix: bool = True


Filter = Callable[[CoreResource, Traits, Journey], str]
"""Answers with the rule that keeps a resource back, "" if none of its concern does."""


def home_zone(core: CoreResource) -> str:
    """The zone that a resource comes from (KDS-32)."""
    by_type = _HOME.get(core.type)
    if by_type is not None:
        return by_type(core)
    return core.labels.get(labels.ZONE) or core.name.partition(".")[0]


def _zone_of_dataplane(core: CoreResource) -> str:
    networking = dig(core.content, "spec", "networking", default={})
    tags = dig(networking, "gateway", "tags") or dig(networking, "inbound", 0, "tags", default={})
    return str(tags.get(labels.ZONE, ""))


def _zone_of_proxy(core: CoreResource) -> str:
    return str(dig(core.content, "spec", "zone", default=""))


_HOME: dict[str, Callable[[CoreResource], str]] = {
    "Dataplane": _zone_of_dataplane,
    "ZoneIngress": _zone_of_proxy,
    "ZoneEgress": _zone_of_proxy,
}


def not_back_home(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """What goes across zones is not sent to the zone it comes from (KDS-29)."""
    return "KDS-29" if traits.across and home_zone(core) == journey.zone else ""


def not_from_disabled_zone(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """What goes across zones is kept back while its home zone is disabled (KDS-30, KDS-31)."""
    return "KDS-30" if traits.across and journey.zone_enabled(home_zone(core)) is False else ""


CLUSTER_ID = "kuma-cluster-id"
"""The one Config that travels (KDS-27)."""
SIGNING_KEY = "zone-token-signing-key"
PUBLIC_KEY = "zone-token-signing-public-key"
"""How the names of zone tokens' keys begin, on the global and in zones (KDS-28)."""


def only_cluster_id(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """Of the Configs only the cluster's id goes down, so tables of virtual addresses never travel (KDS-27)."""
    return "KDS-27" if core.type == "Config" and core.name != CLUSTER_ID else ""


def only_signing_keys(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """Of the GlobalSecrets only the keys that sign zone tokens go down (KDS-28)."""
    return "KDS-28" if core.type == "GlobalSecret" and not core.name.startswith(SIGNING_KEY) else ""


def only_global_made(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """Everything else goes down only if it was made on the global (KDS-33)."""
    made_here = core.labels.get(labels.ORIGIN, labels.FROM_GLOBAL) == labels.FROM_GLOBAL
    return "" if traits.across or made_here else "KDS-33"


def only_own_ingress(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """A zone sends up the ZoneIngresses that are its own (KDS-39)."""
    if core.type != "ZoneIngress":
        return ""
    return "" if home_zone(core) in ("", journey.zone) else "KDS-39"


def only_zone_made(core: CoreResource, traits: Traits, journey: Journey) -> str:
    """A zone sends up what carries `kuma.io/origin: zone`; kinds that only ever go up need no label (KDS-40, KDS-41)."""
    if core.type == "ZoneIngress" or not (traits.down or traits.across):
        return ""
    return "" if core.labels.get(labels.ORIGIN) == labels.FROM_ZONE else "KDS-41"


DOWN: tuple[Filter, ...] = (
    only_cluster_id,
    only_signing_keys,
    not_back_home,
    not_from_disabled_zone,
    only_global_made,
)
UP: tuple[Filter, ...] = (only_own_ingress, only_zone_made)


def kept_back(core: CoreResource, traits: Traits, journey: Journey, filters: tuple[Filter, ...]) -> str:
    """The first rule that keeps a resource back, "" if it travels."""
    for filter_ in filters:
        rule = filter_(core, traits, journey)
        if rule:
            return rule
    return ""
