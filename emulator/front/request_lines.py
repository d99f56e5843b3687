"""A line for each AWS call, for the console of `serve` and for `sms-voice-emulator requests`."""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any, TextIO

from emulator.control.views import request_view
from emulator.request_log import LoggedRequest

WAITING_MAX = 10_000
"""Lines that may wait to be written; of more, only the number is."""
PAUSE_SECONDS = 0.05
"""Between two looks for lines: to wake the thread for each call would cost the call as much as its answer."""
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
        self._waiting: deque[LoggedRequest] = deque()
        self._dropped = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._write, name="emulator-requests", daemon=True)
        self._thread.start()

    def __call__(self, entry: LoggedRequest) -> None:
        """Write a call, soon."""
        if len(self._waiting) < WAITING_MAX:
            self._waiting.append(entry)
        else:
            self._dropped += 1

    def close(self) -> None:
        """Write what waits, for a second at most."""
        self._closing.set()
        self._thread.join(CLOSING_SECONDS_MAX)

    def _write(self) -> None:
        is_closing = False
        while not is_closing:
            is_closing = self._closing.wait(PAUSE_SECONDS)
            lines = []
            while self._waiting:
                lines.append(self._line(self._waiting.popleft()))
            if self._dropped:
                lines.append(f"... {self._dropped} more calls")
                self._dropped = 0
            try:
                self._output.write("".join(f"{line}\n" for line in lines))
                self._output.flush()
            except (OSError, ValueError):
                return  # nobody reads any more

    def _line(self, entry: LoggedRequest) -> str:
        view = request_view(entry)
        return json.dumps(view, ensure_ascii=False) if self._as_json else request_line(view)
