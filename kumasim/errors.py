"""Everything that kumasim raises on purpose.

    KumasimError
    ├── UsageError                 the command line or a call asks for something that cannot be            exit 2
    ├── InputError                 scenario or manifests are bad: every `Problem` at once                  exit 3
    ├── Refused                    the simulated system refused a write: code, reason, message, causes     exit 1
    ├── ExpectationFailed          the run went on, but not as the scenario expects                        exit 1
    ├── JournalProblem             a journal cannot be read to its end                                     exit 3
    │   ├── JournalDamaged         cut or flipped; what is readable is a valid prefix
    │   └── JournalTooNew          written by a later format than this version knows
    ├── Diverged                   a replay differs from the recorded run                                  exit 5
    └── BrokenInvariant            a bug of ours, with the seed and position that show it                  exit 70

An exception carries its facts as attributes; its text is for people and may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import attrs

PROBLEM_CODES: dict[str, str] = {
    "KS1001": "a file cannot be read",
    "KS1002": "a glob or folder holds no manifest",
    "KS1003": "a file is not UTF-8",
    "KS1101": "YAML or JSON syntax",
    "KS1102": "a key is written twice",
    "KS1103": "a value that no JSON can hold (.nan, .inf, a key that is not a scalar)",
    "KS1104": "a tag that the value does not fit",
    "KS1105": "an anchor that contains itself, or aliases that grow without bound",
    "KS1106": "a merge key (<<) that merges something else than mappings",
    "KS1107": "a file or value that is too large",
    "KS1201": "an unknown field",
    "KS1202": "a required field is missing",
    "KS1203": "a value of the wrong type",
    "KS1204": "a value that is not among the allowed ones",
    "KS1205": "a number out of range",
    "KS1206": "a boolean or number where a string belongs",
    "KS1207": "a bad duration",
    "KS1208": "a bad share",
    "KS1209": "fields that exclude each other, or none of several that are needed",
    "KS1210": "a file holds something else than one scenario",
    "KS1301": "an unknown zone or store",
    "KS1302": "a bad name",
    "KS1303": "an unknown behaviour profile",
    "KS1304": "a control plane variable that is not modelled",
    "KS1305": "a topology that cannot be",
    "KS1306": "a bad address, URL or reference to a workload",
    "KS1401": "an unknown verb",
    "KS1402": "more than one verb in a step, or nothing to do",
    "KS1403": "an unknown kind of expectation",
    "KS1404": "an expectation that its step cannot meet",
    "KS1405": "a bad JMESPath expression",
    "KS1406": "an unknown name in a `when`",
    "KS1407": "an unknown diagnostic code",
    "KS1501": "a manifest without apiVersion, kind or name",
    "KS1502": "a manifest that breaks its kind's schema",
    "KS1503": "a manifest of the wrong form for its store",
}
"""The stable codes of bad input, each with its meaning in one line."""


@attrs.frozen
class Problem:
    """One thing that is wrong in a user's file.

    Args:
        code: "KSnnnn", one of `PROBLEM_CODES`.
        message: what is wrong, in one sentence.
        file: as the user would open it; "-" for standard input, "" where no file is concerned.
        line, column: counted from 1; 0 where the whole file is meant.
        fix: the remedy where one is known: 'did you mean "apply"?'.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    fix: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, as far as it is known."""
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"

    def to_dict(self) -> dict[str, Any]:
        """The problem as `-o json` prints it."""
        return {name: getattr(self, name) for name in ("code", "file", "line", "column", "message", "fix")}

    def __str__(self) -> str:
        head = f"{self.place}: {self.code}" if self.place else self.code
        return f"{head} {self.message}" + (f" ({self.fix})" if self.fix else "")


class KumasimError(Exception):
    """What everything here is a kind of. `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 70


class UsageError(KumasimError):
    """The command line or a call asks for something that cannot be."""

    exit_code = 2


class InputError(KumasimError):
    """Scenario or manifests are bad; holds every problem that was found, in the order of the files."""

    exit_code = 3

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class Refused(KumasimError):
    """The simulated system refused a write, as a Kubernetes `Status` (or Kuma's REST API) says it.

    Args:
        code: HTTP status, 403.
        reason: "Forbidden"; the status's phrase in a Universal store.
        message: what the server says.
        causes: details by field, each with `field`, `reason`, `message`.
    """

    exit_code = 1

    def __init__(self, code: int, reason: str, message: str, causes: Iterable[Mapping[str, Any]] = ()) -> None:
        self.code = code
        self.reason = reason
        self.message = message
        self.causes: tuple[Mapping[str, Any], ...] = tuple(causes)
        super().__init__(f"{code} {reason}: {message}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.reason, self.message, self.causes)


class ExpectationFailed(KumasimError):
    """The run went on, but not as the scenario expects; one line for each failure."""

    exit_code = 1

    def __init__(self, failures: Iterable[str]) -> None:
        self.failures: tuple[str, ...] = tuple(failures)
        super().__init__("\n".join(self.failures))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.failures,)


class JournalProblem(KumasimError):
    """A journal cannot be read to its end.

    Args:
        message: what is wrong.
        journal: its file.
        readable: how many records from the start are valid.
    """

    exit_code = 3

    def __init__(self, message: str, journal: str = "", readable: int = 0) -> None:
        self.message = message
        self.journal = journal
        self.readable = readable
        super().__init__(f"{journal}: {message}" if journal else message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.journal, self.readable)


class JournalDamaged(JournalProblem):
    """A journal is cut or flipped: only its first `readable` records can be trusted."""


class JournalTooNew(JournalProblem):
    """A journal is of a later format than this version knows."""


class Diverged(KumasimError):
    """A replay differs from the recorded run.

    Args:
        position: of the first record that differs.
        recorded: that record as the journal has it, None where the journal has already ended.
        replayed: the record that came instead, None where the replay has already ended.
    """

    exit_code = 5

    def __init__(self, position: int, recorded: Any, replayed: Any) -> None:
        self.position = position
        self.recorded = recorded
        self.replayed = replayed
        super().__init__(f"replay diverged at position {position}: recorded {recorded}, replayed {replayed}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.position, self.recorded, self.replayed)


class BrokenInvariant(KumasimError):
    """A bug of ours.

    Args:
        message: what must always hold and did not.
        seed: of the run that shows it.
        position: in its journal.
        journal: file of the journal, "" when none is written.
    """

    exit_code = 70

    def __init__(self, message: str, seed: int, position: int, journal: str = "") -> None:
        self.message = message
        self.seed = seed
        self.position = position
        self.journal = journal
        where = f", journal {journal}" if journal else ""
        super().__init__(f"{message} (a bug of kumasim: seed {seed}, position {position}{where})")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.seed, self.position, self.journal)
