"""Requests and commands in any order, on every channel: only modelled errors, nothing lost, always the same result."""

import json
from collections import Counter
from datetime import datetime, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator import Emulator
from emulator.control.errors import InvalidArgument, NotFound
from emulator.services.sms_voice_v2.service import service
from emulator.wire.http import Request

TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"
START = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HANDSETS = ["+14255550101", "+14255550102", "+4915123456789", "+919876543210", "+12"]
OUTCOMES = ["DELIVERED", "BLOCKED", "NO_RECEIPT", "UNDELIVERABLE", "BUSY", "PROTECT_BLOCKED", "TTL_EXPIRED"]
US = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL"}
SCOPE = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
HEADERS = {"content-type": "application/x-amz-json-1.0", "authorization": SCOPE}
RICH = {"Content": {"TextMessage": {"Body": "Rich"}}}


class Story:
    """A small account, and what can be done to it; every answer and record is kept as it came."""

    def __init__(self):
        self.sms = Emulator(seed=3, start=START, clock="frozen")
        self.told, self.accepted = [], []
        # Nothing of the embedded services is looked at here, and they would take most of the time.
        self.sms.aws.publish = self.receive
        self.sms.aws.put_metric_data = self.sms.aws.evaluate_alarms = lambda *_: None
        self.sms.aws.event_rules = lambda: ()
        self.records = []
        self.number = self.ask("RequestPhoneNumber", **US, NumberType="TEN_DLC", NumberCapabilities=["SMS", "MMS"])
        self.caller = self.ask("RequestPhoneNumber", **US, NumberType="LONG_CODE", NumberCapabilities=["VOICE"])
        self.agent = self.ask("CreateRcsAgent")["RcsAgentId"]
        self.ask("RequestSenderId", SenderId="SHOP", IsoCountryCode="DE")
        self.pool = self.ask("CreatePool", OriginationIdentity=self.number["PhoneNumberId"], MessageType="TRANSACTIONAL")
        self.ask("CreateConfigurationSet", ConfigurationSetName="events")
        sink = {"EventDestinationName": "to-sns", "SnsDestination": {"TopicArn": TOPIC}}
        self.ask("CreateEventDestination", ConfigurationSetName="events", MatchingEventTypes=["ALL"], **sink)

    def receive(self, account, topic_arn, messages):
        """The topic."""
        self.records += messages
        return [None] * len(messages)

    def ask(self, operation, **members):
        """The answer of an operation; it may be refused, by an error that is modelled for it."""
        headers = HEADERS | {"x-amz-target": f"PinpointSMSVoiceV2.{operation}"}
        response = self.sms.handle(Request("POST", "/", headers, json.dumps(members).encode()))
        self.told.append(response.body)
        answer = json.loads(response.body)
        if response.status != 200:
            modelled = {shape.name for shape in service.model.operation_model(operation).error_shapes}
            assert answer["__type"].rpartition("#")[2] in modelled, f"{operation} answered {response.body}"
            assert response.status < 500
        return answer

    def send(self, operation, to, **members):
        """Send, and remember what was accepted."""
        answer = self.ask(operation, DestinationPhoneNumber=to, ConfigurationSetName="events", **members)
        if "MessageId" in answer:
            self.accepted.append(answer["MessageId"])

    def order(self, command, **members):
        """Execute a control command, which may not be possible at that time."""
        try:
            self.told.append(repr(self.sms.control(command, **members)).encode())
        except (InvalidArgument, NotFound) as error:
            self.told.append(str(error).encode())

    def do(self, what, pick):
        """One step."""
        to, outcome = HANDSETS[pick % len(HANDSETS)], OUTCOMES[pick % len(OUTCOMES)]
        number, caller, pool = self.number["PhoneNumber"], self.caller["PhoneNumber"], self.pool["PoolId"]
        fallback = {"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number}
        last = self.accepted[-1 - pick % len(self.accepted)] if self.accepted else "none"
        steps = {
            "text": lambda: self.send("SendTextMessage", to, MessageBody="Hi"),
            "text by number": lambda: self.send("SendTextMessage", to, MessageBody="Hi", OriginationIdentity=number),
            "text by pool": lambda: self.send("SendTextMessage", to, MessageBody="Hi", OriginationIdentity=pool),
            "text by name": lambda: self.send("SendTextMessage", to, MessageBody="Hi", OriginationIdentity="SHOP"),
            "picture": lambda: self.send("SendMediaMessage", to, MessageBody="Look", OriginationIdentity=number),
            "call": lambda: self.send("SendVoiceMessage", to, MessageBody="Hi", OriginationIdentity=caller),
            "rich": lambda: self.send("SendRcsMessage", to, RcsMessageContent=RICH, OriginationIdentity=self.agent),
            "rich with fallback": lambda: self.send(
                "SendRcsMessage",
                to,
                RcsMessageContent=RICH,
                OriginationIdentity=self.agent,
                FallbackConfiguration=fallback,
                TimeToLive=5 + pick,
            ),
            "feedback": lambda: self.ask("PutMessageFeedback", MessageId=last, MessageFeedbackStatus="RECEIVED"),
            "join": lambda: self.ask("AssociateOriginationIdentity", PoolId=pool, OriginationIdentity=self.agent),
            "leave": lambda: self.ask("DisassociateOriginationIdentity", PoolId=pool, OriginationIdentity=self.agent),
            "opt out": lambda: self.ask("PutOptedOutNumber", OptOutListName="Default", OptedOutNumber=to),
            "opt in": lambda: self.ask("DeleteOptedOutNumber", OptOutListName="Default", OptedOutNumber=to),
            "register": lambda: self.ask("CreateRegistration", RegistrationType="US_RCS_LAUNCH_REGISTRATION"),
            "delete agent": lambda: self.ask("DeleteRcsAgent", RcsAgentId=self.agent),
            "behave": lambda: self.order("change_handset", number=to, outcome=outcome),
            "no rcs": lambda: self.order("change_handset", number=to, rcs=False),
            "rule": lambda: self.order("change_rules", rules=[{"outcome": outcome, "times": 2, "via": ["QUEUED"]}]),
            "reply": lambda: self.order("receive_message", number=to, to=number, body="STOP"),
            "press": lambda: self.order("press_keys", message_id=last, digits="1"),
            "hang up": lambda: self.order("hang_up", message_id=last),
            "topic fails": lambda: self.order("change_faults", faults=[{"error": "500", "service": "sns", "times": 3}]),
            "wait": lambda: self.sms.clock.advance(seconds=3**pick),
        }
        steps[what]()

    def end(self):
        """Settle, and return all that was answered, reported and received."""
        self.sms.settle()
        self.told += [body.encode() for body in self.records]
        return b"\n".join(self.told)


STEPS = (
    "text,text by number,text by pool,text by name,picture,call,rich,rich with fallback,feedback,join,leave,opt out,opt in"
    ",register,delete agent,behave,no rcs,rule,reply,press,hang up,topic fails,wait"
).split(",")


def tell(steps):
    """A story with these steps, to its end."""
    story = Story()
    for what, pick in steps:
        story.do(what, pick)
    return story, story.end()


@settings(max_examples=40, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 8)), min_size=5, max_size=30))
def test_nothing_breaks_is_lost_or_left_to_chance(steps):
    """Every refusal is modelled, every accepted message ends and is reported once, and a second run is the same."""
    story, told = tell(steps)

    records = [json.loads(body) for body in story.records]
    ended = {message.message_id: message.final for message in story.sms.inbox.messages() if message.direction == "outbound"}
    finals = Counter(record["messageId"] for record in records if record["isFinal"])
    assert dict.fromkeys(story.accepted, True) == {message_id: ended.get(message_id) for message_id in story.accepted}
    assert dict.fromkeys(story.accepted, 1) == {message_id: finals[message_id] for message_id in story.accepted}
    assert told == tell(steps)[1]
