"""CloudWatch: AWS's metrics with their dimensions, the guide's two, and alarms on them."""

import json

import pytest

from emulator import Emulator
from emulator.testing import HANDSET
from emulator.wire.http import Request

COUNTRY = [{"Name": "IsoCountryCode", "Value": "US"}]
BY_NUMBER = [{"Name": "OriginationIdentityType", "Value": "PHONE_NUMBER"}]


def test_parts_sent_and_delivered_are_counted(sms, send_text, total):
    """Parts, not messages, under no dimension, the country and the kind of identity; what fails counts as sent only."""
    sms.handset("+14255550199").behave(outcome="UNREACHABLE")
    send_text("a" * 161)
    send_text(to="+14255550199")
    sms.settle()

    for dimensions in (COUNTRY, BY_NUMBER):
        assert (3, 2) == (
            total("NumberOfTextMessagePartsSent", dimensions),
            total("NumberOfTextMessagePartsDelivered", dimensions),
        )
    assert None is total("NumberOfTextMessagePartsSent", [{"Name": "IsoCountryCode", "Value": "CA"}])


def test_spend_of_the_month_is_its_highest(sms, send_text, total):
    """The month's spend in dollars, which only grows; there is none before the first message."""
    assert None is total("TextMessageMonthlySpend", statistic="Maximum")
    for _ in range(3):
        send_text()

    sms.settle()
    (row,) = sms.costs()
    assert row["total"] == pytest.approx(total("TextMessageMonthlySpend", statistic="Maximum"))


def test_protect_counts_one_or_nothing_for_each_message(sms, sms_client, send_text, total):
    """A message that protect filters counts as blocked and not as sent."""
    protect_id = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect_id,
        NumberCapability="SMS",
        CountryRuleSetUpdates={"US": {"ProtectStatus": "FILTER"}},
    )
    sms.handset("+14255550199").behave(outcome="PROTECT_BLOCKED")
    send_text(ProtectConfigurationId=protect_id)
    send_text(to="+14255550199", ProtectConfigurationId=protect_id)
    sms.settle()

    own = [{"Name": "ProtectConfigurationId", "Value": protect_id}]
    assert 1 == total("TextMessagesBlockedByProtect", own + COUNTRY)
    assert 1 == total("NumberOfTextMessagePartsSent", COUNTRY)


def test_feedback_is_counted_by_its_status(sms, sms_client, send_text, total):
    """Feedback that is expected, and given; the hour that passes without any is not counted."""
    given, _ = send_text(MessageFeedbackEnabled=True), send_text(MessageFeedbackEnabled=True)
    sms_client.put_message_feedback(MessageId=given, MessageFeedbackStatus="RECEIVED")
    status = [{"Name": "MessageFeedbackStatus", "Value": "RECEIVED"}]
    assert (2, 1) == (
        total("NumberOfTextMessagesExpectingFeedback", COUNTRY),
        total("NumberOfTextMessagesWithFeedback", COUNTRY + status),
    )

    sms.settle()
    failed = [{"Name": "MessageFeedbackStatus", "Value": "FAILED"}]
    assert None is total("NumberOfTextMessagesWithFeedback", failed)


def test_messages_that_came_in_are_counted(sms, number, total):
    """A reply counts as received."""
    sms.handset(HANDSET).reply("Hello", to=number)

    assert (1, 1) == (total("NumberOfMessagesReceived", COUNTRY), total("NumberOfMessagesReceived", BY_NUMBER))


def test_guides_metrics_count_messages_by_their_end(sms, send_text, total):
    """AWS/SMSV2 counts each text once, when it has ended."""
    sms.handset("+14255550199").behave(outcome="BLOCKED")
    send_text("a" * 161)
    send_text()
    send_text(to="+14255550199")
    sms.settle()

    found = [total(name, namespace="AWS/SMSV2") for name in ("SMSSuccessfulDeliveries", "SMSDeliveryFailures")]
    assert [2, 1] == found


# --- Alarms -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def alarm(client, topic_with_queue):
    """An alarm on more than one failure in five minutes that publishes to the topic: gives a function for its state."""
    cloudwatch = client("cloudwatch")

    def make():
        cloudwatch.put_metric_alarm(
            AlarmName="failures",
            Namespace="AWS/SMSV2",
            MetricName="SMSDeliveryFailures",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[topic_with_queue[0]],
        )
        return lambda: cloudwatch.describe_alarms(AlarmNames=["failures"])["MetricAlarms"][0]["StateValue"]

    return make


@pytest.mark.parametrize("made", ["before the failures", "after the failures"])
def test_alarm_on_failures_goes_off_and_tells_its_topic(sms, send_text, alarm, topic_with_queue, made):
    """Two failures in five minutes bring the alarm to ALARM, whenever it was created; its topic is notified once."""
    sms.handset(HANDSET).behave(outcome="BLOCKED")
    state = alarm() if made == "before the failures" else None
    send_text()
    send_text()
    sms.settle()
    state = state or alarm()

    assert ["ALARM", "ALARM"] == [state(), state()]
    (notification,) = topic_with_queue[1]()
    assert ("failures", "ALARM") == (notification["AlarmName"], notification["NewStateValue"])
    assert ("SMSDeliveryFailures", "AWS/SMSV2") == (
        notification["Trigger"]["MetricName"],
        notification["Trigger"]["Namespace"],
    )


def test_one_failure_is_not_enough(sms, send_text, alarm, topic_with_queue):
    """At the threshold the alarm keeps still."""
    state = alarm()
    sms.handset(HANDSET).behave(outcome="BLOCKED")
    send_text()

    sms.settle()
    assert "OK" == state()
    assert [] == topic_with_queue[1]()


@pytest.mark.parametrize(
    "members",
    [
        {"ExtendedStatistic": "p99", "ComparisonOperator": "GreaterThanThreshold"},
        {
            "Statistic": "Sum",
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:gone"],
        },
    ],
)
def test_alarm_that_cannot_be_followed_hurts_nobody(sms, client, send_text, members):
    """A percentile, or a topic that is gone: messages are sent and settle all the same."""
    client("cloudwatch").put_metric_alarm(
        AlarmName="odd",
        Namespace="AWS/SMSV2",
        MetricName="SMSDeliveryFailures",
        Period=300,
        EvaluationPeriods=1,
        Threshold=0,
        **members,
    )
    sms.handset(HANDSET).behave(outcome="BLOCKED")

    message_id = send_text()

    assert 0 == sms.settle()["undelivered"]
    assert ["BLOCKED"] == [record["messageStatus"] for record in sms.events.records(message_id=message_id)]


def test_metrics_that_cannot_be_put_are_kept(monkeypatch):
    """A failing CloudWatch causes no error, and receives everything when it is back."""
    put = []

    def refuse(account, region, namespace, data):
        raise ConnectionError("no CloudWatch")

    emulator = Emulator()
    monkeypatch.setattr(emulator.aws, "put_metric_data", refuse)
    credential = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request"
    headers = {
        "x-amz-target": "PinpointSMSVoiceV2.SendTextMessage",
        "content-type": "application/x-amz-json-1.0",
        "authorization": credential,
    }
    body = json.dumps({"DestinationPhoneNumber": "+819012345678", "MessageBody": "Hi"}).encode()
    assert 200 == emulator.handle(Request("POST", "/", headers, body)).status
    emulator.settle()

    monkeypatch.setattr(emulator.aws, "put_metric_data", lambda *call: put.append(call))
    emulator.settle()
    found = {datum["MetricName"]: datum["Value"] for _, _, _, data in put for datum in data if not datum["Dimensions"]}
    assert (1, 1, 1) == tuple(
        found[name]
        for name in ("NumberOfTextMessagePartsSent", "NumberOfTextMessagePartsDelivered", "SMSSuccessfulDeliveries")
    )
    assert found["TextMessageMonthlySpend"] > 0
