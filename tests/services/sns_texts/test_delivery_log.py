"""The delivery log in CloudWatch Logs. Source: SNS guide, "SMS delivery monitoring"."""

from __future__ import annotations

import re

import pytest

from emulator.testing import HANDSET


def test_record_of_a_delivered_text(publish, delivery_log):
    """A delivered text has the record that the guide shows, in the group of direct publishes."""
    message_id = publish("Hi", SMSType="Transactional")

    (record,) = delivery_log()
    assert ["notification", "delivery", "status"] == list(record)
    assert message_id == record["notification"]["messageId"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}", record["notification"]["timestamp"])
    delivery = record["delivery"]
    wanted = (
        "phoneCarrier mnc numberOfMessageParts destination priceInUSD smsType mcc providerResponse dwellTimeMs "
        "dwellTimeMsUntilDeviceAck"
    )
    assert wanted.split() == list(delivery)
    assert (HANDSET, 1, "Transactional") == tuple(delivery[n] for n in ("destination", "numberOfMessageParts", "smsType"))
    assert "Message has been accepted by phone carrier" == delivery["providerResponse"]
    assert 0 < delivery["dwellTimeMs"] < delivery["dwellTimeMsUntilDeviceAck"]
    assert delivery["priceInUSD"] > 0
    assert "SUCCESS" == record["status"]


def test_failure_has_a_group_of_its_own(sms, publish, delivery_log):
    """A text that does not arrive is recorded in the group for failures, with the carrier's reason."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    publish()

    (record,) = delivery_log("DirectPublishToPhoneNumber/Failure")
    assert [] == delivery_log()
    assert ("FAILURE", "Phone is currently unreachable/unavailable") == (
        record["status"],
        record["delivery"]["providerResponse"],
    )


def refusals():
    """The states of an account that let a text fail: how each is made, and SNS's own sentence for it."""

    def opted_out(sms, client):
        client("pinpoint-sms-voice-v2").put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    def sandbox(sms, client):
        sms.account().tier = "SANDBOX"

    def spent(sms, client):
        client("sns").set_sms_attributes(attributes={"MonthlySpendLimit": "0"})

    def protected(sms, client):
        v2 = client("pinpoint-sms-voice-v2")
        protect = v2.create_protect_configuration()["ProtectConfigurationId"]
        v2.update_protect_configuration_country_rule_set(
            ProtectConfigurationId=protect, NumberCapability="SMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "BLOCK"}}
        )
        v2.set_account_default_protect_configuration(ProtectConfigurationId=protect)

    return [
        pytest.param(opted_out, {}, "Phone number is opted out", id="opted out: GSA/notifications-admin 935"),
        pytest.param(sandbox, {}, "Sandboxed account unable to send to number", id="sandbox: aws-sdk-js 3843"),
        pytest.param(spent, {}, "No quota left for account", id="spent: mozilla/fxa-auth-server 2243"),
        pytest.param(protected, {}, "Message blocked by protect configuration", id="protected: protect guide"),
        pytest.param(None, {"MaxPrice": "0.00001"}, "This delivery would exceed max price", id="price: SNS guide"),
        pytest.param(
            None, {"OriginationNumber": "+12065550199"}, "No origination entities available to send", id="unknown number"
        ),
    ]


@pytest.mark.parametrize(("prepare", "attributes", "sentence"), refusals())
def test_what_the_account_prevents_is_accepted_and_fails(
    sms, client, publish, delivery_log, arrived, prepare, attributes, sentence
):
    """A publish of the right form answers a MessageId; the text does not arrive, and the log says why."""
    if prepare is not None:
        prepare(sms, client)
    message_id = publish(**attributes)

    (record,) = delivery_log("DirectPublishToPhoneNumber/Failure")
    assert (message_id, "FAILURE", sentence) == (
        record["notification"]["messageId"],
        record["status"],
        record["delivery"]["providerResponse"],
    )
    assert ["destination", "smsType", "providerResponse", "dwellTimeMs"] == list(record["delivery"])
    assert [] == arrived()


def test_no_role_no_log(sms, sns, publish, delivery_log):
    """Without a role nothing is written."""
    sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": ""})
    publish()

    assert [] == delivery_log()


def test_sampling_is_for_successes_only(sms, sns, publish, delivery_log):
    """At a rate of 0 only failures are recorded."""
    sns.set_sms_attributes(attributes={"DeliveryStatusSuccessSamplingRate": "0"})
    publish("Good")
    publish("Dear", MaxPrice="0.00001")

    assert [] == delivery_log()
    assert 1 == len(delivery_log("DirectPublishToPhoneNumber/Failure"))


def test_a_rate_samples(sms, sns, publish, delivery_log):
    """At a rate of 50 some of the delivered texts are recorded, and not all."""
    sns.set_sms_attributes(attributes={"DeliveryStatusSuccessSamplingRate": "50"})
    for turn in range(20):
        publish(str(turn))

    assert 0 < len(delivery_log()) < 20


def test_log_of_a_topic(sns, delivery_log):
    """The texts of a topic are recorded in a group by its name."""
    topic = sns.create_topic(Name="race")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=HANDSET)
    sns.publish(TopicArn=topic, Message="Start")

    (record,) = delivery_log("race")
    assert (topic, HANDSET) == (record["notification"]["topicArn"], record["delivery"]["destination"])
