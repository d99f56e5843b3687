"""SetSMSAttributes and GetSMSAttributes: checked, with defaults, and used. Evidence: localstack's tests, recorded on AWS."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

GERMAN = "+4915112345678"


def preferences(sns, *names):
    """Return the preferences, or those that are named."""
    return sns.get_sms_attributes(attributes=list(names))["attributes"]


@pytest.mark.parametrize(
    ("attributes", "sentence"),
    [
        ({"InvalidAttribute": "invalid"}, "InvalidAttribute is not a valid attribute"),
        ({"DefaultSMSType": "invalid"}, "DefaultSMSType is invalid"),
        ({"DefaultSenderID": "12345"}, "DefaultSenderID is invalid"),
        ({"DefaultSenderID": "far-too-long-a-name"}, "DefaultSenderID is invalid"),
        ({"MonthlySpendLimit": "much"}, "MonthlySpendLimit is invalid"),
        ({"MonthlySpendLimit": ""}, "MonthlySpendLimit is invalid"),
        ({"MonthlySpendLimit": "1000001"}, "MonthlySpendLimit is invalid"),
        ({"DeliveryStatusSuccessSamplingRate": "101"}, "DeliveryStatusSuccessSamplingRate is invalid"),
        ({"DeliveryStatusSuccessSamplingRate": "-1"}, "DeliveryStatusSuccessSamplingRate is invalid"),
        ({"DeliveryStatusIAMRole": "SNSLogs"}, "DeliveryStatusIAMRole is invalid"),
        ({"UsageReportS3Bucket": "No Bucket"}, "UsageReportS3Bucket is invalid"),
    ],
)
def test_invalid_preference_is_refused(sns, attributes, sentence):
    """An unknown name and an invalid value are refused in the words recorded from AWS, and nothing is set."""
    with pytest.raises(sns.exceptions.InvalidParameterException) as raised:
        sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"} | attributes)

    assert sentence == raised.value.response["Error"]["Message"]
    assert {"MonthlySpendLimit": "1000000"} == preferences(sns)


def test_several_can_be_read(sns):
    """All preferences are returned, or those that are named."""
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional", "DefaultSenderID": "MyBrand"})

    both = {"DefaultSMSType": "Transactional", "DefaultSenderID": "MyBrand"}
    assert both == preferences(sns, "DefaultSenderID", "DefaultSMSType")
    assert {"MonthlySpendLimit": "1000000", **both} == preferences(sns)


def test_an_empty_value_resets(sns):
    """An empty value takes a preference away."""
    sns.set_sms_attributes(attributes={"DefaultSenderID": "MyBrand"})
    sns.set_sms_attributes(attributes={"DefaultSenderID": ""})

    assert {} == preferences(sns, "DefaultSenderID")


def test_default_sender_is_used(sms, sns, publish):
    """A text is from the default sender where sender ids are shown, unless the publish names another."""
    sns.set_sms_attributes(attributes={"DefaultSenderID": "MyBrand"})
    publish(to=GERMAN)
    publish(to=GERMAN, SenderID="Other")
    publish()

    assert ["MyBrand", "Other", "NOTICE"] == [message.sender for message in sms.inbox.messages()]


def test_default_type_is_used(sms, sns, publish):
    """A text is promotional, or of the default type, unless the publish names another."""
    publish()
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})
    publish()
    publish(SMSType="Promotional")

    assert ["PROMOTIONAL", "TRANSACTIONAL", "PROMOTIONAL"] == [m.message_type for m in sms.inbox.messages()]


def test_spend_limit_is_that_of_the_other_api(sms, sns, sms_client, publish, arrived):
    """The monthly limit is the override of `pinpoint-sms-voice-v2`, both ways, and holds."""
    sns.set_sms_attributes(attributes={"MonthlySpendLimit": "0"})
    publish("Not paid")

    limits = {row["Name"]: row for row in sms_client.describe_spend_limits()["SpendLimits"]}
    assert (0, True) == tuple(limits["TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"][name] for name in ("EnforcedLimit", "Overridden"))
    sms_client.set_text_message_spend_limit_override(MonthlyLimit=5)
    assert {"MonthlySpendLimit": "5"} == preferences(sns, "MonthlySpendLimit")
    publish("Paid")
    assert ["Paid"] == arrived()


def test_every_account_and_region_has_its_own(client, sns):
    """Preferences are of one account and region."""
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional"})

    for other in (client("sns", region="eu-west-1"), client("sns", account="210987654321")):
        assert {} == preferences(other, "DefaultSMSType")


def test_origination_numbers(sns, request_number):
    """The account's numbers are listed with country, route and capabilities."""
    number = request_number()

    (row,) = sns.list_origination_numbers()["PhoneNumbers"]
    assert number["PhoneNumber"] == row["PhoneNumber"]
    assert ("US", "Transactional", number["CreatedTimestamp"]) == (
        row["Iso2CountryCode"],
        row["RouteType"],
        row["CreatedAt"],
    )
    assert ["SMS"] == row["NumberCapabilities"]


def test_origination_numbers_come_in_pages(sns, request_number):
    """A page has as many numbers as were asked for, thirty at most."""
    wanted = {request_number()["PhoneNumber"] for _ in range(3)}
    first = sns.list_origination_numbers(MaxResults=2)
    second = sns.list_origination_numbers(MaxResults=2, NextToken=first["NextToken"])

    assert (2, 1, True) == (len(first["PhoneNumbers"]), len(second["PhoneNumbers"]), "NextToken" not in second)
    assert wanted == {row["PhoneNumber"] for page in (first, second) for row in page["PhoneNumbers"]}
    with pytest.raises(ClientError) as raised:
        sns.list_origination_numbers(MaxResults=31)
    assert "ValidationError" == raised.value.response["Error"]["Code"]


def test_a_fault_can_be_injected(sms, sns):
    """An error of SNS's model can be injected into an operation about phones, and has the code that the model gives it."""
    sms.faults.add("ThrottledException", service="sns", operation="Publish")

    with pytest.raises(ClientError) as raised:
        sns.publish(PhoneNumber=HANDSET, Message="Hi")
    assert "Throttled" == raised.value.response["Error"]["Code"]


def test_state_is_saved_and_restored(sms, sns, publish):
    """Preferences, and how texts were published, are part of the state."""
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Transactional", "UsageReportS3Bucket": "reports"})
    publish(SenderID="Shop")
    state = sms.state()
    sns.set_sms_attributes(attributes={"DefaultSMSType": "Promotional"})
    sms.inbox.clear()
    sms.restore(state)

    assert {"DefaultSMSType": "Transactional"} == preferences(sns, "DefaultSMSType")
    (entry,) = sms.control("sns_texts")["sms_messages"][HANDSET]
    assert "Shop" == entry["MessageAttributes"]["AWS.SNS.SMS.SenderID"]["StringValue"]
