"""One request, evaluated exactly: outcomes with shares, every hop with the rule that decided."""

from kumasim.domain.traffic.evaluation import NoSuchCaller, evaluate
from kumasim.domain.traffic.outcome import Outcome, TraceStep
from kumasim.domain.traffic.request import Request
from kumasim.domain.traffic.world import TrafficWorld

__all__ = ["NoSuchCaller", "Outcome", "Request", "TraceStep", "TrafficWorld", "evaluate"]
