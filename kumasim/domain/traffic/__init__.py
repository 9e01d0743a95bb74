"""One request, evaluated exactly: outcomes with shares, every hop with the rule that decided."""

from kumasim.domain.traffic.evaluation import Caller, NoSuchCaller, callers, evaluate, sent_by
from kumasim.domain.traffic.outcome import Outcome, TraceStep
from kumasim.domain.traffic.request import Request
from kumasim.domain.traffic.world import TrafficWorld

__all__ = [
    "Caller",
    "NoSuchCaller",
    "Outcome",
    "Request",
    "TraceStep",
    "TrafficWorld",
    "callers",
    "evaluate",
    "sent_by",
]
