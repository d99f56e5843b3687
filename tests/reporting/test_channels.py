"""Destinations, CloudWatch and feedback for each channel: texts, pictures, calls and rich messages."""

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET, lease_number

CHANNELS = ("sms", "mms", "voice", "rcs")
FAMILIES = {"sms": "TEXT", "mms": "MEDIA", "voice": "VOICE", "rcs": "RCS"}
EVENTS = {
    "sms": ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"],
    "mms": ["MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"],
    "voice": ["VOICE_INITIATED", "VOICE_RINGING", "VOICE_ANSWERED", "VOICE_COMPLETED"],
    "rcs": ["RCS_SENT", "RCS_DELIVERED"],
}
COUNTRY = [{"Name": "IsoCountryCode", "Value": "US"}]


@pytest.fixture
def send(sms_client, request_number):
    """Sends by a channel; gives the id."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]
    caller = request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    agent = sms_client.create_rcs_agent()["RcsAgentId"]
    rich = {"RcsMessageContent": {"Content": {"TextMessage": {"Body": "Hi"}}}}
    calls = {
        "sms": (sms_client.send_text_message, {"OriginationIdentity": number, "MessageBody": "Hi"}),
        "mms": (sms_client.send_media_message, {"OriginationIdentity": number, "MessageBody": "Hi"}),
        "voice": (sms_client.send_voice_message, {"OriginationIdentity": caller, "MessageBody": "Hi"}),
        "rcs": (sms_client.send_rcs_message, {"OriginationIdentity": agent} | rich),
    }

    def send_by(channel, to=HANDSET, **members):
        operation, own = calls[channel]
        return operation(DestinationPhoneNumber=to, **own, **members)["MessageId"]

    return send_by


# --- Destinations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", ["mock"], indirect=True)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_familys_wildcard_covers_its_channel_alone(
    sms, configure, send, channel, topic_with_queue, log_group, delivery_stream, role
):
    """SNS gets the family, Logs one type of it, Firehose everything, though all channels have sent."""
    topic, from_topic = topic_with_queue
    group, from_group = log_group
    stream, from_stream = delivery_stream
    configure("family", [f"{FAMILIES[channel]}_ALL"], SnsDestination={"TopicArn": topic})
    last = EVENTS[channel][-1]
    configure("one", [last], CloudWatchLogsDestination={"IamRoleArn": role, "LogGroupArn": group})
    configure("all", ["ALL"], KinesisFirehoseDestination={"IamRoleArn": role, "DeliveryStreamArn": stream})
    for each in CHANNELS:
        send(each, ConfigurationSetName="mine")

    sms.settle()

    assert EVENTS[channel] == [record["eventType"] for record in from_topic()]
    assert [last] == [record["eventType"] for record in from_group()]
    everything = sorted(name for names in EVENTS.values() for name in names)
    assert everything == sorted(record["eventType"] for record in from_stream())


# --- Metrics ----------------------------------------------------------------------------------------------------------


def test_pictures_are_counted_as_texts_are(sms, sms_client, send, total):
    """Media parts sent and delivered, blocked by protect, and spent in dollars."""
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id, NumberCapability="MMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "FILTER"}}
    )
    blocked, failing = OTHER_HANDSET, "+14255550102"
    sms.handset(blocked).behave(outcome="PROTECT_BLOCKED")
    sms.handset(failing).behave(outcome="UNREACHABLE")
    for to in (HANDSET, failing, blocked):
        send("mms", to, ProtectConfigurationId=protect_id)

    sms.settle()

    own = [{"Name": "ProtectConfigurationId", "Value": protect_id}]
    assert [2, 1] == [total(f"NumberOfMediaMessageParts{word}", COUNTRY) for word in ("Sent", "Delivered")]
    assert 1 == total("MediaMessagesBlockedByProtect", own + COUNTRY)
    assert sms.costs()[0]["total"] <= total("MediaMessageMonthlySpend", statistic="Maximum")
    assert None is total("NumberOfTextMessagePartsSent", COUNTRY)


def test_a_calls_spend_is_known_when_it_has_ended(sms, send, total):
    """The month's spend on calls grows by the minutes of a call, though CloudWatch was looked at while it rang."""
    sms.clock.freeze()
    send("voice")
    while_it_rings = total("VoiceMessageMonthlySpend", statistic="Maximum")
    sms.settle()

    assert 0 == while_it_rings
    assert sms.costs()[0]["total"] == total("VoiceMessageMonthlySpend", statistic="Maximum")


def test_rich_messages_are_counted_by_what_they_became(sms, number, send, total):
    """RCS messages sent, delivered, and fallen back; what has fallen back counts as a text from then on."""
    without = OTHER_HANDSET
    sms.handset(without).behave(rcs=False)
    fallback = {"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number}
    for to in (HANDSET, without):
        send("rcs", to, FallbackConfiguration=fallback)

    sms.settle()

    names = ("RCS.MessagesSent", "RCS.MessagesDelivered", "RCS.MessagesFallenBackToSMS")
    assert [2, 1, 1] == [total(name, COUNTRY) for name in names]
    assert 1 == total("NumberOfTextMessagePartsDelivered", COUNTRY)


def test_a_text_that_an_agent_carries_is_an_rcs_message_too(sms, sms_client, total):
    """A text without a named identity goes out by the agent, and back to a number where the handset has no RCS."""
    sms_client.create_rcs_agent()
    lease_number(sms_client, NumberType="TOLL_FREE")
    without = OTHER_HANDSET
    sms.handset(without).behave(rcs=False)
    for to in (HANDSET, without):
        sms_client.send_text_message(DestinationPhoneNumber=to, MessageBody="Hi")

    sms.settle()

    names = ("RCS.MessagesSent", "RCS.MessagesDelivered", "RCS.MessagesFallenBackToSMS")
    assert [2, 1, 1] == [total(name, COUNTRY) for name in names]


# --- Feedback ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
def test_feedback_on_every_channel(sms, sms_client, send, raises, channel):
    """Feedback is taken within the hour, for messages that were sent for it; without any it is FAILED."""
    sms.clock.freeze()
    told, silent, without = (
        send(channel, MessageFeedbackEnabled=True),
        send(channel, MessageFeedbackEnabled=True),
        send(channel),
    )
    sms.clock.advance(minutes=59)
    answer = sms_client.put_message_feedback(MessageId=told, MessageFeedbackStatus="RECEIVED")
    with raises("ResourceNotFoundException", ResourceType="message"):
        sms_client.put_message_feedback(MessageId=without, MessageFeedbackStatus="RECEIVED")
    sms.clock.advance(minutes=1)

    assert (told, "RECEIVED") == (answer["MessageId"], answer["MessageFeedbackStatus"])
    shown = {id_: sms.control("show_message", message_id=id_)["feedback"] for id_ in (told, silent, without)}
    assert {told: "RECEIVED", silent: "FAILED", without: None} == shown
    with raises("ValidationException", Reason="INVALID_REQUEST"):
        sms_client.put_message_feedback(MessageId=silent, MessageFeedbackStatus="RECEIVED")
    assert "FAILED" == sms.control("show_message", message_id=silent)["feedback"]
