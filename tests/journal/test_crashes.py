"""
The end of the process at any moment, under load.

`make crash-test` runs more rounds than the suite does.
"""

import contextlib
import http.client
import json
import logging
import os
import random
import threading
from collections import Counter

import pytest

from emulator.front.keeping import keeper_of
from emulator.testing import lease_number

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))
SNAPSHOT_EVERY = max(100, 10 * ROUNDS)
"""Entries: a state grows with the rounds, and takes longer to write."""
CLIENTS = 4
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"


@pytest.mark.skipif(os.name == "nt", reason="processes are not killed there as elsewhere")
def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(program, client_of, emulate, held, tmp_path, caplog):
    """After kill -9 at random moments: every text that was accepted is there once, and the state is that of its entries."""
    caplog.set_level(logging.INFO, __name__)
    chance = random.Random(20)
    accepted: list[str] = []
    for round_ in range(ROUNDS):
        process, url = program("--data-dir", tmp_path / "data", "--snapshot-every", SNAPSHOT_EVERY, "--seed", 5)
        if round_ == 0:
            sms = client_of(url)
            lease_number(sms)
            lease_queue(client_of, sms, url)
        threads = [threading.Thread(target=send_until_it_ends, args=(url, accepted, n)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        threads[0].join(chance.uniform(0.1, 1.2))
        process.kill()
        for thread in threads:
            thread.join()

    emulator, keeper = emulate(clock="running", seed=5)

    counted = Counter(message.message_id for message in emulator.inbox.messages(limit=1_000_000))
    assert set(accepted) - set(counted) == set()
    assert set(counted.values()) == {1}
    assert len(accepted) > ROUNDS
    logging.getLogger(__name__).info("%d accepted in %d rounds", len(accepted), ROUNDS)
    assert twice_in_queue(emulator) == []
    emulate.crash(keeper)
    assert held_after(emulate, held) == held_from_the_older_snapshot(emulate, held)


def lease_queue(client_of, sms, url):
    """Have every event come into a queue, over a topic."""
    sns, sqs = client_of(url, "sns"), client_of(url, "sqs")
    queue = sqs.create_queue(QueueName="events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="events")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sms.create_configuration_set(ConfigurationSetName="set")
    sms.create_event_destination(
        ConfigurationSetName="set",
        EventDestinationName="all",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": topic},
    )


def send_until_it_ends(url, accepted, number):
    """Send texts until the server is gone, and note which were accepted."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage",
        "Authorization": CREDENTIAL,
    }
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        for index in range(100_000):
            members = {
                "DestinationPhoneNumber": f"+1425555{number:02}{index % 100:02}",
                "MessageBody": f"text {index}",
                "ConfigurationSetName": "set",
            }
            connection.request("POST", "/", json.dumps(members), headers)
            accepted.append(json.loads(connection.getresponse().read())["MessageId"])


def twice_in_queue(emulator):
    """Return the events that are in the queue more than once."""
    queue = emulator.aws.backend("sqs", "123456789012", "us-east-1").queues["events"]
    bodies = Counter(message.content[1] for message in queue._messages)
    return [body for body, count in bodies.items() if count > 1]


def held_after(emulate, held):
    emulator, keeper = emulate(clock="frozen", seed=5)
    found = held(emulator)
    emulate.crash(keeper)
    return found


def held_from_the_older_snapshot(emulate, held):
    """Return the same as `held_after`, repeated from the snapshot before."""
    emulator, keeper = emulate(clock="frozen", seed=5)
    keeper_of(emulator, keeper.store).repeat_all(lambda entry, response: None)
    return held(emulator)
