"""A profile: the version of Kuma that is played, as data.

A rule never asks for a version; it asks the profile for the parameter that it needs. A new version of Kuma is a new
profile here, not an `if` somewhere else.
"""

from __future__ import annotations

import attrs

from kumasim.domain.vocabulary import value


@value
class Profile:
    """How one version of Kuma behaves.

    Args:
        kuma: "2.8".
        semantics: "documented" follows Kuma's documentation where its code disagrees, "source" follows the code.
        gateway_service_suffix: ending of the service tag of a built-in gateway (GW-59: 2.6 used "gateway").
        kds_tick_ns: how often a sender of a KDS stream looks for changes (KDS-10).
        hash_with_zone: whether synced names depend on zone and namespace (KDS-46; 2.6 and 2.7: KDS-53).
    """

    kuma: str = "2.8"
    semantics: str = "documented"
    gateway_service_suffix: str = "svc"
    kds_tick_ns: int = 1_000_000_000
    hash_with_zone: bool = True

    @property
    def documented(self) -> bool:
        """Whether the documentation wins where it disagrees with the code."""
        return self.semantics == "documented"


PROFILES: dict[str, Profile] = {"2.8": Profile()}
"""The complete profiles, by version."""

NEWEST = "2.8"


def profile(kuma: str = NEWEST, semantics: str = "documented") -> Profile:
    """The profile of a version with the chosen semantics.

    Raises:
        KeyError: there is no such profile.
    """
    return attrs.evolve(PROFILES[kuma], semantics=semantics)
