"""A process that appends to an audit log with several threads and prints acknowledged rows.

`python -m tests.drills.audit_writer FOLDER NAME`; it ends when it is killed.
"""

import os
import sys
from itertools import count
from pathlib import Path
from threading import Thread

from api.audit.entry import AuditKind, Entry
from api.audit.log import AuditLog, audit_log

WRITERS = 4


def keep_writing(log: AuditLog, name: str) -> None:
    """Append rows without end, and print the id of each after its row is on disk."""
    for number in count():
        request_id = f"{name}-{number}"
        log.append(
            Entry(kind=AuditKind.SHOWN, action="read_names", request_id=request_id,
                  subjects=("amina", "bo"), result=200)
        )  # fmt: skip
        os.write(1, f"{request_id}\n".encode())


def main(folder: Path, name: str) -> None:
    """Write with several threads until the process is killed."""
    with audit_log(folder / "audit", folder / "keys") as log:
        threads = [
            Thread(target=keep_writing, args=(log, f"{name}-{number}")) for number in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
