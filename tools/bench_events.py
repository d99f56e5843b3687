"""
Benchmarks of events: the time from a status to its receipt in a queue on a running server, and what destinations add
to a send.

The latter is reported as the ratio of medians, measured in turns in one process, in processor time: a ratio carries
over to another machine. `--strict` exits with status 1 if the target is missed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from typing import Any

import boto3

from emulator import Emulator, testing
from emulator.front.server import Server
from emulator.wire.http import Request

RECEIPTS = 200
RECORDS = 2000
BATCH = 10
WAITING = (100, 10_000)
ROUNDS = 9
SENDS_A_ROUND = 1000
SLOWED_AT_MOST = 1.10
WAIT_SECONDS = 60
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
ACCOUNT, REGION = "123456789012", "us-east-1"
HANDSET = "+819012345678"


def to_receipt(waiting: int) -> None:
    """
    Print how long after a status, as its record names the time, its receipt is in the queue on a running server.

    Args:
        waiting: how many messages wait in the queue already.
    """
    server = Server(Emulator(clock="running")).start()
    try:
        server.emulator.aws.reset()
        sms, sns, sqs = (
            boto3.client(name, endpoint_url=server.endpoint_url) for name in ("pinpoint-sms-voice-v2", "sns", "sqs")
        )
        topic, queue = testing.topic_with_queue(sns, sqs)[0], server.emulator.aws.backend("sqs", ACCOUNT, REGION)
        (name,) = queue.queues
        for _ in range(waiting):
            queue.send_message(name, "waiting")
        sms.create_configuration_set(ConfigurationSetName="events")
        sms.create_event_destination(
            ConfigurationSetName="events",
            EventDestinationName="sns",
            MatchingEventTypes=["TEXT_SUCCESSFUL"],
            SnsDestination={"TopicArn": topic},
        )
        for _ in range(RECEIPTS):
            sms.send_text_message(
                DestinationPhoneNumber=HANDSET, MessageBody="Your code is 123456", ConfigurationSetName="events"
            )
        ends_by = time.monotonic() + WAIT_SECONDS
        while len(queue.queues[name]._messages) < waiting + RECEIPTS and time.monotonic() < ends_by:
            time.sleep(0.05)
        arrived = queue.queues[name]._messages[waiting:]
        taken = sorted(message.sent_timestamp - _event_timestamp(message) for message in arrived)
        if not taken:
            sys.exit("no receipt has arrived")
        at_99 = taken[min(len(taken) - 1, round(len(taken) * 0.99))]
        print(f"status to receipt in SQS, {waiting} waiting: median {statistics.median(taken):.0f} ms,", end=" ")
        print(f"99th percentile {at_99:.0f} ms, {len(taken)} of {RECEIPTS} arrived")
        began = time.process_time()
        for _ in range(RECORDS // BATCH):
            server.emulator.aws.publish(ACCOUNT, topic, ['{"eventType":"TEXT_SUCCESSFUL"}'] * BATCH)
        seconds = time.process_time() - began
        print(f"records delivered a second of the processor's time, {waiting} waiting: {RECORDS / seconds:.0f}")
    finally:
        server.close()


def _event_timestamp(message: Any) -> int:
    found: int = json.loads(json.loads(message.body)["Message"])["eventTimestamp"]
    return found


def cost_of_destinations() -> float:
    """Return how much longer a send takes if its set has two SNS destinations: the ratio of medians, in one process."""
    worlds = []
    for destinations in (0, 2):
        emulator = Emulator(clock="frozen")
        vars(emulator.aws)["publish"] = _accept
        _call(emulator, "CreateConfigurationSet", ConfigurationSetName="events")
        for place in range(destinations):
            _call(
                emulator,
                "CreateEventDestination",
                ConfigurationSetName="events",
                EventDestinationName=f"sns-{place}",
                MatchingEventTypes=["TEXT_ALL"],
                SnsDestination={"TopicArn": f"arn:aws:sns:us-east-1:123456789012:receipts-{place}"},
            )
        worlds.append(emulator)
    body = json.dumps({"DestinationPhoneNumber": HANDSET, "MessageBody": "Hi", "ConfigurationSetName": "events"}).encode()
    request = Request("POST", "/", _headers("SendTextMessage"), body)
    taken: tuple[list[float], list[float]] = ([], [])
    moving: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for emulator, times, moves in zip(worlds, taken, moving, strict=True):
            gc.collect()
            began = time.process_time()
            for _ in range(SENDS_A_ROUND):
                emulator.handle(request)
            sent = time.process_time()
            # What a running clock does between requests: the steps of messages and their records, before any delivery.
            emulator.world.clock.settle()
            times.append(sent - began)
            moves.append(time.process_time() - began)
            emulator.engine.deliver(metrics=False)
    without, with_two = map(statistics.median, taken)
    all_without, all_with_two = map(statistics.median, moving)
    micro = 1e6 / SENDS_A_ROUND
    ratio = with_two / without
    print(f"a send: {without * micro:.0f} µs, with two destinations {with_two * micro:.0f} µs: {ratio:.2f} times")
    whole = f"{all_without * micro:.0f} µs, with two destinations {all_with_two * micro:.0f} µs"
    print(f"with its steps and records: {whole}: {all_with_two / all_without:.2f} times")
    return ratio


def _accept(account: str, topic: str, messages: list[str]) -> list[None]:
    """Stand in for a topic that accepts everything: the time that SNS itself takes is not measured."""
    return [None] * len(messages)


def _headers(operation: str) -> dict[str, str]:
    target = f"PinpointSMSVoiceV2.{operation}"
    return {"x-amz-target": target, "content-type": "application/x-amz-json-1.0", "authorization": CREDENTIAL}


def _call(emulator: Emulator, operation: str, **members: object) -> None:
    response = emulator.handle(Request("POST", "/", _headers(operation), json.dumps(members).encode()))
    if response.status != 200:
        raise RuntimeError(response.body)


def main() -> None:
    """Measure, print, and judge the result if requested."""
    parser = argparse.ArgumentParser(description="Benchmarks of events.")
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if the target is missed")
    strict = parser.parse_args().strict
    os.environ.update(ENVIRONMENT)
    ratio = cost_of_destinations()
    for waiting in WAITING:
        to_receipt(waiting)
    if strict and ratio > SLOWED_AT_MOST:
        sys.exit(f"destinations make a send take {ratio:.2f} times as long; the target is at most {SLOWED_AT_MOST}")


if __name__ == "__main__":
    main()
