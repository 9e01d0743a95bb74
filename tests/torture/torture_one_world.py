"""Plays worlds in a process of its own and prints their digests: `torture_one_world.py trio|inline FROM TO`.

Each world's hash seed is the process's; the caller sets PYTHONHASHSEED.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "worlds"))

from random_worlds import Played, story, tell

from kumasim.journal import Journal
from kumasim.runtime.engine import finish
from kumasim.runtime.inline import Inline


def digest(number: int, runtime: str) -> str:
    """The digest of a world."""
    if runtime == "inline":
        return Journal(finish(tell(story(number), Inline())).records).digest()
    import trio

    from kumasim.runtime.trio import tasks

    async def under_trio() -> Played:
        async with tasks() as dispatcher:
            return await tell(story(number), dispatcher)

    return Journal(trio.run(under_trio).records).digest()


if __name__ == "__main__":
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        print(number, digest(number, sys.argv[1]), flush=True)
