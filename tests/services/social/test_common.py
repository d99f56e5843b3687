"""What holds for every channel, here: faults, costs, message log, consent, snapshots, reset, request log."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from emulator import mock_sms
from emulator.testing import HANDSET

from .conftest import ABROAD, BUSINESS


@pytest.mark.parametrize(
    ("error", "status"),
    [("InternalServiceException", 500), ("ThrottledRequestException", 429), ("DependencyException", 502)],
)
def test_a_fault_is_the_services(social, linked, sms, raises, error, status):
    """A fault rule makes the service answer its own error, and nothing is sent."""
    sms.faults.add(error, service="socialmessaging", operation="SendWhatsAppMessage", times=20)

    with raises(error) as answer:
        social.send_whatsapp_message(
            originationPhoneNumberId=linked["phone_number_id"], message=b'{"to": "+14255550100"}', metaApiVersion="v20.0"
        )

    assert status == answer["ResponseMetadata"]["HTTPStatusCode"]
    assert [] == sms.inbox.messages()


def test_a_fault_that_passes_is_retried(send_text, window, sms, message):
    """A client's own retry gets through when the fault has been used up, and the message is sent once."""
    sms.faults.add("ThrottledRequestException", service="socialmessaging", operation="SendWhatsAppMessage", times=1)

    assert "DELIVERED" == message(send_text()).status
    assert 1 == len(sms.inbox.messages(direction="outbound"))


def test_another_services_fault_does_not_apply(send_text, window, sms, message):
    """A fault for texts leaves WhatsApp alone."""
    sms.faults.add("ThrottlingException", service="pinpoint-sms-voice-v2", times=20)

    assert "DELIVERED" == message(send_text()).status


def test_costs_are_listed(create_template, send_template, handset, linked, message, sms):
    """Costs count messages in and out by country and month; a failed one costs nothing."""
    create_template()
    message(send_template(to=ABROAD))
    handset.whatsapp("Hi", to=BUSINESS)
    sms.handset("+447700900124").behave(whatsapp=False)
    message(send_template(to="+447700900124"))

    rows = {(row["channel"], row["country"]): row for row in sms.costs()}

    british, american = rows["whatsapp", "GB"], rows["whatsapp", "US"]
    assert (0.005, 0.022) == (british["price"], british["carrier_fee"])
    assert (0.001, 0) == (american["price"], american["carrier_fee"])


def test_whatsapp_spends_from_no_limit(sms, sms_client, create_template, send_template, message):
    """A spend limit of nothing stops texts, and not WhatsApp: AWS has no limit for it."""
    sms.account().spend_limits = {"TEXT": 0}
    create_template()

    assert "DELIVERED" == message(send_template()).status


def test_the_requests_are_logged(send_text, window, sms, raises):
    """The request log has the call with its message, and a refusal with AWS's error."""
    message_id = send_text()
    with raises("InvalidParametersException"):
        send_text(to="425")

    refused, sent = sms.requests.all(operation="SendWhatsAppMessage")
    assert ("socialmessaging", 200, message_id) == (sent["service"], sent["status"], sent["message_id"])
    assert (400, "InvalidParametersException") == (refused["status"], refused["error"])


def test_a_stop_of_marketing_is_in_the_trail(handset, window, linked, sms):
    """The trail of consent has the stop and the resumption, for the number of the business that the user knows."""
    handset.behave(whatsapp_marketing=False)
    handset.behave(whatsapp_marketing=True)

    assert [("OPT_OUT", "WHATSAPP", HANDSET), ("OPT_IN", "WHATSAPP", HANDSET)] == [
        (row["action"], row["cause"], row["number"]) for row in sms.consent.records(cause="WHATSAPP")
    ]
    assert {linked["phone_number_arn"]} == {row["opt_out_list_arn"] for row in sms.consent.records()}


def test_a_state_keeps_what_is_pending(sms, handset, window, send_text, message):
    """A state that is put back goes on: the message is delivered, the window and the user's edit are there."""
    handset.edit("Hello")
    message_id = send_text()
    state = json.loads(json.dumps(sms.state()))
    sms.clock.advance(days=2)

    sms.restore(state)

    assert "DELIVERED" == message(message_id).status
    assert "Hello" == sms.inbox.messages(direction="inbound")[0].whatsapp.edited
    assert "DELIVERED" == message(send_text()).status


def test_a_reset_forgets_the_accounts(sms, social, linked, window):
    """After a reset there is neither account nor message."""
    sms.reset()

    assert [] == social.list_linked_whatsapp_business_accounts()["linkedAccounts"]
    assert [] == sms.inbox.messages()
    with pytest.raises(ClientError):
        social.get_linked_whatsapp_business_account(id=linked["id"])


def test_messages_are_logged_in_a_table():
    """With `message_log_table` the statuses of a message, and what the user writes, are items of one conversation."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        keys = ("ConversationId", "HASH"), ("Timestamp", "RANGE")
        dynamodb.create_table(
            TableName="messages",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        with mock_sms(config={"limits": {"message_log_table": "messages"}}) as sms:
            linked = sms.whatsapp.link(BUSINESS, "Shop")
            sms.handset(HANDSET).whatsapp("Hi", to=BUSINESS)
            sms.clock.advance(seconds=10)
            boto3.client("socialmessaging", region_name="us-east-1").send_whatsapp_message(
                originationPhoneNumberId=linked["phone_number_id"],
                message=json.dumps({"messaging_product": "whatsapp", "to": HANDSET, "text": {"body": "Hello"}}).encode(),
                metaApiVersion="v23.0",
            )
            assert 0 == sms.settle()["undelivered"]
        items = sorted(dynamodb.scan(TableName="messages")["Items"], key=lambda item: item["Timestamp"]["S"])

    assert [("Hi", "RECEIVED"), ("Hello", "ACCEPTED"), ("Hello", "SENT"), ("Hello", "DELIVERED")] == [
        (item["Message"]["S"], item["Status"]["S"]) for item in items
    ]
    assert {f"{HANDSET}#{BUSINESS}"} == {item["ConversationId"]["S"] for item in items}
