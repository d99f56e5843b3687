"""
History: what reading many messages costs, and whether it holds requests up.

Sends texts until so many are kept, and prints how long a page of events, a page of messages and the state take, and how
long a request waits meanwhile. Exits 1 if a page takes longer than 50 ms, or if a request waits for more than 100 ms.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from emulator import Emulator
from emulator.front.garbage import start_collector
from emulator.front.server import Server
from emulator.testing import lease_number
from emulator.wire.http import Request

HEADERS = {
    "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage",
    "content-type": "application/x-amz-json-1.0",
    "authorization": "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0",
}
PAGE_MS_MAX, WAIT_MS_MAX = 50, 100
ROUNDS = 9


class Connection:
    """One client of the server."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=300)

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        """Return the body of an answer."""
        # The server closes what is not used for some seconds.
        if path.startswith("/_emulator"):
            self._connection.close()
        self._connection.request(method, path, body, headers or {})
        return self._connection.getresponse().read()

    def send(self, number: int) -> bytes:
        """Send a text."""
        return self.call("POST", "/", _text(number), HEADERS)


def _text(number: int) -> bytes:
    return json.dumps({"DestinationPhoneNumber": f"+1425555{number % 10000:04d}", "MessageBody": f"text {number}"}).encode()


def fill(emulator: Emulator, count: int) -> None:
    """Send that many texts, and let them arrive."""
    import boto3

    from emulator.front.mock import answering

    with answering(emulator):
        lease_number(boto3.client("pinpoint-sms-voice-v2", "us-east-1"))
    for number in range(count):
        emulator.handle(Request("POST", "/", HEADERS, _text(number)))
    emulator.settle()


def milliseconds(act: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return how long something takes by a clock."""
    began = clock()
    act()
    return (clock() - began) * 1000


def waits_during(url: str, act: Callable[[], Any]) -> list[float]:
    """Return how long each request takes of a client that sends all the while."""
    took: list[float] = []
    ended = threading.Event()

    def send() -> None:
        connection = Connection(url)
        while not ended.is_set():
            took.append(milliseconds(lambda: connection.send(len(took))))
            time.sleep(0.005)

    sending = threading.Thread(target=send)
    sending.start()
    try:
        time.sleep(2)
        del took[:]
        act()
    finally:
        ended.set()
        sending.join()
    return sorted(took)


def main() -> int:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    emulator = Emulator(clock="stepping", config={"limits": {"messages_kept": 2 * options.messages}})
    took = milliseconds(lambda: fill(emulator, options.messages))
    print(f"{options.messages} texts sent and delivered in {took / 1000:.0f} s")
    emulator.engine.set_clock("running", 1.0)
    server = Server(emulator).start()
    start_collector(emulator.engine)
    time.sleep(3)
    client, failed = Connection(server.endpoint_url), False
    cursor = json.loads(client.call("GET", "/_emulator/events?limit=1000"))["next"]
    pages = {
        "a page of events": "/_emulator/events?limit=100",
        "a later page of events": f"/_emulator/events?limit=100&after={cursor}",
        "a page of messages": "/_emulator/messages?limit=100",
        "the handsets": "/_emulator/handsets",
    }
    for name, path in pages.items():
        ask = partial(client.call, "GET", path)
        times = sorted(milliseconds(ask) for _ in range(ROUNDS))
        work = sorted(milliseconds(ask, time.process_time) for _ in range(ROUNDS))
        is_slow = times[ROUNDS // 2] > PAGE_MS_MAX
        failed |= is_slow
        print(
            f"{name}: median {times[ROUNDS // 2]:.1f} ms, longest {times[-1]:.1f} ms; {work[ROUNDS // 2]:.1f} ms of work",
            end="",
        )
        print(" TOO SLOW" if is_slow else "")
    quiet = waits_during(server.endpoint_url, lambda: time.sleep(1))
    print(f"a request meanwhile: median {quiet[len(quiet) // 2]:.1f} ms, longest {quiet[-1]:.1f} ms, when nothing else is")
    for name, path in (("a page of events", pages["a page of events"]), ("GET /_emulator/state", "/_emulator/state")):
        waits = waits_during(server.endpoint_url, partial(client.call, "GET", path))
        is_slow = bool(waits) and waits[-1] > WAIT_MS_MAX + quiet[-1]
        failed |= is_slow
        longest = waits[-1] if waits else 0.0
        print(f"{name}: {len(waits)} requests meanwhile, longest {longest:.1f} ms{' TOO SLOW' if is_slow else ''}")
    server.close()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
