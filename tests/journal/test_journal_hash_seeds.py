"""The same records give the same bytes in every process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from journal_samples import golden_records, written

PROGRAM = """
import hashlib
from journal_samples import golden_records, record, written
from kumasim.domain.persistent import Keys, Map
names = {f"name-{number}" for number in range(100)}
grown = (Map((name, 1) for name in names), Keys(names))
items = golden_records()
print(hashlib.sha256(written([*items, record(len(items), grown)])).hexdigest())
print(hashlib.sha256(written(items)).hexdigest())
"""


def test_hash_seeds_do_not_matter():
    printed = []
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        printed.append(done.stdout.split())
    assert printed[0] == printed[1] == printed[2]
    assert printed[0][1] == hashlib.sha256(written(golden_records())).hexdigest()
