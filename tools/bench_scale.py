"""
Benchmarks of scale: many messages in one process, with the cap on how many are kept.

Prints, for each tenth of them, the processor's time and the memory relative to the tenth in which the cap was reached,
and what a kept message takes, with the deliveries of its two receipts. A processor is not equally fast at all times, so
that time is counted in that of a fixed piece of work, which is done now and then between the messages. `--strict` exits
with status 1 if time or memory grows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from emulator import Emulator
from emulator.wire.http import Request

PARTS = 10
WARMING_MESSAGES = 1000
WORK = 500
SETTLED_EVERY = 1000
"""So many messages wait for their carriers at a time: those that are underway need more memory than those that are kept."""
HANDSET = "+819012345678"
GROWS_AT_MOST = 1.10
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"


def call(emulator: Emulator, operation: str, **members: object) -> None:
    """Make a call."""
    headers = {
        "x-amz-target": f"PinpointSMSVoiceV2.{operation}",
        "content-type": "application/x-amz-json-1.0",
        "authorization": CREDENTIAL,
    }
    response = emulator.handle(Request("POST", "/", headers, json.dumps(members).encode()))
    if response.status != 200:
        raise RuntimeError(response.body)


def work() -> float:
    """Do a fixed piece of work with dicts and text, as sends do; return the processor's time that it took, in seconds."""
    began = time.process_time()
    for number in range(WORK):
        str({f"key-{number}-{place}": [place] for place in range(10)})
    return time.process_time() - began


def resident_bytes() -> int:
    """Return the memory of this process; 0 where the system does not tell."""
    statistics = Path("/proc/self/statm")
    return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if statistics.exists() else 0


def main() -> None:
    """Send, print, and judge the result if requested."""
    parser = argparse.ArgumentParser(description="Benchmarks of scale.")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--kept", type=int, default=100_000)
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if the target is missed")
    options = parser.parse_args()
    emulator = Emulator(config={"limits": {"messages_kept": options.kept}})
    # A topic that accepts everything: what moto keeps is not measured.
    vars(emulator.aws)["publish"] = lambda account, topic, messages: [None] * len(messages)
    call(emulator, "CreateConfigurationSet", ConfigurationSetName="events")
    call(
        emulator,
        "CreateEventDestination",
        ConfigurationSetName="events",
        EventDestinationName="sns",
        MatchingEventTypes=["TEXT_ALL"],
        SnsDestination={"TopicArn": TOPIC},
    )
    # What the first messages load is not theirs.
    for _ in range(WARMING_MESSAGES):
        call(emulator, "SendTextMessage", DestinationPhoneNumber=HANDSET, MessageBody="Hi", ConfigurationSetName="events")
    emulator.settle()
    at_start = resident_bytes()
    parts: list[tuple[float, int]] = []
    for part in range(PARTS):
        began, worked, pieces = time.process_time(), 0.0, 0
        first = part * options.messages // PARTS
        for number in range(first, first + options.messages // PARTS):
            to, body = f"+8190{number:08d}", f"Your code is {number:06d}"
            call(emulator, "SendTextMessage", DestinationPhoneNumber=to, MessageBody=body, ConfigurationSetName="events")
            if number % SETTLED_EVERY == 0:
                emulator.settle()
                worked += work()
                pieces += 1
        emulator.settle()
        taken = time.process_time() - began - worked
        parts.append((taken * pieces / worked, resident_bytes()))
        base_time, base_memory = parts[min(1, part)]
        kept = len(emulator.world.inbox.messages)
        micro = taken * PARTS / options.messages * 1e6
        print(f"{(part + 1) * options.messages // PARTS:>9} sent, {kept} kept: {micro:.0f} µs a message,", end=" ")
        print(f"{parts[-1][0] / base_time:.2f} of the time of the second tenth,", end=" ")
        print(f"{parts[-1][1] / base_memory:.2f} of its memory,", end=" ")
        print(f"{(parts[-1][1] - at_start) / kept / 1024:.2f} KB a kept message", flush=True)
    (time_second, memory_second), (time_last, memory_last) = parts[1], parts[-1]
    if options.strict and max(time_last / time_second, memory_last / max(memory_second, 1)) > GROWS_AT_MOST:
        sys.exit("time or memory grows with what was sent")


if __name__ == "__main__":
    main()
