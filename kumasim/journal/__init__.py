"""The journal: every step of a run, in order, and the only truth about it.

`Journal` holds the records of a run in memory and gives their digest; `JournalWriter` and `recording` write them while
they happen; `read` reads them back, whole or as far as a damage has left them; `first_difference` tells where two runs
part ways. This package is the only place that knows how values become bytes.
"""

from kumasim.journal.compare import Comparison, Difference, first_difference
from kumasim.journal.errors import DamagedJournalError, JournalError, NewerJournalError
from kumasim.journal.file import JournalFile, read, read_bytes
from kumasim.journal.filed import FiledJournal
from kumasim.journal.memory import Journal
from kumasim.journal.record import NO_CAUSE, Record, Row
from kumasim.journal.sequence import Records
from kumasim.journal.streamed import StreamedJournal
from kumasim.journal.upcast import FORMAT, UPCASTERS
from kumasim.journal.writer import CHUNK_RECORDS, JournalWriter, recording

__all__ = [
    "CHUNK_RECORDS",
    "FORMAT",
    "NO_CAUSE",
    "UPCASTERS",
    "Comparison",
    "DamagedJournalError",
    "Difference",
    "FiledJournal",
    "Journal",
    "JournalError",
    "JournalFile",
    "JournalWriter",
    "NewerJournalError",
    "Record",
    "Records",
    "Row",
    "StreamedJournal",
    "first_difference",
    "read",
    "read_bytes",
    "recording",
]
