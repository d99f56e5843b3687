"""Everything that grows has a stated limit: the oldest goes, or what is new is refused."""

import dataclasses
import importlib
import pkgutil
import typing
from collections import deque
from datetime import datetime, timedelta, timezone

import pytest

from emulator import Emulator, bounds, mock_sms
from emulator.aws.clients import CLIENTS_MAX, AwsClients
from emulator.control.errors import InvalidArgument
from emulator.engine import utc_now
from emulator.kernel import clock as kernel_clock
from emulator.kernel.clock import Clock
from emulator.kernel.stores import Stores, Table
from emulator.messaging import retention
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.store import MessagingStore
from emulator.reporting import outbox
from emulator.reporting.delivery import Delivery
from emulator.reporting.destinations import Destinations
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import Target
from emulator.services.cognito_codes.service import CognitoStore
from emulator.services.end_user_messaging.state import EndUserMessagingStore
from emulator.services.sms_voice.state import SmsVoiceStore
from emulator.testing import HANDSET, lease_number, send_text

FEW = 5
MORE = 12
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
BY_QUOTA = "AWS's quotas, or those of the model: one more is refused"
BY_REQUEST = "as much as one request may hold"
BY_MESSAGES = "messages have a limit of their own, and these go with them"
BY_PERIOD = "those of the last day or month, which a limit of AWS or Meta counts; older ones are dropped with each new one"
BY_NAME = "as many as there are countries, channels, platforms, statuses or counted limits"
OTHERWISE = {
    "App.channels": BY_NAME, "App.credentials": BY_NAME, "App.settings": BY_REQUEST, "App.event_stream": BY_REQUEST,
    "BrandProfile.attributes": BY_QUOTA, "BrandProfile.associations": BY_QUOTA, "Call.queued_keys": BY_REQUEST,
    "Call.spoken": "a call ends after its longest time", "Call.path": "likewise", "Call.recordings": "likewise",
    "CallPermission.requests": BY_PERIOD, "CallPermission.calls": BY_PERIOD, "Charges.waiting": BY_MESSAGES,
    "ByHandset._found": BY_MESSAGES,
    "CognitoStore.codes": "CODES_MAX", "CognitoStore.sent": "CODES_MAX", "ConfigurationSet.destinations": BY_QUOTA,
    "Contact.pair_sends": BY_PERIOD, "CountryLaunch.carriers": BY_NAME,
    "Destinations.routes": "World.reply_routes", "EventDestination.matching_event_types": BY_REQUEST,
    "EventDestination.sinks": BY_REQUEST, "EventDestination.cloud_watch_logs_destination": BY_REQUEST,
    "EventDestination.kinesis_firehose_destination": BY_REQUEST, "EventDestination.sns_destination": BY_REQUEST,
    "Faults.faults": "World.count_change", "FieldValue.select_choices": BY_REQUEST, "Inbox.messages": BY_MESSAGES,
    "Job.resources": BY_REQUEST, "Keywords.by_word": BY_QUOTA,
    "Message.context": BY_REQUEST, "Message.destination_country_parameters": BY_REQUEST,
    "MessagingStore.messages": BY_MESSAGES, "MessagingStore.tags": BY_QUOTA,
    "MessagingStore.policies": BY_QUOTA, "MessagingStore.daily_counts": BY_PERIOD, "MessagingStore.rates": BY_NAME,
    "Metrics.facts": "World.count_change", "Metrics._scopes": "limits.scopes_kept", "Notification.data": BY_REQUEST,
    "NotifyCodeConfiguration.code_configuration_parameters": BY_REQUEST,
    "NotifyCodeConfiguration.channel_parameters": BY_REQUEST, "NotifyConfiguration.enabled_channels": BY_NAME,
    "NotifyConfiguration.enabled_countries": BY_NAME, "PhoneNumber.number_capabilities": BY_NAME,
    "Pool.members": BY_QUOTA, "ProtectConfiguration.rules": BY_NAME, "PushTemplate.versions": "VERSIONS_MAX",
    "Queue.waiting": "QUEUE_MAX", "RcsAgent.two_way_rcs_events_enabled": BY_NAME, "RcsAgent.testing_agent": BY_REQUEST,
    "RcsAgent.launches": BY_NAME, "Registration.versions": BY_QUOTA, "Registration.additional_attributes": BY_REQUEST,
    "RecentCounts.events": "EVENTS_MAX", "RecentCounts.counts": "EVENTS_MAX",
    "Registration.associations": BY_QUOTA, "RegistrationVersion.values": BY_QUOTA,
    "RegistrationVersion.denied_reasons": BY_REQUEST, "RegistrationVersion.reached": BY_NAME,
    "RequestState.answers": "ANSWERS_MAX", "RequestState.pages": "OPEN_PAGES_MAX", "Rule.match": BY_REQUEST,
    "SenderId.message_types": BY_NAME, "SnsTexts.preferences": BY_NAME, "Spend.overrides": BY_NAME,
    "Spend.max_limits": BY_NAME, "ThrottledCarriers._accepted": BY_NAME,
    "VerifiedDestinationNumber.codes_sent_at": BY_PERIOD, "WhatsAppAccount.event_destinations": BY_REQUEST,
    "WhatsAppAccount.templates": BY_QUOTA, "WhatsAppContent.payload": BY_REQUEST, "WhatsAppContent.error": BY_REQUEST,
    "WhatsAppContent.shown": BY_REQUEST, "WhatsAppContent.quoted": BY_REQUEST,
    "WhatsAppContent.reactions": "one of each side",
    "WhatsAppContent.choices": BY_REQUEST, "WhatsAppFlow.flow_categories": BY_REQUEST,
    "WhatsAppFlow.validation_errors": BY_REQUEST, "WhatsAppFlow.sends": BY_PERIOD,
    "WhatsAppNumber.call_settings": BY_REQUEST, "WhatsAppNumber.contacts": "CONTACTS_MAX",
    "WhatsAppNumber.calls": "CALLS_KEPT", "WhatsAppTemplate.components": BY_REQUEST, "WhatsAppTemplate.edits": BY_PERIOD,
    "World.handsets": "World.count_change", "World.reply_routes": "World.count_change", "World.scopes": "limits.scopes_kept",
    "World.stores": BY_NAME, "World.request_states": BY_NAME,
}  # fmt: skip
"""What keeps each container within limits that `bounds` does not list."""
PACKAGES = ("messaging.state", "services", "reporting", "telecom", "wire", "faults")


def holders():
    """Yield the classes of what a world is made of."""
    for package in PACKAGES:
        module = importlib.import_module(f"emulator.{package}")
        names = [each.name for each in pkgutil.walk_packages(getattr(module, "__path__", ()), f"emulator.{package}.")]
        for name in names or [module.__name__]:
            for member in vars(importlib.import_module(name)).values():
                is_own = isinstance(member, type) and member.__module__ == name and dataclasses.is_dataclass(member)
                if is_own and not member.__dataclass_params__.frozen:
                    yield member


def containers():
    """Return every attribute that may grow, as `Class.attribute`."""
    found = set()
    for holder in holders():
        for name, hint in typing.get_type_hints(holder).items():
            kinds = {typing.get_origin(hint), *(typing.get_origin(each) for each in typing.get_args(hint))}
            if typing.get_origin(hint) in (dict, list, deque, set) or (
                kinds & {dict, list, deque, set} and "None" in str(hint)
            ):
                found.add((holder, name))
    made = (
        MessagingStore("1", "us-east-1", "SANDBOX", NOW),
        EndUserMessagingStore("1", "us-east-1"),
        CognitoStore("1", "us-east-1"),
        Emulator().world,
    )
    for each in made:
        found |= {(type(each), name) for name, value in vars(each).items() if isinstance(value, dict | list | deque | set)}
    return found


def test_every_container_has_a_limit():
    """A new attribute that may grow is given a limit, or a reason why it needs none."""
    found = {f"{holder.__name__}.{name}" for holder, name in containers() if name not in bounds.BOUNDS.get(holder, {})}

    assert set(OTHERWISE) == found


def test_every_limit_is_of_something():
    """A limit names an attribute that is there."""
    known = {(holder, name) for holder, name in containers()}
    tables = {(EndUserMessagingStore, "code_configurations"), (EndUserMessagingStore, "brand_profiles")}

    listed = {(holder, name) for holder, limits in bounds.BOUNDS.items() for name in limits}
    assert tables == {(holder, name) for holder, name in listed if (holder, name) not in known}


def test_the_oldest_goes():
    """Of a dict, a list, a deque and a table alike."""
    table = Table(lambda row: (row,), KeyError)
    for number in range(MORE):
        table.add(str(number))
    rows = [dict.fromkeys(range(MORE)), list(range(MORE)), deque(range(MORE))]
    for each in (*rows, table):
        bounds.drop_oldest(each, FEW)

    assert [list(range(MORE - FEW, MORE))] * 3 == [list(each) for each in rows]
    assert [str(number) for number in range(MORE - FEW, MORE)] == list(table)
    assert "0" not in table


@pytest.fixture
def few(monkeypatch, sms):
    """Set the limit of an attribute to FEW, looked at after every request."""

    def limit(holder, name):
        look_always(monkeypatch, sms)
        monkeypatch.setitem(bounds.BOUNDS, holder, {**bounds.BOUNDS[holder], name: FEW})

    return limit


@pytest.fixture
def reach():
    """How `sms` is reached here."""
    return "mock"


def look_always(monkeypatch, sms):
    """Have it looked after every request and command whether too much is kept."""
    monkeypatch.setattr(bounds, "EVERY", 1)
    sms.world._until_bounds = 1


def store_of(sms):
    return next(iter(sms.world.messaging_stores))


def test_consent(few, sms, sms_client):
    """Of the records of consent the newest are kept."""
    few(MessagingStore, "consent")
    for number in range(MORE):
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=f"+1425555{number:04d}")

    kept = [row["number"] for row in sms.control("list_consent")["records"]]

    assert [f"+1425555{number:04d}" for number in range(MORE - FEW, MORE)] == kept


def test_opted_out_numbers(few, sms, sms_client):
    """Numbers on a list have a limit, a very large one."""
    few(OptOutList, "numbers")
    for number in range(MORE):
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=f"+1425555{number:04d}")

    assert FEW == len(sms_client.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"])
    assert bounds.OPT_OUTS >= 1_000_000


def test_sticky_senders(few, sms, sms_client, number):
    """Of the choices of a sender by recipient the newest are kept."""
    few(MessagingStore, "sticky")
    for place in range(MORE):
        send_text(sms_client, "Hi", f"+1425555{place:04d}")
        sms.settle()

    assert FEW >= len(store_of(sms).sticky) > 0
    assert f"+1425555{MORE - 1:04d}" in store_of(sms).sticky


def test_calls_of_version_1(few, sms, client, request_number):
    """Of the parameters of version 1's calls the newest are kept."""
    few(SmsVoiceStore, "calls")
    sender = request_number(NumberCapabilities=["VOICE"], NumberType="LONG_CODE")["PhoneNumber"]
    voice = client("pinpoint-sms-voice")
    sent = [
        voice.send_voice_message(
            DestinationPhoneNumber=f"+1425555{place:04d}",
            OriginationPhoneNumber=sender,
            Content={"PlainTextMessage": {"Text": "Hi", "LanguageCode": "en-US", "VoiceId": "Joanna"}},
        )["MessageId"]
        for place in range(MORE)
    ]

    (store,) = list(sms.world.stores["sms-voice"])
    assert sent[-FEW:] == list(store.calls)


class TestMessageLog:
    """The message log, whose items have times of their own."""

    @pytest.fixture
    def sms(self):
        """A world that keeps a message log."""
        with mock_sms(config={"limits": {"message_log_table": "messages"}}) as emulator:
            yield emulator

    def test_times_of_conversations(self, few, sms, sms_client, number):
        """Of the times of conversations the newest are kept."""
        few(Destinations, "_logged")
        for place in range(MORE):
            send_text(sms_client, "Hi", f"+1425555{place:04d}")
            sms.settle()

        kept = [f"+1425555{place:04d}#{number}" for place in range(MORE - FEW, MORE)]
        sms.control("show_clock")
        assert kept == list(sms.world.destinations._logged)


def test_handsets_and_routes(monkeypatch, sms):
    """Of the handsets, routes and faults that a test sets the newest are kept."""
    look_always(monkeypatch, sms)
    monkeypatch.setattr(bounds, "RECORDS", FEW)
    monkeypatch.setattr(bounds, "RESOURCES", FEW)
    for place in range(MORE):
        sms.control("change_handset", number=f"+1425555{place:04d}", outcome="DELIVERED")
        sms.control("change_reply_routes", number=f"+1206555{place:04d}", routes=[])

    assert (FEW, FEW) == (len(sms.world.handsets), len(sms.world.reply_routes))


class TestAccountsAndRegions:
    """State is there of so many accounts and regions; one more is refused, and leaves nothing."""

    @pytest.fixture
    def sms(self):
        """A world with few of them."""
        with mock_sms(config={"limits": {"scopes_kept": 2}}) as emulator:
            yield emulator

    def test_one_more_is_refused(self, sms, client):
        """The answer says so; those that are there go on, and a reset makes room."""
        for region in ("us-east-1", "eu-west-1"):
            client("pinpoint-sms-voice-v2", region=region).create_opt_out_list(OptOutListName="news")
        third = client("pinpoint-sms-voice-v2", region="eu-central-1")

        with pytest.raises(third.exceptions.ClientError, match="of 2 accounts and regions") as refused:
            third.describe_pools()

        assert "LimitExceededException" == refused.value.response["Error"]["Code"]
        assert 2 == len(sms.world.messaging_stores)
        client("pinpoint-sms-voice-v2").create_opt_out_list(OptOutListName="more")
        sms.reset()
        third.describe_pools()

    def test_by_a_command(self, sms):
        """A command of the control API is refused too."""
        sms.control("change_account", account="111111111111", tier="SANDBOX")
        sms.control("change_account", account="222222222222", tier="SANDBOX")

        with pytest.raises(InvalidArgument, match="of 2 accounts and regions"):
            sms.control("change_account", account="333333333333", tier="SANDBOX")

    def test_a_store_that_is_not_made(self):
        """Without a limit there are as many as are asked for."""
        stores = Stores(lambda account, region: object())

        for number in range(MORE):
            stores[str(number), "us-east-1"]
        assert MORE == len(stores)


def test_pending_timers(client):
    """On a clock that stands still, sends are refused when too much is pending; the sentence says what helps."""
    with mock_sms(clock="frozen", config={"limits": {"timers_kept": FEW}}) as sms:
        sms_client = client("pinpoint-sms-voice-v2")
        lease_number(sms_client)
        for place in range(FEW):
            send_text(sms_client, f"{place}")
        with pytest.raises(sms_client.exceptions.ClientError, match="advance or settle"):
            send_text(sms_client, "one more")

        sms.settle()
        send_text(sms_client, "again")


def test_cancelled_timers(monkeypatch):
    """A timer that was cancelled is not kept until it would have been due."""
    monkeypatch.setattr(kernel_clock, "CANCELLED_MAX", FEW)
    fired = []
    clock = Clock(NOW, fired.append)
    clock.schedule(timedelta(hours=1), "stays")
    for _ in range(100):
        clock.cancel(clock.schedule(timedelta(hours=2), "goes"))

    assert len(clock.snapshot()["_timers"]) <= FEW + 2
    clock.advance_to(NOW + timedelta(days=1))
    assert ["stays"] == fired


def delivery(target, number=0):
    return Delivery(Target("sqs", "123456789012", "us-east-1", target), f"message-{number}", "TEXT_DELIVERED", "x", "{}")


class TestOutbox:
    """Records that wait, and the targets that they wait for."""

    @pytest.fixture
    def aws(self):
        """A queue that takes everything."""

        class Queues:
            def send_messages(self, account, queue_arn, bodies):
                return [None] * len(bodies)

        return Queues()

    def test_a_target_for_which_nothing_waits_is_forgotten(self, aws):
        """However many targets there have been, few are kept."""
        box = Outbox(lambda *_: None, kept=10)
        for number in range(MORE):
            box.put(delivery(f"queue-{number}"))
            box.drain(aws)

        assert {} == box.snapshot()["_queues"]

    def test_too_many_targets(self, aws, monkeypatch):
        """What is for one more is dead at once, with the reason; so is what is too much for all together."""
        monkeypatch.setattr(outbox, "TARGETS_MAX", 2)
        box = Outbox(lambda *_: None, kept=100)
        for number in range(3):
            box.put(delivery(f"queue-{number}"))
        assert "more than 2 targets" in box.log[-1].error
        monkeypatch.setattr(outbox, "WAITING_MAX", 2)
        box.put(delivery("queue-0"))
        assert "for all targets" in box.log[-1].error

        box.drain(aws)

        assert ["DELIVERED", "DELIVERED", "DEAD", "DEAD"] == [each.status for each in box.log]
        assert len(box.snapshot()["_calls"]) == 2


def test_clients_of_other_services(monkeypatch):
    """Of the clients for other services, accounts and regions so many are kept."""
    monkeypatch.setattr(AwsClients, "_new_client", lambda self, *key: object())
    aws = AwsClients(utc_now)
    for number in range(CLIENTS_MAX + MORE):
        aws.client("sns", f"{number:012d}", "us-east-1")

    assert CLIENTS_MAX == len(aws._clients)
    assert aws.client("sns", f"{CLIENTS_MAX:012d}", "us-east-1") is aws.client("sns", f"{CLIENTS_MAX:012d}", "us-east-1")


def test_files_of_messages(monkeypatch, sms, client, sms_client, request_number):
    """The files of all messages together have a limit: the oldest messages with files go first, texts stay."""
    monkeypatch.setattr(retention, "FILE_BYTES_MAX", 3000)
    request_number(NumberCapabilities=["SMS", "MMS"], NumberType="TOLL_FREE")
    s3 = client("s3")
    s3.create_bucket(Bucket="media")
    s3.put_object(Bucket="media", Key="a.png", Body=b"\x89PNG\r\n\x1a\n" + bytes(992), ContentType="image/png")
    text = send_text(sms_client, "stays")
    sent = []
    for _ in range(6):
        answer = sms_client.send_media_message(
            DestinationPhoneNumber=HANDSET, OriginationIdentity=pick(sms_client), MediaUrls=["s3://media/a.png"]
        )
        sent.append(answer["MessageId"])
        sms.settle()

    kept = [message.message_id for message in sms.inbox.messages()]
    assert text in kept
    assert sent[-3:] == [each for each in kept if each in sent][-3:]
    assert 3 <= len([each for each in kept if each in sent]) <= 4


def pick(sms_client):
    (row,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    return row["PhoneNumberId"]
