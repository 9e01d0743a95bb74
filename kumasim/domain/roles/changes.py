"""What several parts of a role tell each other when resources change."""

from __future__ import annotations

from kumasim.domain.resource import Resource
from kumasim.domain.vocabulary import value


@value
class Change:
    """One object's change: absent before for a creation, absent after for a deletion."""

    before: Resource | None
    after: Resource | None

    @property
    def one(self) -> Resource:
        """The object in its newest known form."""
        found = self.after or self.before
        assert found is not None
        return found


@value
class Changed:
    """Message within an actor: these objects changed, in this order; the state has taken it in."""

    changes: tuple[Change, ...]
