"""A line for each AWS call, for the console of `serve` and for `sms-voice-emulator requests`."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from emulator.control.views import request_view
from emulator.request_log import LoggedRequest

WAITING_MAX = 10_000
"""Lines that may wait to be written; of more, only the number is."""
CLOSING_SECONDS_MAX = 1.0


def request_line(entry: Mapping[str, Any]) -> str:
    """Return a call as a line: operation, status, error, recipient, duration; and its hint, if it has one, on another."""
    name = entry["operation"] if entry["service"] == "pinpoint-sms-voice-v2" else f"{entry['service']} {entry['operation']}"
    parts = (name, str(entry["status"]), entry["error"], entry["reason"], entry["to"], f"{entry['duration_ms']:g} ms")
    line = f"{entry['at']}  {' '.join(part for part in parts if part)}"
    return f"{line}\n    hint: {entry['hint']}" if entry["hint"] else line


class RequestPrinter:
    """
    Writes a line for each call, in a thread of its own: whoever reads the lines slowly does not delay the calls.

    Args:
        output: where to write.
        as_json: write JSON objects, for programs.
    """

    def __init__(self, output: TextIO | None = None, *, as_json: bool = False) -> None:
        self._output = output or sys.stderr
        self._as_json = as_json
        self._lines: queue.Queue[LoggedRequest | None] = queue.Queue(WAITING_MAX)
        self._dropped = 0
        self._thread = threading.Thread(target=self._write, name="emulator-requests", daemon=True)
        self._thread.start()

    def __call__(self, entry: LoggedRequest) -> None:
        """Write a call, soon."""
        try:
            self._lines.put_nowait(entry)
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Write what waits, for a second at most."""
        try:
            self._lines.put(None, timeout=CLOSING_SECONDS_MAX)
        except queue.Full:
            return
        self._thread.join(CLOSING_SECONDS_MAX)

    def _write(self) -> None:
        while (entry := self._lines.get()) is not None:
            view = request_view(entry)
            text = json.dumps(view, ensure_ascii=False) if self._as_json else request_line(view)
            if self._dropped:
                text += f"\n... {self._dropped} more calls"
                self._dropped = 0
            try:
                print(text, file=self._output, flush=True)
            except (OSError, ValueError):
                return  # nobody reads any more
