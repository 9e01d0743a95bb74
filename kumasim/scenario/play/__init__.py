"""Plays a scenario in a world: carries out each step and checks what is expected of it."""

from kumasim.scenario.play.play import Play, play
from kumasim.scenario.play.result import Check, StepResult

__all__ = ["Check", "Play", "StepResult", "play"]
