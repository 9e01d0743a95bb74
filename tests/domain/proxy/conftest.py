"""Proxy tests are told about the same hand-made worlds as traffic tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "traffic"))
