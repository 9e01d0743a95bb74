"""A recorder to be killed: plays worlds one after the other into one file, as `kumasim run` records.

python journal_recorder.py PATH [--limit-bytes N]
"""

from __future__ import annotations

import resource
import signal
import sys

import kumasim as ks
from kumasim.errors import KumasimError
from kumasim.journal import StreamedJournal


def main() -> int:
    path = sys.argv[1]
    if len(sys.argv) > 2:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = int(sys.argv[3])
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    run = ks.World(zones=["zone-1", "zone-2"]).run
    try:
        journal = StreamedJournal(path)
        print("begun", flush=True)
        while True:
            base, time_ns = len(journal), 0 if not len(journal) else journal.at(len(journal) - 1).time_ns
            for one in run.journal.records:
                cause = one.cause + base if one.cause >= 0 else -1
                journal.append(one._replace(position=one.position + base, cause=cause, time_ns=one.time_ns + time_ns))
    except KumasimError as error:
        print(f"{type(error).__name__} {error.exit_code}: {error}", flush=True)
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
