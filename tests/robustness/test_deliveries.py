"""A target that is slow, silent or forbidden: nobody else waits for it, and what is left is said."""

import subprocess
import sys
import threading

import pytest

from emulator.aws import webhooks
from emulator.kernel.ports import Errors
from emulator.reporting import outbox
from emulator.reporting.delivery import Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import Target
from emulator.testing import HANDSET

SCOPE = ("123456789012", "us-east-1")
WAITS_AT_MOST = 5.0


def delivery(kind, target, number=0):
    return Delivery(Target(kind, *SCOPE, target), f"message-{number}", "TEXT_DELIVERED", "events/one", "{}")


class Targets:
    """Topics that answer at once, and a webhook that answers when it is told to."""

    def __init__(self):
        self.released, self.entered = threading.Event(), threading.Event()
        self.published, self.posted = [], []

    def publish(self, account: str, topic_arn: str, messages) -> Errors:
        """kernel.ports.Topics."""
        self.published.extend(messages)
        return [None] * len(messages)

    def post(self, url: str, bodies) -> Errors:
        """kernel.ports.Replies."""
        self.entered.set()
        self.released.wait(WAITS_AT_MOST)
        self.posted.extend(bodies)
        return [None] * len(bodies)


@pytest.fixture
def targets():
    """Targets whose webhook is released when the test ends."""
    made = Targets()
    yield made
    made.released.set()


@pytest.fixture
def box():
    """An outbox without faults."""
    return Outbox(lambda *_: None, kept=1000)


def test_a_silent_webhook_delays_no_topic(box, targets):
    """The topic's records arrive while the webhook is still being called, and its own later, in order."""
    box.put(delivery("webhook", "http://127.0.0.1/hook"))
    box.drain(targets, seconds=0)
    assert targets.entered.wait(WAITS_AT_MOST)

    for number in range(100):
        box.put(delivery("sns", "topic", number))
        box.put(delivery("webhook", "http://127.0.0.1/hook", number))
    box.drain(targets, seconds=1)

    assert (100, 0) == (len(targets.published), len(targets.posted))
    assert 101 == box.undelivered
    targets.released.set()
    assert box.wait(WAITS_AT_MOST)
    assert (101, 0) == (len(targets.posted), box.undelivered)


def test_a_snapshot_has_what_is_on_its_way(box, targets):
    """A record that is being sent is still in its queue: a saved state loses none."""
    box.put(delivery("webhook", "http://127.0.0.1/hook"))
    box.drain(targets, seconds=0)
    assert targets.entered.wait(WAITS_AT_MOST)

    (queue,) = box.snapshot()["_queues"].values()

    assert ["message-0"] == [each.message_id for each in queue.waiting]


def test_a_stopped_outbox_sends_no_more(box, targets):
    """The end of the process need not wait for a backlog."""
    for number in range(1000):
        box.put(delivery("sns", "topic", number))
    box.stopped = True

    box.drain(targets)

    assert ([], 1000) == (targets.published, box.undelivered)


def test_a_round_ends_in_time(box, targets):
    """With no time left, what waits stays for the next round."""
    for number in range(100):
        box.put(delivery("sns", "topic", number))

    box.drain(targets, seconds=0)
    assert 100 == box.undelivered

    box.drain(targets)
    assert 0 == box.undelivered


def test_a_queue_has_an_end(box, targets, monkeypatch):
    """A record for a target with too many is dead at once, with the reason; it can be sent again."""
    monkeypatch.setattr(outbox, "QUEUE_MAX", 2)
    for number in range(3):
        box.put(delivery("sns", "topic", number))

    assert ["PENDING", "PENDING", "DEAD"] == [each.status for each in box.log]
    assert "more than 2 records wait" in box.log[-1].error
    box.drain(targets)
    assert 1 == box.redrive(box.log)
    box.drain(targets)
    assert (3, 0) == (len(targets.published), box.undelivered)


def test_the_list_of_deliveries_has_an_end(targets):
    """Of too many messages' deliveries the oldest are no longer listed, though all are made."""
    box = Outbox(lambda *_: None, kept=10)
    for number in range(25):
        box.put(delivery("sns", "topic", number))

    box.drain(targets)

    assert list(range(15, 25)) == [number for number in range(25) if box.of_message(f"message-{number}")]
    assert 25 == len(targets.published)


def test_a_look_in_process_does_not_wait(sms, client, number, silent, monkeypatch):
    """Beside a silent webhook the queue has its record; settle ends, and says what is undelivered."""
    monkeypatch.setattr(webhooks, "WEBHOOK_SECONDS_MAX", 0.3)
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="replies")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:replies"
    routes = [{"kind": "webhook", "target": silent}, {"kind": "sqs", "target": arn}]
    sms.control("change_reply_routes", number="*", routes=routes)
    sms.clock.freeze()

    sms.handset(HANDSET).reply("Hi", to=number)

    assert 1 == len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"])
    assert 1 == sms.settle(within_seconds=0)["undelivered"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/x", "--allow-webhook-host hooks.example"),
        ("http://169.254.169.254/latest/meta-data", "--allow-webhook-host 169.254.169.254"),
        ("http://127.0.0.1@hooks.example/", "--allow-webhook-host hooks.example"),
        ("http://127.0.0.1.hooks.example/", "--allow-webhook-host 127.0.0.1.hooks.example"),
        ("ftp://127.0.0.1/", "not an http URL"),
        ("http://", "not an http URL"),
        ("http://127.0.0.1:99999/", "not an http URL"),
    ],
)
def test_webhooks_go_to_this_machine_only(url, words):
    """Another host is refused by a sentence that says how to allow it."""
    (error,) = webhooks.Webhooks().post(url, ["{}"])

    assert words in error


def test_a_webhook_behind_a_refused_one_is_not_called():
    """Nothing overtakes: what comes behind a body that was refused is refused too."""
    assert 3 == sum(error is not None for error in webhooks.Webhooks().post("http://127.0.0.1:1/", ["1", "2", "3"]))


def test_allowed_webhook_host():
    """A host that was named may be called."""
    hooks = webhooks.Webhooks()
    hooks.webhook_hosts = ("hooks.invalid",)

    assert "allow-webhook-host" not in hooks.post("http://hooks.invalid/", ["{}"])[0]


SERVER = """
import sys
from emulator.front import command_line
from emulator.reporting.delivery import Delivery
from emulator.reporting.targets import Target
from emulator.front import server
start = server.Server.start
def start_with_backlog(self):
    outbox = self.emulator.world.outbox
    for number in range(10_000):
        kind, arn = ("webhook", sys.argv.pop()) if number == 0 else ("sqs", "arn:aws:sqs:us-east-1:1:gone")
        outbox.put(Delivery(Target(kind, "123456789012", "us-east-1", arn), str(number), "X", "x", "{}"))
    return start(self)
server.Server.start = start_with_backlog
command_line.main(["serve", "--port", "0"])
"""


@pytest.mark.parametrize("signals", [1, 2])
def test_the_process_ends_with_a_backlog(silent, signals):
    """One signal ends it and says what is left; a second one at once."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, silent], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert any("AWS End User Messaging is at" in line for line in process.stdout)
        for _ in range(signals):
            process.terminate()
        _, printed = process.communicate(timeout=15)
    finally:
        process.kill()

    if signals == 1:
        assert 0 == process.returncode
        assert "event records were not delivered" in printed
