"""
Soak: many clients, faults, resets of connections and clock jumps for an hour of virtual time, then an audit.

Every accepted message must have a final status and its receipts, every refused one must have left nothing, and no answer
may be a 500. Prints its figures; exits 1 when the audit fails.
"""

from __future__ import annotations

import argparse
import http.client
import json
import logging
import random
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from emulator import Emulator
from emulator.front.server import Server

AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"
VIRTUAL_SECONDS = 3600
P99_MEDIANS_MAX = 20


class Soak:
    """The clients and what they have been answered."""

    def __init__(self, server: Server, requests: int, clients: int) -> None:
        self.address = urlsplit(server.endpoint_url)
        self.server = server
        self.each = requests // clients
        self.clients = clients
        self.lock = threading.Lock()
        self.accepted: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.took: list[float] = []
        self.stopped = threading.Event()

    def connect(self) -> http.client.HTTPConnection:
        """Return a new connection to the server."""
        return http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=60)

    def call(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: Any, **headers: str
    ) -> tuple[int, Any]:
        """Call the server; return the status and the JSON of the answer."""
        headers = {"Content-Type": "application/x-amz-json-1.0"} | headers
        try:
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
        except ConnectionError:
            # The server closes a connection that has not been used for some seconds.
            connection.close()
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def aws(self, connection: http.client.HTTPConnection, operation: str, members: Any) -> tuple[int, Any]:
        """Call an operation."""
        headers = {"X-Amz-Target": f"PinpointSMSVoiceV2.{operation}", "Authorization": AUTHORIZATION.format("sms-voice")}
        return self.call(connection, "POST", "/", members, **headers)

    def prepare(self) -> None:
        """Make what the clients need: a number, destinations that work, fail and are silent, and faults."""
        connection = self.connect()
        number = {
            "IsoCountryCode": "US",
            "MessageType": "TRANSACTIONAL",
            "NumberCapabilities": ["SMS"],
            "NumberType": "TEN_DLC",
        }
        self.aws(connection, "RequestPhoneNumber", number)
        self.aws(connection, "CreateConfigurationSet", {"ConfigurationSetName": "soak"})
        self.server.emulator.aws.client("sns", "123456789012", "us-east-1").create_topic(Name="receipts")
        for name, topic in (("works", TOPIC), ("fails", TOPIC.replace("receipts", "gone"))):
            destination = {
                "EventDestinationName": name,
                "MatchingEventTypes": ["ALL"],
                "SnsDestination": {"TopicArn": topic},
            }
            self.aws(connection, "CreateEventDestination", {"ConfigurationSetName": "soak"} | destination)
        silent = f"http://127.0.0.1:{self.silent_port()}/"
        self.call(connection, "PUT", "/_emulator/reply-routes/*", [{"kind": "webhook", "target": silent}])
        faults = [
            {"service": "sns", "error": "500", "probability": 0.05},
            {"operation": "SendTextMessage", "error": "ThrottlingException", "probability": 0.02},
        ]
        self.call(connection, "PUT", "/_emulator/faults", faults)

    @staticmethod
    def silent_port() -> int:
        """Return a port that accepts connections and never answers."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        threading.Thread(target=lambda: [listener.accept() for _ in iter(int, 1)], daemon=True).start()
        return int(listener.getsockname()[1])

    def client(self, number: int) -> None:
        """Send texts, good and bad ones, over connections some of which break."""
        chance = random.Random(number)
        connection = self.connect()
        for turn in range(self.each):
            kind = chance.random()
            members = {"DestinationPhoneNumber": f"+1425555{chance.randrange(10000):04d}", "MessageBody": f"{number}-{turn}"}
            members |= {"ConfigurationSetName": "soak"} if kind < 0.3 else {}
            members |= {"OriginationIdentity": "+12065559999"} if kind > 0.9 else {}
            if kind > 0.99:
                connection.close()
                connection = self.connect()
            began = time.perf_counter()
            status, answer = self.aws(connection, "SendTextMessage", members)
            took = time.perf_counter() - began
            with self.lock:
                self.statuses[status] += 1
                self.took.append(took)
                if status == 200:
                    self.accepted.append(answer["MessageId"])

    def jump(self) -> None:
        """Move the clock on, a minute at a time, and reply from handsets to the silent webhook."""
        connection = self.connect()
        for _ in range(VIRTUAL_SECONDS // 60):
            if self.stopped.wait(0.2):
                return
            self.call(connection, "POST", "/_emulator/clock", {"advance_seconds": 60, "limit": 0})

    def run(self) -> int:
        """Run it all, and return the exit status."""
        self.prepare()
        jumping = threading.Thread(target=self.jump)
        threads = [threading.Thread(target=self.client, args=(number,)) for number in range(self.clients)]
        began = time.perf_counter()
        for thread in (jumping, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        self.stopped.set()
        jumping.join()
        took = time.perf_counter() - began
        settled: dict[str, Any] = {}
        for _ in range(20):
            settled = self.call(self.connect(), "POST", "/_emulator/settle", {})[1]
            if not settled["pending"]:
                break
        return self.audit(took, settled)

    def audit(self, took: float, settled: dict[str, Any]) -> int:
        """Compare what was answered with what is there; print the figures."""
        messages = {m.message_id: m for m in self.server.emulator.inbox.messages() if m.direction == "outbound"}
        median, p99 = statistics.median(self.took), statistics.quantiles(self.took, n=100)[98]
        failures = {
            "answers of 500 and above": sum(count for status, count in self.statuses.items() if status >= 500),
            "accepted messages that are lost": len(set(self.accepted) - set(messages)),
            "messages that nobody was told of": len(set(messages) - set(self.accepted)),
            "messages without a final status": sum(not messages[each].final for each in self.accepted if each in messages),
            "receipts that are missing": self.missing_receipts(messages),
            "timers that are left": settled["pending"],
            f"p99 of more than {P99_MEDIANS_MAX} medians": int(p99 > P99_MEDIANS_MAX * median),
        }
        sent = sum(self.statuses.values())
        print(f"{sent} requests by {self.clients} clients in {took:.0f} s ({sent / took:.0f}/s): {dict(self.statuses)}")
        print(f"median {median * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms; undelivered: {settled['undelivered']}")
        for what, count in failures.items():
            print(f"{count:6} {what}")
        return int(any(failures.values()))

    def missing_receipts(self, messages: dict[str, Any]) -> int:
        """Count the statuses of messages with the working destination that did not reach it."""
        outbox = self.server.emulator.world.outbox
        missing = 0
        for message in messages.values():
            if message.configuration_set:
                made = [each for each in outbox.of_message(message.message_id) if each.destination == "soak/works"]
                missing += len(message.history) - sum(each.status == "DELIVERED" for each in made)
        return missing


def main() -> int:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=200)
    options = parser.parse_args()
    # Thousands of deliveries fail on purpose.
    logging.disable(logging.WARNING)
    server = Server(Emulator(clock="running")).start()
    try:
        return Soak(server, options.requests, options.clients).run()
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main())
