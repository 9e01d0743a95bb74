"""What tests of the journal need around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kumasim.domain.vocabulary import VOCABULARY


@pytest.fixture
def own_words() -> Iterator[None]:
    """Classes that a test registers are forgotten after it."""
    before = dict(VOCABULARY)
    yield
    VOCABULARY.clear()
    VOCABULARY.update(before)
