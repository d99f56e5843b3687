"""
Every record against a JSON Schema written from the members that AWS documents: types, order, what is there only sometimes.

Sources: configuration-sets-event-format.html, monitor-event-bridge.html
"""

import json
from datetime import datetime, timedelta, timezone

import pytest
from jsonschema import Draft202012Validator

from emulator.messaging.state.content import Content
from emulator.messaging.state.messages import Charge, HistoryEntry, Message, Origin
from emulator.reporting.records import voice_record
from emulator.testing import HANDSET

MILLISECONDS = {"type": "integer", "minimum": 10**12, "maximum": 10**14}
TEXT = {"type": "string", "minLength": 1}
UUID = {"type": "string", "pattern": r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"}
COUNTRY = {"type": "string", "pattern": r"\A[A-Z]{2}\Z"}
DOLLARS = {"type": "number", "minimum": 0}
CONTEXT = {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1}
STATUSES = (
    "PENDING QUEUED SUCCESSFUL DELIVERED INVALID INVALID_MESSAGE UNREACHABLE CARRIER_UNREACHABLE BLOCKED CARRIER_BLOCKED"
    " SPAM UNKNOWN TTL_EXPIRED PROTECT_BLOCKED"
).split()
CALL_ENDS = ("COMPLETED", "BUSY", "NO_ANSWER", "FAILED", "TTL_EXPIRED")
CALL_STATUSES = ("INITIATED", "RINGING", "ANSWERED", *CALL_ENDS)
PROTECTION = {
    "type": "object",
    "required": ["protectConfigurationId", "protectStatus"],
    "additionalProperties": False,
    "properties": {
        "protectConfigurationId": {"type": "string", "pattern": r"\Aprotect-[0-9a-f]{32}\Z"},
        "protectStatus": {"enum": ["ALLOW", "BLOCK", "MONITOR", "FILTER"]},
    },
}
ASSESSMENT = {
    "type": "object",
    "required": ["protectRecommendation"],
    "additionalProperties": False,
    "properties": {
        "protectRecommendation": {"enum": ["ALLOW", "BLOCK"]},
        "protectInsights": {"type": "object", "properties": {"blockReason": {"const": "AIT_SUSPECTED"}}},
    },
}

TEXT_MEMBERS = {
    "eventType": {"enum": [f"TEXT_{status}" for status in STATUSES]},
    "eventVersion": {"const": "1.0"},
    "eventTimestamp": MILLISECONDS,
    "isFinal": {"type": "boolean"},
    "originationPhoneNumber": TEXT,
    "destinationPhoneNumber": {"type": "string", "pattern": r"\A\+[1-9][0-9]+\Z"},
    "isoCountryCode": COUNTRY,
    "isInternationalSend": {"type": "boolean"},
    "mcc": TEXT,
    "mnc": TEXT,
    "carrierName": TEXT,
    "messageId": UUID,
    "messageRequestTimestamp": MILLISECONDS,
    "messageEncoding": {"enum": ["GSM", "UNICODE"]},
    "messageType": {"enum": ["TRANSACTIONAL", "PROMOTIONAL"]},
    "messageStatus": {"enum": STATUSES},
    "messageStatusDescription": TEXT,
    "context": CONTEXT,
    "totalMessageParts": {"type": "integer", "minimum": 1},
    "totalMessagePrice": DOLLARS,
    "totalCarrierFee": DOLLARS,
    "protectConfiguration": PROTECTION,
    "protectConfigurationAssessment": ASSESSMENT,
}
"""In AWS's order."""
TEXT_SOMETIMES = {"mcc", "mnc", "carrierName", "context", "protectConfiguration", "protectConfigurationAssessment"}

VOICE_MEMBERS = {
    "eventType": {"enum": [f"VOICE_{status}" for status in CALL_STATUSES]},
    "eventVersion": {"const": "1.0"},
    "eventTimestamp": MILLISECONDS,
    "isFinal": {"type": "boolean"},
    "originationPhoneNumber": TEXT,
    "destinationPhoneNumber": TEXT,
    "isoCountryCode": COUNTRY,
    "messageId": UUID,
    "messageRequestTimestamp": MILLISECONDS,
    "messageStatus": {"enum": list(CALL_STATUSES)},
    "callDurationInSeconds": {"type": "integer", "minimum": 0},
    "totalDurationInMinutes": {"type": "integer", "minimum": 0},
    "totalMessagePrice": DOLLARS,
    "context": CONTEXT,
}
CLOSING = {"callDurationInSeconds", "totalDurationInMinutes", "totalMessagePrice"}
VOICE_SOMETIMES = CLOSING | {"context"}

ENVELOPE_MEMBERS = {
    "version": {"const": "0"},
    "id": UUID,
    "detail-type": {"const": "Text Message Delivery Status Updated"},
    "source": {"const": "aws.sms-voice"},
    "account": {"const": "123456789012"},
    "time": {"type": "string", "pattern": r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z"},
    "region": {"const": "us-east-1"},
    "resources": {"type": "array", "maxItems": 0},
    "detail": {"type": "object"},
}


def schema(members, sometimes=frozenset()):
    """An object of exactly these members."""
    required = [name for name in members if name not in sometimes]
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


TEXT_RECORD = schema(TEXT_MEMBERS, TEXT_SOMETIMES)
VOICE_RECORD = schema(VOICE_MEMBERS, VOICE_SOMETIMES) | {
    "if": {"properties": {"messageStatus": {"enum": list(CALL_ENDS)}}},
    "then": {"required": sorted(CLOSING), "properties": {"isFinal": {"const": True}}},
    "else": {
        "not": {"anyOf": [{"required": [name]} for name in sorted(CLOSING)]},
        "properties": {"isFinal": {"const": False}},
    },
}
ENVELOPE = schema(ENVELOPE_MEMBERS, {"account"})
"""The account is always there in AWS; the embedded EventBridge leaves it out of what a queue gets, and has its own order."""

FINAL = [status for status in STATUSES if status not in ("PENDING", "QUEUED", "SUCCESSFUL", "PROTECT_BLOCKED")]
"""What a route can end a text in; only a protect configuration ends it as PROTECT_BLOCKED."""


def check(wanted, members, record):
    """The record fits the schema, and its members come in the documented order."""
    broken = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(wanted).iter_errors(record)]
    assert [] == broken
    assert [name for name in members if name in record] == list(record)


# --- Texts ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def records_of(sms, send_text, event_set, topic_with_queue):
    """Sends a text, and gives the records of it that reached the queue."""

    def send(**members):
        message_id = send_text(**{"ConfigurationSetName": event_set} | members)
        sms.settle()
        return [record for record in topic_with_queue[1]() if record["messageId"] == message_id]

    return send


@pytest.mark.parametrize("status", FINAL)
def test_text_record_of_every_end(sms, records_of, status):
    """Whatever a text ends in, its last record is final, of that type, fits the schema, and has nothing optional."""
    sms.handset(HANDSET).behave(outcome=status)

    *_, last = records_of()

    check(TEXT_RECORD, TEXT_MEMBERS, last)
    assert (f"TEXT_{status}", status, True) == (last["eventType"], last["messageStatus"], last["isFinal"])
    assert set(TEXT_MEMBERS) - TEXT_SOMETIMES == set(last)


def test_first_record_of_a_delivered_text_is_not_final(records_of):
    """A long code's SUCCESSFUL has a DELIVERED after it, and says so."""
    records = records_of()

    for record in records:
        check(TEXT_RECORD, TEXT_MEMBERS, record)
    assert [("SUCCESSFUL", False), ("DELIVERED", True)] == [(r["messageStatus"], r["isFinal"]) for r in records]


def test_text_record_with_carrier_and_context(sms, records_of):
    """The carrier's name and the request's context are there when there are any."""
    sms.handset(HANDSET).behave(carrier="Movistar")

    for record in records_of(Context={"order": "17"}):
        check(TEXT_RECORD, TEXT_MEMBERS, record)
        assert ("Movistar", {"order": "17"}) == (record["carrierName"], record["context"])


@pytest.mark.parametrize(
    ("mode", "outcome", "expected"),
    [
        ("ALLOW", "DELIVERED", ("DELIVERED", None)),
        ("MONITOR", "DELIVERED", ("DELIVERED", {"protectRecommendation": "ALLOW"})),
        (
            "MONITOR",
            "PROTECT_BLOCKED",
            ("DELIVERED", {"protectRecommendation": "BLOCK", "protectInsights": {"blockReason": "AIT_SUSPECTED"}}),
        ),
        (
            "FILTER",
            "PROTECT_BLOCKED",
            ("PROTECT_BLOCKED", {"protectRecommendation": "BLOCK", "protectInsights": {"blockReason": "AIT_SUSPECTED"}}),
        ),
    ],
)
def test_text_record_under_a_protect_configuration(sms, sms_client, records_of, mode, outcome, expected):
    """The protect configuration is named; where a country is monitored or filtered, with the assessment."""
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id,
        NumberCapability="SMS",
        CountryRuleSetUpdates={"US": {"ProtectStatus": mode}},
    )
    sms.handset(HANDSET).behave(outcome=outcome)

    *_, last = records_of(ProtectConfigurationId=protect_id)

    check(TEXT_RECORD, TEXT_MEMBERS, last)
    assert {"protectConfigurationId": protect_id, "protectStatus": mode} == last["protectConfiguration"]
    assert expected == (last["messageStatus"], last.get("protectConfigurationAssessment"))


# --- Calls ------------------------------------------------------------------------------------------------------------

CALLER = "+12065550100"
BEGAN = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
ANSWERED_AFTER = 7


def call(status, length=0, context=None):
    """A call that ended or stands in `status`, `length` seconds after it was answered: message and last entry."""
    story = ["INITIATED", "RINGING", "ANSWERED"] if status == "COMPLETED" else ["INITIATED", "RINGING"]
    passed = {"INITIATED": 1, "RINGING": 2, "ANSWERED": ANSWERED_AFTER}
    history = [HistoryEntry(name, BEGAN + timedelta(seconds=passed[name]), None, False, "voice", CALLER) for name in story]
    if status in story:
        history = history[: story.index(status)]
    ended = BEGAN + timedelta(seconds=ANSWERED_AFTER + length)
    history.append(HistoryEntry(status, ended, None, status in CALL_ENDS, "voice", CALLER))
    message = Message(
        message_id="0e0d2c70-4f55-4f0b-9d61-25a4d3d7c3b1",
        account="123456789012",
        region="us-east-1",
        channel="voice",
        direction="outbound",
        origin=Origin(CALLER, "LONG_CODE"),
        to=HANDSET,
        content=Content("Hello", "GSM", 1),
        status=status,
        requested_at=BEGAN,
        operation="SendVoiceMessage",
        country="US",
        charge=Charge(price=1300),
        final=status in CALL_ENDS,
        context=context,
        history=tuple(history),
    )
    return message, history[-1]


@pytest.mark.parametrize("status", CALL_STATUSES)
def test_voice_record_of_every_status(status):
    """A call's record has what it took and cost only in its closing one, and no parts, encoding or description at all."""
    record = json.loads(json.dumps(voice_record(*call(status))))

    check(VOICE_RECORD, VOICE_MEMBERS, record)
    assert (status in CALL_ENDS) == record["isFinal"] == (set(record) >= CLOSING)


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (59, 1), (60, 1), (61, 2)])
def test_started_minutes_are_counted(seconds, minutes):
    """A call's length is in seconds from the answer, and in minutes that have begun."""
    record = voice_record(*call("COMPLETED", seconds, {"order": "17"}))

    check(VOICE_RECORD, VOICE_MEMBERS, record)
    assert (seconds, minutes, 0.013) == tuple(record[name] for name in VOICE_MEMBERS if name in CLOSING)
    assert {"order": "17"} == record["context"]


# --- EventBridge ------------------------------------------------------------------------------------------------------


def test_envelope_of_eventbridge(sms, send_text, on_bus):
    """Without a configuration set a rule of the default bus gets each event, less destination number and context."""
    message_id = send_text(Context={"order": "17"})

    sms.settle()
    envelopes = on_bus()
    for envelope in envelopes:
        # The embedded EventBridge adds a member of its own.
        envelope.pop("ingestion-time", None)
        check(ENVELOPE, list(envelope), envelope)
    for envelope, record in zip(envelopes, sms.events.records(message_id=message_id), strict=True):
        wanted = {name: value for name, value in record.items() if name not in ("destinationPhoneNumber", "context")}
        assert list(wanted.items()) == list(envelope["detail"].items())
        seconds = datetime.fromisoformat(envelope["time"].replace("Z", "+00:00")).timestamp()
        assert record["eventTimestamp"] // 1000 == seconds
