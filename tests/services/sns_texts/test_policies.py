"""
Resource policies that let SNS send by an identity, or keep it from it.

Evidence: AWS's blog, "A Guide to the New Resource Policies for SMS Origination Identities", by which every identity needs
one since 2024-09-25; SNS guide, sns-sms-access-management.html.
"""

import json

import pytest

from emulator.testing import HANDSET

REFUSED = "No origination entities available to send"


def policy(*, effect="Allow", service="sns.amazonaws.com", action="sms-voice:SendTextMessage", **members):
    """Return a policy of one statement about a service."""
    statement = {"Effect": effect, "Principal": {"Service": service}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | members]})


def for_account(account):
    """Return the condition that a service acts for an account."""
    return {"StringEquals": {"aws:SourceAccount": account}}


@pytest.fixture
def put_policy(sms_client, request_number):
    """Lease a number and put its policy; return the number."""

    def put(text):
        number = request_number()
        if text is not None:
            sms_client.put_resource_policy(ResourceArn=number["PhoneNumberArn"], Policy=text)
        return number["PhoneNumber"]

    return put


@pytest.fixture
def outcome(sms):
    """Return who has sent the last text, or why it has failed."""

    def read():
        sms.settle()
        message = sms.inbox.messages()[-1]
        return message.history[-1].description if message.status == "BLOCKED" else message.sender

    return read


@pytest.fixture
def required(sms):
    """Policies are required, as in the strict profile."""
    before = sms.settings
    sms.engine.settings = type(before).load("friendly", {"service_policies_required": True})
    sms.reset()
    yield sms
    sms.engine.settings = before


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (None, True),
        (policy(), True),
        (policy(action="sms-voice:*", Condition=for_account("123456789012")), True),
        (policy(Condition=for_account("999988887777")), False),
        (policy(Condition={"Bool": {"aws:SecureTransport": "true"}}), False),
        (policy(action="sms-voice:PutOptedOutNumber"), False),
        (policy(effect="Deny"), False),
        (policy(service="other.amazonaws.com"), True),
    ],
)
def test_a_policy_that_names_sns_decides(put_policy, publish, outcome, text, allowed):
    """A number whose policy does not let SNS send is not used, though the publish is accepted."""
    number = put_policy(text)

    publish(OriginationNumber=number)

    assert (number if allowed else REFUSED) == outcome()


@pytest.mark.parametrize(("text", "allowed"), [(None, False), (policy(), True), (policy(service="x.amazonaws.com"), False)])
def test_a_policy_may_be_required(required, put_policy, publish, outcome, text, allowed):
    """Where policies are required, SNS finds no number without one, named or not."""
    number = put_policy(text)

    publish(OriginationNumber=number)
    named = outcome()
    publish("Again")

    assert (number if allowed else REFUSED) == named
    assert allowed == (number == outcome())


def test_the_request_log_says_what_is_missing(required, put_policy, publish):
    """A publish that is accepted in vain has a hint, until a policy is there."""
    put_policy(None)
    publish()
    put_policy(policy())
    publish()

    found = [row["hint"] for row in required.control("list_requests", service="sns")["requests"]]

    assert [True, False] == ["put-resource-policy" in (hint or "") for hint in reversed(found)]


def test_a_number_that_is_denied_is_passed_over(put_policy, publish, outcome):
    """Of two numbers, SNS takes the one that it may use."""
    put_policy(policy(effect="Deny"))
    allowed = put_policy(None)

    publish()

    assert allowed == outcome()


def test_a_sender_id_needs_it_too(sms, sms_client, sns, outcome):
    """So it is with a sender id of the account."""
    arn = sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")["SenderIdArn"]
    sms_client.put_resource_policy(ResourceArn=arn, Policy=policy(effect="Deny"))
    sns.set_sms_attributes(attributes={"DefaultSenderID": "Shop"})

    sns.publish(PhoneNumber="+4915112345678", Message="Hi")

    assert REFUSED == outcome()


def test_the_account_itself_is_not_meant(sms, sms_client, put_policy):
    """A policy about SNS does not keep the account from sending."""
    number = put_policy(policy(effect="Deny"))

    sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi")

    assert [number] == [message.sender for message in sms.inbox.messages()]
