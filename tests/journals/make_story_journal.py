"""Writes the golden journal of the present format: `python tests/journals/make_story_journal.py`.

Only before a release, or when format or epoch goes up: what is committed stays.
"""

from __future__ import annotations

from pathlib import Path

import kumasim as ks
from kumasim.journal import FORMAT
from kumasim.runtime.world import EPOCH

HERE = Path(__file__).parent
STORY = HERE.parents[1] / "scenarios" / "gateway-api-multizone.kumasim.yaml"

if __name__ == "__main__":
    run = ks.load(STORY).run()
    print(run.save(HERE / f"story-format-{FORMAT}-epoch-{EPOCH}.journal"), len(run.journal))
