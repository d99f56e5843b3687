"""A world that is taken out in the middle of a story, and put back elsewhere, goes on as if nothing had happened."""

import json
import re
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from moto import mock_aws

from emulator import Emulator, __version__, mock_sms
from emulator.control.errors import InvalidArgument
from emulator.control.state import digest_of
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Stores
from emulator.testing import HANDSET, PNG, fill_registration
from emulator.wire.models import load_model

START = datetime(2026, 9, 21, 12, 0, tzinfo=timezone.utc)
MENU = {
    "start": "menu",
    "steps": {
        "menu": {"say": "{message}", "gather_digits": 1, "gather_seconds": 60, "on": {"1": "bye"}},
        "bye": {"say": "Bye."},
    },
}
US = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL"}
HAS_RCS = "SendRcsMessage" in load_model("pinpoint-sms-voice-v2").operation_names


class Story:
    """Two halves; what is made in the first is asked for in the second. Every answer is noted as it came."""

    def __init__(self):
        self.sms_voice = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        self.pinpoint = boto3.client("pinpoint", region_name="us-east-1")
        self.sns = boto3.client("sns", region_name="us-east-1")
        self.names = {}
        self.said = []

    def say(self, operation, client=None, **members):
        """One call; its answer is noted."""
        answer = getattr(client or self.sms_voice, operation)(**members)
        self.said.append((operation, answer))
        return answer

    def send(self, operation="send_text_message", body="Hi", **members):
        """A message from the number; gives its id."""
        wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": self.names["number"]} | members
        if operation != "send_media_message" or body != "Hi":
            wanted["MessageBody"] = body
        return self.say(operation, **wanted)["MessageId"]

    def begin(self, sms):
        """Resources, rules, a message by every channel that is on its way, a call that waits for keys, a full outbox."""
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="pictures")
        s3.put_object(Bucket="pictures", Key="red.png", Body=PNG)
        number = self.say(
            "request_phone_number",
            **US,
            NumberCapabilities=["SMS", "MMS", "VOICE"],
            NumberType="TOLL_FREE",
            ClientToken="once",
        )
        self.say("request_phone_number", **US, NumberCapabilities=["SMS"], NumberType="TEN_DLC")
        self.names["number"] = number["PhoneNumberId"]
        self.say("create_pool", OriginationIdentity=number["PhoneNumberId"], MessageType="TRANSACTIONAL")
        self.say("put_keyword", OriginationIdentity=number["PhoneNumberId"], Keyword="OPEN", KeywordMessage="9 to 5")
        self.say("create_configuration_set", ConfigurationSetName="events")
        self.say(
            "create_event_destination",
            ConfigurationSetName="events",
            EventDestinationName="nowhere",
            MatchingEventTypes=["ALL"],
            SnsDestination={"TopicArn": "arn:aws:sns:us-east-1:123456789012:nowhere"},
        )
        self.say("create_verified_destination_number", DestinationPhoneNumber=HANDSET)
        self.say("create_protect_configuration")
        sms.carriers.rule("SPAM", contains="Text", times=2)
        sms.faults.add("ThrottlingException", operation="DescribeKeywords", times=1, probability=0.5)
        sms.control("change_instructions", number=number["PhoneNumber"], instructions=MENU)
        sms.devices.put("token", platform="GCM", phone_number=HANDSET)
        self.names["call"] = self.send("send_voice_message", "Press 1.")
        sms.clock.advance(seconds=20)
        for index in range(3):
            self.names["text"] = self.send(body=f"Text {index}", ConfigurationSetName="events", MessageFeedbackEnabled=True)
        sms.clock.advance(seconds=3)
        self.send(body="Late", ConfigurationSetName="events")
        self.send("send_media_message", MediaUrls=["s3://pictures/red.png"], ConfigurationSetName="events")
        self.say("publish", self.sns, PhoneNumber=HANDSET, Message="By SNS")
        self.begin_push_and_notify()
        if HAS_RCS:
            self.names["agent"] = self.say("create_rcs_agent")["RcsAgentId"]
            sms.clock.advance(seconds=1)
            self.send_rich("Rich")
        registration = self.say("create_registration", RegistrationType="US_TOLL_FREE_REGISTRATION")
        self.names["page"] = self.say("describe_phone_numbers", MaxResults=1)["NextToken"]
        self.names["registration"] = registration["RegistrationId"]
        # Here, since boto3 itself draws a token for each upload.
        fill_registration(self.sms_voice, self.names["registration"])

    def begin_push_and_notify(self):
        """An application with a push under way and a one-time code, and a code by Notify."""
        app_id = self.say("create_app", self.pinpoint, CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"][
            "Id"
        ]
        self.names["app"] = app_id
        channel = {"ServiceJson": "{}", "Enabled": True}
        self.say("update_gcm_channel", self.pinpoint, ApplicationId=app_id, GCMChannelRequest=channel)
        self.push()
        configuration = self.say(
            "create_notify_configuration",
            DisplayName="Codes",
            UseCase="CODE_VERIFICATION",
            EnabledChannels=["SMS"],
            DefaultTemplateId="notify-code-verification-english-001",
        )
        self.names["notify"] = configuration["NotifyConfigurationId"]

    def push(self):
        """A notification to the device."""
        message = {"DefaultPushNotificationMessage": {"Title": "Hi", "Body": "There"}}
        request = {"Addresses": {"token": {"ChannelType": "GCM"}}, "MessageConfiguration": message}
        self.say("send_messages", self.pinpoint, ApplicationId=self.names["app"], MessageRequest=request)

    def send_rich(self, body):
        """A message from the agent."""
        content = {"Content": {"TextMessage": {"Body": body}}}
        wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": self.names["agent"]}
        self.say("send_rcs_message", **wanted, RcsMessageContent=content)

    def end(self, sms):
        """Go on with all of it until nothing is pending; gives all that can be seen of the world then."""
        self.said.clear()
        sms.control("press_keys", message_id=self.names["call"], digits="1")
        self.say("describe_phone_numbers", NextToken=self.names["page"], MaxResults=1)
        again = {"NumberCapabilities": ["SMS", "MMS", "VOICE"], "NumberType": "TOLL_FREE"}
        self.say("request_phone_number", **US, **again, ClientToken="once")
        for index in range(3):
            self.send(body=f"Text {index}", ConfigurationSetName="events")
        self.say("put_message_feedback", MessageId=self.names["text"], MessageFeedbackStatus="RECEIVED")
        self.push()
        wanted = {"NotifyConfigurationId": self.names["notify"], "DestinationPhoneNumber": HANDSET}
        self.say("send_notify_text_message", **wanted, TemplateVariables={"code": "123456"})
        registration = {"RegistrationId": self.names["registration"]}
        self.say("create_registration_association", **registration, ResourceId=self.names["number"])
        self.say("submit_registration_version", **registration)
        if HAS_RCS:
            self.send_rich("Again")
        sms.clock.advance(minutes=2)
        self.said += [sms.handset(HANDSET).reply("OPEN"), sms.handset(HANDSET).reply("STOP", to=None)]
        sms.settle()
        self.say("describe_spend_limits")
        self.say("describe_registrations")
        self.said += [sms.events.records(), sms.events.deliveries(), sms.costs(), sms.control("search_messages", limit=1000)]
        # Of the AWS services around only their answers differ: an id that SNS has drawn.
        return json.dumps(self.said, default=str), sms.state()


@pytest.fixture
def outside():
    """The AWS services around."""
    with mock_aws():
        yield


@pytest.fixture
def told(outside):
    """The first half of a story: it, and the state that it was left in."""
    with mock_sms(seed=7, start=START, clock="frozen") as sms:
        story = Story()
        story.begin(sms)
        yield story, sms, sms.state()


def test_two_worlds_go_on_the_same(told):
    """A state that is restored into another world, by way of text, answers the same calls the same, byte for byte."""
    story, sms, state = told
    said, last = story.end(sms)

    with mock_sms(seed=8, start=START + timedelta(days=9), profile="strict") as other:
        other.restore(json.loads(json.dumps(state, sort_keys=True)))
        again = other.state()
        said_again, last_again = story.end(other)

    assert state == again
    assert said == said_again
    assert last == last_again
    assert {"sms", "mms", "voice", "push"} <= set(re.findall(r'"channel": "(\w+)"', said))
    assert ("rcs" in re.findall(r'"channel": "(\w+)"', said)) == HAS_RCS


def test_the_present_world_can_go_back(told):
    """A world that has gone on is what it was, when its own state is restored."""
    story, sms, state = told
    first = story.end(sms)

    sms.restore(state)

    assert state == sms.state()
    assert first == story.end(sms)


def test_an_empty_world_has_a_state():
    """A fresh world can be kept too, and a used one becomes it."""
    sms = Emulator(seed=7, start=START)
    empty = sms.state()
    sms.handset(HANDSET).behave(outcome="BLOCKED")
    sms.clock.advance(days=1)

    sms.restore(empty)

    assert empty == sms.state()
    assert "DELIVERED" != sms.control("show_handset", number=HANDSET)["outcome"] is None


def signed(world):
    """A state of this version that says whatever it likes."""
    return {"version": __version__, "digest": digest_of(world), "state": world}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda state: state | {"version": "0.0.9"}, "version"),
        (lambda state: state | {"digest": "0" * 32}, "digest"),
        (lambda state: state | {"state": {"dict": state["state"]["dict"][:-1]}}, "digest"),
        (lambda state: {name: state[name] for name in ("version", "digest")}, "state"),
        (lambda state: state | {"more": 1}, "more"),
        (lambda state: [state], None),
        (lambda state: signed({"dict": []}), "state"),
        (lambda state: signed({"dict": state["state"]["dict"][:-1]}), "state"),
        (lambda state: signed({"ref": 1}), "state"),
        (lambda state: signed({"function": "print"}), "state"),
        (lambda state: signed({"type": "front.server.Server", "members": {}}), "state"),
        (lambda state: signed({"type": "telecom.handsets.Handset", "members": {"number": HANDSET}}), "state"),
        (lambda state: signed({"time": "yesterday"}), "state"),
        (lambda state: signed([1]), "state"),
        (lambda state: signed(None), "state"),
    ],
)
def test_what_is_no_state_is_refused(change, field):
    """A state of another version, one that was cut or edited, and anything else is refused; nothing changes."""
    sms = Emulator(seed=7, start=START, clock="frozen")
    sms.handset(HANDSET).behave(outcome="BLOCKED")
    before = sms.state()

    with pytest.raises(InvalidArgument) as refused:
        sms.restore(change(json.loads(json.dumps(before))))

    assert field == refused.value.field
    assert before == sms.state()


def parts(kept):
    """A kept object, and all that it keeps which is kept too."""
    yield kept
    for name in kept.SNAPSHOT_FIELDS or vars(kept):
        part = getattr(kept, name)
        for item in (part, *(part.values() if isinstance(part, dict) else ()), *(part if isinstance(part, Stores) else ())):
            if isinstance(item, Snapshotable):
                yield from parts(item)


WIRING = {
    "World": {"_counted", "_dropped", "_until_bounds", "bus", "messaging_stores", "run_due", "scopes", "settings"},
    "Clock": {"_fire", "fired"},
    "Seeds": {"seed", "_key"},
    "Carriers": {"seeds"},
    "Faults": {"seeds"},
    "Outbox": {"_kept", "_lock", "_raise_fault", "_sending_here", "_threads", "send_batch", "stopped"},
    "EventLog": set(),
    "Metrics": {"_flushing", "stores"},
    "Destinations": {"event_rules", "message_log_table", "outbox", "routes", "stores"},
    "Charges": set(),
}
"""What objects have beside what a state holds of them: that which they were given when the world was made."""


def test_all_but_the_wiring_is_kept():
    """A member that is new to the world is in its state, or is named here as one that needs not be."""
    sms = Emulator(seed=7, start=START)
    left_out = {}
    for part in parts(sms.world):
        if type(part).SNAPSHOT_FIELDS:
            members = getattr(type(part), "__dataclass_fields__", None) or vars(part)
            left_out[type(part).__name__] = set(members) - set(part.SNAPSHOT_FIELDS)

    assert WIRING == left_out
