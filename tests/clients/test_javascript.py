"""The AWS SDK for JavaScript, version 3."""

import json
from datetime import datetime, timezone

from emulator.testing import HANDSET


def test_sends_a_text(javascript, sms, event_set, topic_with_queue):
    """
    A text that the SDK sends, again after a fault, is on the handset as it was written, and its receipts are in the queue; a
    request that is repeated with its token gets one number.
    """
    sms.control("change_faults", faults=[{"error": "ThrottlingException", "operation": "SendTextMessage", "times": 1}])

    told = javascript("send.mjs", event_set)

    (message,) = sms.inbox.messages()
    assert (told["messageId"], told["number"], "Grüße 🎉") == (message.message_id, message.sender, message.body)
    assert {"order": "17"} == message.context
    assert (told["number"], 2) == (told["again"], told["attempts"])
    assert 200 == told["status"]
    assert 36 == len(told["requestId"])
    assert {told["messageId"]} == {record["messageId"] for record in topic_with_queue[1]()}


def test_reads_times(javascript, sms):
    """A time in an answer is the SDK's Date of that moment."""
    told = javascript("send.mjs")

    created = datetime.fromisoformat(told["created"].replace("Z", "+00:00"))
    assert abs((sms.clock.now - created).total_seconds()) < 60
    assert timezone.utc == sms.clock.now.tzinfo


def test_paginates(javascript, sms_client):
    """The SDK's own paginator reads every page once."""
    for name in "ABCD":
        sms_client.create_opt_out_list(OptOutListName=name)

    pages = javascript("paginate.mjs")

    assert [2, 2, 1] == [len(page) for page in pages]
    assert ["A", "B", "C", "D", "Default"] == sorted(name for page in pages for name in page)


def test_catches_errors(javascript, sms_client, number):
    """A refusal is an exception of the SDK's class of that name, with the modelled members."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    opted_out, missing, invalid = javascript("errors.mjs", number, HANDSET)

    assert ("ConflictException", True, "DESTINATION_PHONE_NUMBER_OPTED_OUT", "phone-number", HANDSET, 400) == tuple(
        opted_out[name] for name in ("name", "isOfClass", "reason", "resourceType", "resourceId", "status")
    )
    assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" in opted_out["message"]
    assert ("ResourceNotFoundException", True, "opt-out-list", "None", 400) == tuple(
        missing[name] for name in ("name", "isOfClass", "resourceType", "resourceId", "status")
    )
    assert ("ValidationException", True, ["destinationPhoneNumber"]) == tuple(
        invalid[name] for name in ("name", "isOfClass", "fields")
    )


def test_tells_an_order_by_whatsapp(javascript, sms, topic_with_queue):
    """The SDK's WhatsApp client makes a template, sends it, and sends free-form while the window is open."""
    linked = sms.whatsapp.link("+12065550100", "Shop", event_destination=topic_with_queue[0])

    early = javascript("whatsapp.mjs", linked["id"], linked["phone_number_id"], "template")
    sms.clock.advance(seconds=10)
    sms.handset(HANDSET).tap("Thanks")
    later = javascript("whatsapp.mjs", linked["id"], linked["phone_number_id"], "text")
    sms.clock.advance(seconds=10)

    template, text = (sms.inbox.messages(message_id=told["messageId"])[0] for told in (early, later))
    assert ("Your order 17 is on its way.", "DELIVERED") == (template.body, template.status)
    assert ("You are welcome 🎉", "DELIVERED") == (text.body, text.status)
    assert ("APPROVED", "ResourceNotFoundException") == (early["status"], early["error"])
    entries = [json.loads(event["whatsAppWebhookEntry"])["changes"][0] for event in topic_with_queue[1]()]
    statuses = [row["status"] for entry in entries for row in entry["value"].get("statuses", ())]
    assert ["sent", "delivered", "sent", "delivered"] == statuses
    sms.clock.advance(days=1)
    late = javascript("whatsapp.mjs", linked["id"], linked["phone_number_id"], "text")
    sms.clock.advance(seconds=10)
    (closed,) = sms.inbox.messages(message_id=late["messageId"])
    assert ("FAILED", 131047) == (closed.status, closed.whatsapp.error["code"])


def test_tells_the_story_of_cognito(javascript, sms):
    """The SDK signs up, resets a password and signs in by texted codes; wrong, late and used ones are refused."""
    told = javascript("cognito.mjs", HANDSET)

    masked = f"+*******{HANDSET[-4:]}"
    assert ("SMS", masked) == (told["details"]["DeliveryMedium"], told["details"]["Destination"])
    assert ["CodeMismatchException", "done", "NotAuthorizedException"] == told["signUp"]
    assert ["ExpiredCodeException", "CodeMismatchException", "done", "ExpiredCodeException"] == told["forgotten"]
    assert masked == told["challenge"]["CODE_DELIVERY_DESTINATION"]
    assert ["CodeMismatchException", "Bearer"] == told["signIn"]
