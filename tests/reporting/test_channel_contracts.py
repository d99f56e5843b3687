"""
The records of pictures, RCS and registrations against JSON Schemas written from the members that AWS documents.

Sources: configuration-sets-event-format.html, nx-features-messaging-events.html, monitor-event-bridge.html
"""

import pytest
from jsonschema import Draft202012Validator

from emulator.control.errors import InvalidArgument
from emulator.testing import HANDSET, fill_registration

pytestmark = pytest.mark.parametrize("reach", ["mock"], indirect=True)
"""A record does not depend on the way in, and there are many."""

MILLISECONDS = {"type": "integer", "minimum": 10**12, "maximum": 10**14}
TEXT = {"type": "string", "minLength": 1}
UUID = {"type": "string", "pattern": r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"}
COUNTRY = {"type": "string", "pattern": r"\A[A-Z]{2}\Z"}
DOLLARS = {"type": "number", "minimum": 0}
AGENT = {"type": "string", "pattern": r"\Arcs-[0-9a-f]{32}\Z"}
PROTECTION = {
    "type": "object",
    "required": ["protectConfigurationId", "protectStatus"],
    "properties": {"protectConfigurationId": TEXT, "protectStatus": {"enum": ["ALLOW", "BLOCK", "MONITOR", "FILTER"]}},
}


def message_members(family, more, ends):
    """The members of a record of one family, in AWS's order; `more` are its own, by the member that they follow."""
    return {
        "eventType": {"type": "string", "pattern": rf"\A{family}_[A-Z_]+\Z"},
        "eventVersion": {"const": "1.0"},
        "eventTimestamp": MILLISECONDS,
        "isFinal": {"type": "boolean"},
        "originationPhoneNumber": TEXT,
        "destinationPhoneNumber": {"type": "string", "pattern": r"\A\+[1-9][0-9]+\Z"},
        "isoCountryCode": COUNTRY,
        "isInternationalSend": {"type": "boolean"},
        "carrierName": TEXT,
        "messageId": UUID,
        "messageRequestTimestamp": MILLISECONDS,
        **more,
        "messageType": {"enum": ["TRANSACTIONAL", "PROMOTIONAL"]},
        "messageStatus": {"enum": ends},
        "messageStatusDescription": TEXT,
        "context": {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 1},
        "totalMessageParts": {"const": 1},
        "totalMessagePrice": DOLLARS,
        "totalCarrierFee": DOLLARS,
        "protectConfiguration": PROTECTION,
        "protectConfigurationAssessment": {"type": "object", "required": ["protectRecommendation"]},
    }


MEDIA_ENDS = (
    "DELIVERED SUCCESSFUL INVALID INVALID_MESSAGE UNREACHABLE CARRIER_UNREACHABLE BLOCKED CARRIER_BLOCKED SPAM UNKNOWN"
    " TTL_EXPIRED FILE_INACCESSIBLE FILE_TYPE_UNSUPPORTED FILE_SIZE_EXCEEDED"
).split()
MEDIA_MEMBERS = {"contentType": {"const": "MMS"}} | message_members("MEDIA", {}, [*MEDIA_ENDS, "PENDING", "QUEUED"])
RCS_EVENTS = {
    "DELIVERED": "RCS_DELIVERED",
    "READ": "RCS_READ",
    "UNDELIVERABLE": "RCS_FAILED",
    "REJECTED": "RCS_FAILED",
    "TTL_EXPIRATION_REVOKED": "RCS_TTL_EXPIRED",
    "TTL_EXPIRATION_REVOKE_FAILED": "RCS_TTL_EXPIRED",
}
ON_THE_WAY = {"PENDING": "RCS_QUEUED", "QUEUED": "RCS_QUEUED", "SENT": "RCS_SENT"}
RCS_MEMBERS = message_members("RCS", {"messageEncoding": {"const": "UNICODE"}}, [*RCS_EVENTS, *ON_THE_WAY]) | {
    "originationPhoneNumber": AGENT,
    "rcsMetadata": {"type": "object", "required": ["billingEventType"], "additionalProperties": False}
    | {"properties": {"billingEventType": {"enum": ["RICH", "BASIC"]}}},
    "rcsBusinessId": TEXT,
    "agentIsoCountryCode": COUNTRY,
    "conversationInitiatingMessageId": UUID,
    "conversationInitiatingMessageType": {"enum": ["OUTBOUND", "INBOUND"]},
    "conversationSessionFee": DOLLARS,
}
SOMETIMES = {"carrierName", "context", "protectConfiguration", "protectConfigurationAssessment"}
RCS_SOMETIMES = SOMETIMES | {name for name in RCS_MEMBERS if name.startswith("conversation")} | {"rcsMetadata"}
GERMAN_HANDSET = "+4915123456789"
"""In the United States RCS is billed by the message, and has no conversations."""


def check(members, sometimes, record):
    """The record is an object of exactly these members, which come in the documented order."""
    required = [name for name in members if name not in sometimes]
    wanted = {"type": "object", "properties": members, "required": required, "additionalProperties": False}
    broken = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(wanted).iter_errors(record)]
    assert [] == broken
    assert [name for name in members if name in record] == list(record)


@pytest.fixture
def records(sms, topic_with_queue):
    """All records of a message that reached the queue, when all has happened."""

    def read(message_id):
        sms.settle()
        return [record for record in topic_with_queue[1]() if record["messageId"] == message_id]

    return read


# --- Pictures ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def media(sms_client, request_number, event_set):
    """Sends an MMS without a file; gives its id."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]

    def send(body="Look", **members):
        wanted = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number, "MessageBody": body}
        return sms_client.send_media_message(**wanted, ConfigurationSetName=event_set, **members)["MessageId"]

    return send


@pytest.mark.parametrize("status", MEDIA_ENDS)
def test_media_record_of_every_end(sms, media, records, status):
    """Whatever an MMS ends in, its last record is final, of that type, and a text's less encoding and networks."""
    sms.handset(HANDSET).behave(outcome=status)

    *_, last = records(media())

    check(MEDIA_MEMBERS, SOMETIMES, last)
    assert (f"MEDIA_{status}", status, True) == (last["eventType"], last["messageStatus"], last["isFinal"])
    assert set(MEDIA_MEMBERS) - SOMETIMES == set(last)


def test_media_record_with_all_that_is_there_sometimes(sms, sms_client, media, records):
    """Carrier, context and protection are there when there are any; a body is never split."""
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id, NumberCapability="MMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "MONITOR"}}
    )
    sms.handset(HANDSET).behave(carrier="Movistar")
    sms.carriers.rule("DELIVERED", via=["QUEUED", "PENDING"])

    found = records(media("é" * 1600, Context={"order": "17"}, ProtectConfigurationId=protect_id))

    for record in found:
        check(MEDIA_MEMBERS, set(), record)
    assert ["QUEUED", "PENDING", "SUCCESSFUL", "DELIVERED"] == [record["messageStatus"] for record in found]
    assert [False, False, False, True] == [record["isFinal"] for record in found]


def test_a_filtered_picture_is_free(sms, sms_client, media, records):
    """PROTECT_BLOCKED has no event type among those of MMS: it is filed under MEDIA_BLOCKED, and costs nothing."""
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id, NumberCapability="MMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "FILTER"}}
    )
    sms.handset(HANDSET).behave(outcome="PROTECT_BLOCKED")

    (record,) = records(media(ProtectConfigurationId=protect_id))

    wanted = MEDIA_MEMBERS | {"messageStatus": {"const": "PROTECT_BLOCKED"}, "eventType": {"const": "MEDIA_BLOCKED"}}
    check(wanted, SOMETIMES, record)
    assert (0, 0, "BLOCK") == (
        record["totalMessagePrice"],
        record["totalCarrierFee"],
        record["protectConfigurationAssessment"]["protectRecommendation"],
    )


# --- RCS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def agent(sms_client):
    """The id of an agent that is launched everywhere."""
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def rcs(sms_client, agent, event_set):
    """Sends a rich message; gives its id."""

    def send(to=HANDSET, **members):
        content = {"Content": {"TextMessage": {"Body": "Hi"}}}
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": agent, "RcsMessageContent": content}
        return sms_client.send_rcs_message(**wanted, ConfigurationSetName=event_set, **members)["MessageId"]

    return send


@pytest.mark.parametrize("status", RCS_EVENTS)
def test_rcs_record_of_every_end(sms, agent, rcs, records, status):
    """Whatever a rich message ends in, each record has the agent for its sender, and only the last one that end."""
    sms.handset(HANDSET).behave(outcome=status)

    *before, last = records(rcs())

    for record in (*before, last):
        check(RCS_MEMBERS, RCS_SOMETIMES, record)
        assert agent == record["originationPhoneNumber"]
    assert (RCS_EVENTS[status], status, True) == (last["eventType"], last["messageStatus"], last["isFinal"])
    assert (status == "READ") == ("rcsMetadata" not in last)
    assert set() == {name for name in last if name.startswith("conversation")}


@pytest.mark.parametrize("status", ["PENDING", "QUEUED"])
def test_rcs_record_on_the_way(sms, rcs, records, status):
    """A rich message that is held says so, and is sent and delivered then; only the last is final."""
    sms.carriers.rule("DELIVERED", via=[status])

    found = records(rcs(Context={"order": "17"}))

    for record in found:
        check(RCS_MEMBERS, RCS_SOMETIMES, record)
        assert {"order": "17"} == record["context"]
    assert ["RCS_QUEUED", "RCS_SENT", "RCS_DELIVERED"] == [record["eventType"] for record in found]
    assert [status, "SENT", "DELIVERED"] == [record["messageStatus"] for record in found]
    assert [False, False, True] == [record["isFinal"] for record in found]


def test_rcs_record_is_paid_on_delivery_alone(sms, rcs, records):
    """Sent it costs nothing, delivered its price, read nothing again; a text of up to 160 characters is BASIC."""
    sms.handset(HANDSET).behave(reads_rcs=True)

    sent, delivered, read = records(rcs())

    assert ["BASIC", "BASIC"] == [record["rcsMetadata"]["billingEventType"] for record in (sent, delivered)]
    assert delivered["totalMessagePrice"] > 0
    assert [(0, 0), (0.0, 0.0)] == [(row["totalMessagePrice"], row["totalCarrierFee"]) for row in (sent, read)]
    assert [float, float] == [type(read[name]) for name in ("totalMessagePrice", "totalCarrierFee")]


def test_rcs_record_in_a_conversation(sms, agent, rcs, records):
    """Once the recipient has answered, a record names the message that began the session, and its fee."""
    first = rcs(to=GERMAN_HANDSET)
    sms.handset(GERMAN_HANDSET).reply("Hello", to=agent)

    *_, last = records(rcs(to=GERMAN_HANDSET))

    check(RCS_MEMBERS, SOMETIMES, last)
    assert (first, "OUTBOUND") == (last["conversationInitiatingMessageId"], last["conversationInitiatingMessageType"])
    assert (0.0, 0.0) == (last["totalMessagePrice"], last["totalCarrierFee"])


def test_rcs_record_of_a_fallback(sms, number, rcs, records):
    """A fallback has one RCS record, neither final nor charged, and from then on those of the text that it became."""
    sms.handset(HANDSET).behave(rcs=False)
    fallback = {"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number}

    rich, *plain = records(rcs(FallbackConfiguration=fallback))

    check(RCS_MEMBERS | {"messageStatus": {"const": "FALLEN_BACK_TO_SMS"}}, RCS_SOMETIMES, rich)
    assert ("RCS_FALLEN_BACK_TO_SMS", False, 0) == (rich["eventType"], rich["isFinal"], rich["totalMessagePrice"])
    assert [("TEXT_SUCCESSFUL", number), ("TEXT_DELIVERED", number)] == [
        (record["eventType"], record["originationPhoneNumber"]) for record in plain
    ]


# --- Registrations, and EventBridge -----------------------------------------------------------------------------------

DETAIL_MEMBERS = {
    "registrationDetails": {"type": "object"},
    "registrationArn": {"type": "string", "pattern": r"\Aarn:aws:sms-voice:us-east-1:123456789012:registration/"},
}
DETAILS_MEMBERS = {
    "registrationId": {"type": "string", "pattern": r"\Aregistration-[0-9a-f]{32}\Z"},
    "registrationVersionNumber": {"type": "integer", "minimum": 1},
    "registrationType": TEXT,
    "registrationStatusChangeTimestamp": MILLISECONDS,
    "currentStatus": TEXT,
}
BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
DECIDED = ("REQUIRES_AUTHENTICATION", "PROVISIONING", "COMPLETE", "REQUIRES_UPDATES", "CLOSED")


def test_registration_event_of_every_status(sms, sms_client, on_bus):
    """The default bus gets each of the nine statuses, with the registration's ARN and the documented details."""
    sms.account().reviewer = "manual"
    registration = sms_client.create_registration(RegistrationType=BRAND)["RegistrationId"]
    fill_registration(sms_client, registration)
    sms_client.submit_registration_version(RegistrationId=registration)
    sms_client.describe_registrations()
    for status in DECIDED:
        sms.registrations.decide(registration, status)
    sms_client.delete_registration(RegistrationId=registration)

    sms.settle()
    envelopes = on_bus()

    for envelope in envelopes:
        check(DETAIL_MEMBERS, set(), envelope["detail"])
        check(DETAILS_MEMBERS, set(), envelope["detail"]["registrationDetails"])
        assert ("Registration Status Change", "aws.sms-voice") == (envelope["detail-type"], envelope["source"])
        assert [envelope["detail"]["registrationArn"]] == envelope["resources"]
        assert BRAND == envelope["detail"]["registrationDetails"]["registrationType"]
    assert ["CREATED", "SUBMITTED", "REVIEWING", *DECIDED, "DELETED"] == [
        envelope["detail"]["registrationDetails"]["currentStatus"] for envelope in envelopes
    ]


def test_each_channel_has_its_detail_type(sms, sms_client, send_text, media, rcs, request_number, on_bus):
    """An event says by its detail-type which channel it is of, and lacks destination and context on each of them."""
    caller = request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    call = sms_client.send_voice_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=caller, MessageBody="Hi", Context={"order": "17"}
    )["MessageId"]
    wanted = {
        send_text(Context={"order": "17"}): "Text Message Delivery Status Updated",
        media(Context={"order": "17"}): "Media Message Delivery Status Updated",
        call: "Voice Message Delivery Status Updated",
        rcs(Context={"order": "17"}): "Text Message Delivery Status Updated",
    }

    sms.settle()
    envelopes = on_bus()

    assert wanted == {envelope["detail"]["messageId"]: envelope["detail-type"] for envelope in envelopes}
    assert set() == {name for row in envelopes for name in row["detail"]} & {"destinationPhoneNumber", "context"}


# --- More than once, late, and feedback -------------------------------------------------------------------------------


def test_the_last_receipt_may_come_more_than_once(sms, media, records):
    """A carrier that repeats itself: the same last record as often as it says so, and the message is charged once."""
    sms.carriers.rule("DELIVERED", receipts=3)

    found = records(media())

    assert ["SUCCESSFUL", "DELIVERED", "DELIVERED", "DELIVERED"] == [record["messageStatus"] for record in found]
    assert found[1] == found[2] == found[3]
    assert 1 == sms.costs()[0]["messages"]


@pytest.mark.parametrize("receipts", [0, 11, "many", None])
def test_a_receipt_comes_from_one_to_ten_times(sms, receipts):
    """Another number of receipts is refused, and no rule is made."""
    with pytest.raises(InvalidArgument) as error:
        sms.carriers.rule("DELIVERED", receipts=receipts)

    assert "receipts" == error.value.field
    assert [] == sms.control("show_rules")


def test_a_picture_without_a_receipt_is_unknown_after_three_days(sms, media, records):
    """A carrier that never answers: UNKNOWN, final, 72 hours after the request."""
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")

    (record,) = records(media())

    assert ("MEDIA_UNKNOWN", True) == (record["eventType"], record["isFinal"])
    assert 72 * 3600 * 1000 == record["eventTimestamp"] - record["messageRequestTimestamp"]
