"""Deliveries that fail: at least once, in order, retried on the virtual clock, kept when dead, and nothing lost."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from emulator.reporting.delivery import Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import Target
from emulator.testing import HANDSET

TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"
STORY = ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]
SECONDS_UNTIL_DEAD = sum(2**rest for rest in range(9))
"""A target is tried ten times, and rests 1, 2, 4 … seconds between."""


@pytest.fixture
def send(send_text, event_set):
    """Sends a text whose events go to the topic; gives its id."""
    return lambda **members: send_text(ConfigurationSetName=event_set, **members)


def statuses(sms, **filters):
    return [delivery["status"] for delivery in sms.events.deliveries(**filters)]


@pytest.mark.parametrize("failures", [1, 2, 5, 9])
def test_failed_delivery_is_tried_again_after_a_rest(sms, send, topic_with_queue, failures):
    """Each failure doubles the rest on the virtual clock; then the records arrive, each once, in order."""
    sms.clock.freeze()
    sms.faults.add("500", service="sns", times=failures)
    send()
    sms.clock.advance(seconds=1)
    for failed in range(failures):
        sms.clock.advance(seconds=2**failed - 0.1)
        assert ["FAILED"] * 2 == statuses(sms)
        assert [] == topic_with_queue[1]()
        sms.clock.advance(seconds=0.1)

    assert ["DELIVERED"] * 2 == statuses(sms)
    assert STORY == [record["eventType"] for record in topic_with_queue[1]()]


def test_settle_waits_for_what_rests(sms, send, topic_with_queue):
    """A delivery that will be tried again is pending: settle lets the rests pass, and says that nothing is undelivered."""
    sms.faults.add("500", service="sns", times=3)
    began = sms.clock.now
    send()

    assert 0 == sms.settle()["undelivered"]
    assert timedelta(seconds=7) <= sms.clock.now - began < timedelta(seconds=10)
    assert STORY == [record["eventType"] for record in topic_with_queue[1]()]


def test_tenth_refusal_is_death_and_redelivery_brings_it_back(sms, send, topic_with_queue):
    """Dead records are listed with their error, and all arrive when they are sent again."""
    sms.faults.add("500", service="sns")
    began = sms.clock.now
    message_ids = [send() for _ in range(12)]

    assert 24 == sms.settle()["undelivered"]
    assert sms.clock.now - began >= timedelta(seconds=SECONDS_UNTIL_DEAD)
    assert {"DEAD": 24} == Counter(statuses(sms))
    assert all("Injected fault" in d["error"] for d in sms.events.deliveries())

    sms.faults.clear()
    assert 24 == sms.control("redeliver")["redelivered"]
    assert 0 == sms.settle()["undelivered"]
    assert {"DELIVERED": 24} == Counter(statuses(sms))
    arrived = defaultdict(list)
    for record in topic_with_queue[1]():
        arrived[record["messageId"]].append(record["eventType"])
    assert dict.fromkeys(message_ids, STORY) == arrived


def test_redelivery_may_be_of_one_message_or_destination(sms, send):
    """Only the dead records that are asked for are sent again; what arrived is never sent twice."""
    sms.faults.add("500", service="sns")
    first, second = send(), send()
    sms.settle()
    sms.faults.clear()

    assert 0 == sms.control("redeliver", destination="events/other")["redelivered"]
    assert 2 == sms.control("redeliver", message_id=first)["redelivered"]
    sms.settle()
    assert (["DELIVERED"] * 2, ["DEAD"] * 2) == (statuses(sms, message_id=first), statuses(sms, message_id=second))
    assert 2 == sms.control("redeliver", destination="events/to-sns")["redelivered"]
    assert 0 == sms.control("redeliver")["redelivered"]


def test_nothing_overtakes_a_record_that_failed(sms, send, topic_with_queue):
    """While a target rests, later records wait behind: all arrive in the order in which they were made."""
    sms.clock.freeze()
    sms.faults.add("500", service="sns", times=1)
    sent = []
    for _ in range(8):
        sent.append(send())
        sms.clock.advance(seconds=0.3)
    sms.settle()

    arrived = [(record["messageId"], record["eventType"]) for record in topic_with_queue[1]()]
    made = [(record["messageId"], record["eventType"]) for record in sms.events.records()]
    assert 16 == len(made)
    assert sorted(made) == sorted(arrived)
    for message_id in sent:
        assert STORY == [event_type for owner, event_type in arrived if owner == message_id]


def test_one_bad_target_holds_up_no_other(sms, sms_client, send, topic_with_queue):
    """The records of a destination that fails wait; those of the set's other destination arrive meanwhile."""
    sms_client.create_event_destination(
        ConfigurationSetName="events",
        EventDestinationName="gone",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": "arn:aws:sns:us-east-1:123456789012:gone"},
    )
    message_id = send()

    sms.settle(within_seconds=5)
    found = {(d["destination"], d["status"]) for d in sms.events.deliveries(message_id=message_id)}
    assert {("events/to-sns", "DELIVERED"), ("events/gone", "FAILED")} == found
    assert STORY == [record["eventType"] for record in topic_with_queue[1]()]


def test_topic_deleted_and_remade_loses_nothing(sms, client, send, topic_with_queue, queue):
    """Records of the time without the topic arrive once it is back."""
    sns, (topic, read) = client("sns"), topic_with_queue
    sms.clock.freeze()
    first = send()
    sms.settle()
    sns.delete_topic(TopicArn=topic)
    second = send()
    sms.settle(within_seconds=5)
    assert ["FAILED"] * 2 == statuses(sms, message_id=second)

    arn, _ = queue("receipts")
    assert topic == sns.create_topic(Name="receipts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    third = send()

    assert 0 == sms.settle()["undelivered"]
    arrived = [(record["messageId"], record["eventType"]) for record in read()]
    assert [(owner, event_type) for owner in (first, second, third) for event_type in STORY] == arrived


def test_batch_holds_no_more_than_sns_takes():
    """Ten records at most, and a quarter of a megabyte, which Japanese characters reach three times as fast."""
    batches = []
    outbox = Outbox(lambda *_: None, kept=10)
    target = Target("sns", "123456789012", "us-east-1", TOPIC)
    for _ in range(12):
        outbox.put(Delivery(target, "id", "TEXT_DELIVERED", "events/one", "あ" * 25_000))
    for _ in range(12):
        outbox.put(Delivery(target, "id", "TEXT_DELIVERED", "events/one", "{}"))

    class Topics:
        def publish(self, account, topic_arn, messages):
            batches.append(len(messages))
            return [None] * len(messages)

    assert [] == outbox.drain(Topics())
    assert [3, 3, 3, 10, 5] == batches


def test_only_a_fault_that_names_the_service_is_about_deliveries(sms, send, topic_with_queue, raises):
    """A fault without a service strikes our own operations, and leaves deliveries alone; so does one for another."""
    message_id = send()
    sms.faults.add("500")
    sms.faults.add("500", service="logs")
    with raises("InternalServerException"):
        send()

    assert 0 == sms.settle()["undelivered"]
    assert [message_id] * 2 == [record["messageId"] for record in topic_with_queue[1]()]


def test_reset_drops_what_waits(sms, send, topic_with_queue):
    """An empty world has no deliveries, and none of the old ones arrives later."""
    sms.faults.add("500", service="sns")
    send()
    sms.settle(within_seconds=5)

    sms.reset()

    sms.settle()
    assert [] == sms.events.deliveries()
    assert [] == topic_with_queue[1]()


# --- Time -------------------------------------------------------------------------------------------------------------


def test_message_without_a_receipt_is_unknown_after_three_days(sms, send, topic_with_queue):
    """A carrier that never answers: nothing for 72 hours, then UNKNOWN, final."""
    sms.clock.freeze()
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    message_id = send()

    sms.clock.advance(hours=71, minutes=59)
    assert [] == topic_with_queue[1]()

    sms.clock.advance(minutes=1)
    (record,) = topic_with_queue[1]()
    assert (message_id, "TEXT_UNKNOWN", True) == (record["messageId"], record["eventType"], record["isFinal"])
    assert 72 * 3600 * 1000 == record["eventTimestamp"] - record["messageRequestTimestamp"]


def test_one_long_wait_is_as_good_as_many_short_ones(sms, send, topic_with_queue):
    """A target that failed five times is tried again after each rest, though time was moved in one go."""
    sms.clock.freeze()
    sms.faults.add("500", service="sns", times=6)
    send()
    sms.clock.advance(seconds=1)
    before = statuses(sms)

    sms.clock.advance(minutes=2)

    assert ["FAILED"] * 2 == before
    assert ["DELIVERED"] * 2 == statuses(sms)
    assert STORY == [record["eventType"] for record in topic_with_queue[1]()]
