"""
A copy of this process, which writes what there is at one moment into a pipe, while this process goes on.

To take a large state apart takes seconds, and it must not change meanwhile. A fork takes some milliseconds.
"""

from __future__ import annotations

import gc
import os
import signal
import warnings
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

CAN_FORK = hasattr(os, "fork")
READ_BYTES = 1 << 20
"""How much is read of the pipe at a time."""
SECONDS_MAX = 300
"""How long a copy may live."""
DESCRIPTORS_MAX = 65536


def fork(write: Callable[[], Iterable[bytes]], paused: AbstractContextManager[object] | None = None) -> tuple[int, int]:
    """
    Make a copy of this process, which writes and ends; the caller holds the locks of what is written.

    Args:
        write: gives the bytes; called in the copy.
        paused: is entered for the time of the fork only, so that the copy can take its locks.

    Returns:
        The copy's process id, and the end of the pipe to read from.
    """
    reader, writer = os.pipe()
    with paused or nullcontext(), warnings.catch_warnings():
        # Python warns of threads that hold locks: the copy needs none but those that this thread holds.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _write(write, writer)
    os.close(writer)
    return pid, reader


def _write(write: Callable[[], Iterable[bytes]], writer: int) -> None:
    """Write in the copy, and end it."""
    status = 1
    try:
        gc.disable()
        signal.alarm(SECONDS_MAX)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        # The sockets of this server's clients are not the copy's to keep open.
        pipe = os.dup2(writer, 3)
        os.closerange(4, DESCRIPTORS_MAX)
        with os.fdopen(pipe, "wb") as file:
            for piece in write():
                file.write(piece)
        status = 0
    finally:
        os._exit(status)


def end(pid: int) -> None:
    """End a copy, if it has not ended yet."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
