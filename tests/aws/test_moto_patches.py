"""The patches of moto's backends: each gives moto's own outcome, and does what moto itself does too slowly."""

import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from moto.core.exceptions import ServiceException
from moto.sns import models as sns
from moto.sqs import models as sqs

from emulator.aws.moto_patches import sns as sns_patches
from emulator.aws.moto_patches import sqs as sqs_patches

PATCHES, ORIGINALS = sqs_patches.PATCHES | sns_patches.PATCHES, sqs_patches.ORIGINALS | sns_patches.ORIGINALS
ACCOUNT, REGION = "123456789012", "us-east-1"
LATER = 10**9
"""Seconds that no test takes."""


@pytest.fixture(params=["moto", "ours"])
def maker(request, monkeypatch):
    """Moto as it is, and with our patches."""
    for (owner, name), replacement in PATCHES.items():
        original = ORIGINALS[owner, name]
        if request.param == "ours":
            monkeypatch.setattr(owner, name, replacement, raising=False)
        elif original is None:
            monkeypatch.delattr(owner, name, raising=False)
        else:
            monkeypatch.setattr(owner, name, original)
    for backends in (sqs.sqs_backends, sns.sns_backends):
        backends[ACCOUNT][REGION].reset()
    return request.param


@pytest.fixture
def queues(maker):
    """The SQS backend."""
    return sqs.sqs_backends[ACCOUNT][REGION]


@pytest.fixture
def topics(maker):
    """The SNS backend."""
    return sns.sns_backends[ACCOUNT][REGION]


def bodies(messages):
    return [message.body for message in messages]


def receive(queues, count=10, lifetime=LATER, name="jobs"):
    return queues.receive_message(name, count, 0, lifetime)


@pytest.mark.parametrize(
    ("name", "attributes", "expected"),
    [
        ("jobs", {}, {"DelaySeconds": 0, "ApproximateNumberOfMessages": 2, "SqsManagedSseEnabled": "true"}),
        ("jobs.fifo", {"FifoQueue": "true"}, {"FifoQueue": "true", "ContentBasedDeduplication": "false"}),
        ("jobs", {"KmsMasterKeyId": "key"}, {"KmsMasterKeyId": "key", "KmsDataKeyReusePeriodSeconds": 300}),
        ("jobs", {"Policy": '{"Statement": [{"Sid": "own"}]}'}, {"Policy": '{"Statement": [{"Sid": "own"}]}'}),
        (
            "jobs",
            {"RedrivePolicy": {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 3}},
            {
                "RedrivePolicy": json.dumps(
                    {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 3}
                )
            },
        ),
    ],
)
def test_attributes(queues, name, attributes, expected):
    """A queue has the attributes that moto gives it."""
    queues.create_queue("dead")
    queue = queues.create_queue(name, **attributes)
    for index in range(2):
        queues.send_message(name, "Hi", group_id="g", deduplication_id=str(index))

    found = queues.get_queue_attributes(name, ["All"])

    assert type(found) is dict
    assert expected == {key: found[key] for key in expected}
    assert sorted(found) == sorted(queue.attributes)
    assert {key: value for key, value in expected.items() if value is not None} == queues.get_queue_attributes(
        name, list(expected)
    )


def test_counts(queues):
    """Waiting, received and delayed messages are counted."""
    queues.create_queue("jobs")
    for index in range(5):
        queues.send_message("jobs", str(index), delay_seconds=900 if index == 4 else None)
    receive(queues, 2)

    counts = queues.get_queue_attributes(
        "jobs",
        [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ],
    )

    assert [2, 2, 1] == list(counts.values())


def test_each_message_is_received_once(queues):
    """What was received is hidden, and what is left comes in the order in which it was sent."""
    queues.create_queue("jobs")
    for index in range(5):
        queues.send_message("jobs", str(index))

    assert ["0", "1"] == bodies(receive(queues, 2))
    assert ["2", "3", "4"] == bodies(receive(queues))
    assert [] == receive(queues)


def test_visible_again(queues):
    """A message whose visibility ends is received again, with a new handle, and either handle deletes it."""
    queues.create_queue("jobs")
    queues.send_message("jobs", "Hi", message_attributes={"kind": {"DataType": "String", "StringValue": "x"}})
    (first,) = receive(queues)
    queues.change_message_visibility("jobs", first.receipt_handle, 0)
    (second,) = queues.receive_message("jobs", 10, 0, 0, ["All"])

    assert [1, 2] == [first.approximate_receive_count, second.approximate_receive_count]
    assert [{}, {"kind"}] == [first.message_attributes, set(second.message_attributes)]
    assert first.receipt_handle != second.receipt_handle
    assert 185 == len(second.receipt_handle)
    queues.delete_message("jobs", first.receipt_handle)
    assert [] == queues.get_queue("jobs")._messages


def test_delete(queues):
    """Deleting twice is allowed, and an unknown handle refused."""
    queues.create_queue("jobs")
    for index in range(3):
        queues.send_message("jobs", str(index))
    received = receive(queues)

    queues.delete_message("jobs", received[1].receipt_handle)
    queues.delete_message("jobs", received[1].receipt_handle)

    assert ["0", "2"] == bodies(queues.get_queue("jobs")._messages)
    with pytest.raises(ServiceException):
        queues.delete_message("jobs", "unknown")


def test_groups_of_a_fifo_queue(queues):
    """A group waits until its first message is deleted, and a duplicate is dropped."""
    queues.create_queue("jobs.fifo", FifoQueue="true")
    for body, group, duplicate in (("1", "a", "x"), ("2", "a", "y"), ("3", "b", "z"), ("again", "a", "x")):
        queues.send_message("jobs.fifo", body, group_id=group, deduplication_id=duplicate)

    first = receive(queues, 1, name="jobs.fifo")

    assert ["1"] == bodies(first)
    assert ["3"] == bodies(receive(queues, name="jobs.fifo"))
    queues.delete_message("jobs.fifo", first[0].receipt_handle)
    assert ["2"] == bodies(receive(queues, name="jobs.fifo"))


def test_deduplication_lasts_as_long_as_the_message(queues):
    """A message that has left the queue keeps no other of its deduplication id out, nor does one without an id."""
    queues.create_queue("jobs.fifo", FifoQueue="true")
    queue = queues.get_queue("jobs.fifo")
    for _ in range(2):
        queues.send_message("jobs.fifo", "Hi", group_id="a", deduplication_id="x")
        (received,) = receive(queues, name="jobs.fifo")
        queues.delete_message("jobs.fifo", received.receipt_handle)
    for _ in range(2):
        queue.add_message(sqs.Message("id", "Hi"))

    assert 2 == len(queue._messages)


def test_dead_letters(queues):
    """A message that was received too often moves to the dead-letter queue."""
    queues.create_queue("dead")
    policy = {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 1}
    queues.create_queue("jobs", RedrivePolicy=policy)
    queues.send_message("jobs", "Hi")
    (received,) = receive(queues)
    queues.change_message_visibility("jobs", received.receipt_handle, 0)

    assert [] == receive(queues)
    assert ["Hi"] == bodies(receive(queues, name="dead"))


def test_expired_message(queues):
    """A message past the retention period is not received."""
    queues.create_queue("jobs", MessageRetentionPeriod=60)
    queues.send_message("jobs", "Hi").sent_timestamp -= 61_000

    assert [] == receive(queues)


class TestNotification:
    """What an SQS subscriber receives."""

    @pytest.fixture
    def topic(self, queues, topics):
        """A topic that the queue is subscribed to."""
        queues.create_queue("jobs")
        topic = topics.create_topic("receipts")
        topics.subscribe(topic.arn, f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs", "sqs")
        return topic

    @pytest.mark.parametrize("attributes", [None, {"kind": {"Type": "String", "Value": "x"}}])
    @pytest.mark.parametrize("subject", [None, "News"])
    def test_envelope(self, queues, topics, topic, subject, attributes):
        """It has the members and the layout of moto's, and its signature is that of the certificate it names."""
        message_id = topics.publish("Grüße 🎉", topic.arn, subject=subject, message_attributes=attributes)

        (received,) = receive(queues)
        read = json.loads(received.body)
        optional = {"Subject": subject, "MessageAttributes": attributes}

        assert json.dumps(read, sort_keys=True, indent=2, separators=(",", ": ")) == received.body
        assert {key: value for key, value in optional.items() if value} == {
            key: value for key, value in read.items() if key in optional
        }
        assert ["Notification", message_id, topic.arn, "Grüße 🎉", "2"] == [
            read[key] for key in ("Type", "MessageId", "TopicArn", "Message", "SignatureVersion")
        ]
        name = read["SigningCertURL"].rpartition("/")[2]
        certificate = x509.load_pem_x509_certificate(topics._message_public_keys[name])
        signed = "".join(f"{key}\n{read[key]}\n" for key in ("Message", "MessageId", "Timestamp", "TopicArn", "Type"))
        certificate.public_key().verify(
            base64.b64decode(read["Signature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )

    def test_same_body_each_time(self, queues, topics, topic):
        """A notification that is received again has not changed."""
        topics.publish("Hi", topic.arn)
        (first,) = receive(queues, lifetime=0)
        (second,) = receive(queues, lifetime=0)

        assert (first.id, first.body, first.body_md5) == (second.id, second.body, second.body_md5)

    def test_filter_policy(self, queues, topics, topic):
        """A message that the filter refuses does not arrive."""
        (subscription,) = topics.subscriptions
        topics.set_subscription_attributes(subscription, "FilterPolicyScope", "MessageBody")
        topics.set_subscription_attributes(subscription, "FilterPolicy", '{"kind": ["wanted"]}')

        for kind in ("other", "wanted"):
            topics.publish(json.dumps({"kind": kind}), topic.arn)

        assert ['{"kind": "wanted"}'] == [json.loads(each.body)["Message"] for each in receive(queues)]

    def test_raw_delivery(self, queues, topics, topic):
        """A raw message arrives as it was published."""
        (subscription,) = topics.subscriptions
        topics.set_subscription_attributes(subscription, "RawMessageDelivery", "true")
        topics.publish("Hi", topic.arn, message_attributes={"kind": {"Type": "String", "Value": "x"}})

        (received,) = queues.receive_message("jobs", 1, 0, LATER, ["All"])

        assert ("Hi", {"kind": {"DataType": "String", "StringValue": "x"}}) == (received.body, received.message_attributes)

    def test_structure(self, queues, topics, topic):
        """A message by protocol has the text for SQS."""
        topics.publish('{"default": "all", "sqs": "own"}', topic.arn, message_structure="json")

        assert ["own"] == [json.loads(each.body)["Message"] for each in receive(queues)]

    def test_delay_of_the_queue(self, queues, topics, topic):
        """The queue's own delay applies."""
        queues.set_queue_attributes("jobs", {"DelaySeconds": 900})
        topics.publish("Hi", topic.arn)

        assert [] == receive(queues)
        assert 1 == queues.get_queue("jobs").approximate_number_of_messages_delayed

    def test_fifo(self, queues, topics):
        """A FIFO topic's notification keeps its group and its deduplication id."""
        queues.create_queue("jobs.fifo", FifoQueue="true")
        topic = topics.create_topic("receipts.fifo", {"FifoTopic": "true"})
        topics.subscribe(topic.arn, f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs.fifo", "sqs")
        for _ in range(2):
            topics.publish("Hi", topic.arn, group_id="g", deduplication_id="x")

        (received,) = receive(queues, name="jobs.fifo")

        assert ("g", "x", "Hi") == (received.group_id, received.deduplication_id, json.loads(received.body)["Message"])

    def test_too_long_for_the_queue(self, queues, topics, topic):
        """A notification longer than the queue allows is refused."""
        queues.get_queue("jobs").maximum_message_size = 1024

        with pytest.raises(ServiceException):
            topics.publish("x" * 1024, topic.arn)
        assert [] == receive(queues)


class TestTopic:
    """What a topic keeps."""

    def test_latest_notifications(self, queues, topics, maker, monkeypatch):
        """It keeps what was published, up to a limit of ours."""
        monkeypatch.setattr(sns_patches, "NOTIFICATIONS_KEPT", 3)
        topic = topics.create_topic("receipts")
        for number in range(5):
            topics.publish(f"Hi {number}", topic.arn)

        kept = ["Hi 2", "Hi 3", "Hi 4"] if maker == "ours" else [f"Hi {number}" for number in range(5)]
        assert kept == [message for _, message, *_ in topic.sent_notifications]


class TestStillNeeded:
    """moto by itself: a patch whose test fails here can go."""

    @pytest.fixture
    def visits(self, queues, maker, monkeypatch):
        """A queue of moto's own with 50 messages, and how often one of them is looked at."""
        if maker == "ours":
            pytest.skip("this is about moto itself")
        queues.create_queue("jobs")
        for index in range(50):
            queues.send_message("jobs", str(index))
        seen = []
        visible = vars(sqs.Message)["visible"]
        monkeypatch.setattr(sqs.Message, "visible", property(lambda self: seen.append(self) or visible.fget(self)))
        return seen

    def test_send(self, queues, visits):
        """A send looks at every message that waits."""
        queues.send_message("jobs", "one more")

        assert len(visits) >= 50

    def test_receive(self, queues, visits):
        """So does a receive of one."""
        receive(queues, 1)

        assert len(visits) >= 50

    def test_retention_period(self, queues, visits):
        """So does the question whether one has expired."""
        queues.is_message_valid_based_on_retention_period("jobs", queues.get_queue("jobs")._messages[0])

        assert len(visits) >= 50

    def test_counts(self, queues, visits):
        """So does each attribute of the queue, whichever is asked for."""
        queues.get_queue_attributes("jobs", ["DelaySeconds"])

        assert len(visits) > 50

    def test_delete(self, queues, visits, monkeypatch):
        """A delete of the first looks at every receipt handle."""
        (received,) = receive(queues, 1)
        asked, had = [], sqs.Message.had_receipt_handle
        monkeypatch.setattr(sqs.Message, "had_receipt_handle", lambda self, handle: asked.append(self) or had(self, handle))
        queues.delete_message("jobs", received.receipt_handle)

        assert len(asked) >= 50

    def test_groups(self, queues, visits):
        """The groups are gathered for a queue that has none."""
        looks = []

        class Pending(set):
            def __iter__(self):
                looks.append(1)
                return super().__iter__()

        queues.get_queue("jobs")._pending_messages = Pending()
        receive(queues, 1)

        assert looks

    def test_deduplication(self, queues, visits):
        """A message for a FIFO queue is compared with all that wait."""
        queues.create_queue("jobs.fifo", FifoQueue="true")
        looks = []

        class Waiting(list):
            def __iter__(self):
                looks.append(1)
                return super().__iter__()

        queues.get_queue("jobs.fifo")._messages = Waiting()
        message = sqs.Message("id", "Hi")
        message.deduplication_id = "x"
        queues.get_queue("jobs.fifo").add_message(message)

        assert looks

    def test_copy(self, queues, visits):
        """A message that is received is copied member by member."""
        assert "__deepcopy__" not in vars(sqs.Message)

    def test_handle(self, queues, visits, monkeypatch):
        """The letters of a receipt handle are drawn one by one."""
        drawn = []
        monkeypatch.setattr(sqs_patches.mock_random, "choice", lambda letters: drawn.append(letters) or "x")
        sqs.generate_receipt_handle()

        assert 185 == len(drawn)

    def test_certificates(self, queues, topics, visits):
        """Each notification is signed at once, with a certificate of its own."""
        topic = topics.create_topic("receipts")
        topics.subscribe(topic.arn, f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs", "sqs")
        for _ in range(2):
            topics.publish("Hi", topic.arn)

        assert 2 == len(topics._message_public_keys)
