"""
An order by WhatsApp: a template that needs no window, an answer that opens it, free-form chat, and the window that closes.

Sent by unmodified boto3; the recipient and the clock are played by the emulator.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone

import boto3

from emulator import mock_sms

RECIPIENT = "+14255550100"
TEMPLATE = {
    "name": "order_update",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "Your order {{1}} has been sent and arrives on {{2}}. Thank you.",
            "example": {"body_text": [["17", "Friday"]]},
        },
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Change the day"}]},
    ],
}
DAYS = [{"type": "reply", "reply": {"id": day.lower(), "title": day}} for day in ("Saturday", "Monday")]


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with mock_sms(seed=1, start=datetime(2026, 4, 21, 13, 0, tzinfo=timezone.utc)) as sms:
        client = boto3.client("socialmessaging", region_name="us-east-1")
        shop = sms.whatsapp.link("+12065550100", "Example Shop")
        phone = sms.handset(RECIPIENT)
        phone.behave(whatsapp_name="Ada", reads_whatsapp=True)

        def send(**message):
            blob = json.dumps({"messaging_product": "whatsapp", "to": RECIPIENT} | message).encode()
            answer = client.send_whatsapp_message(
                originationPhoneNumberId=shop["phone_number_id"], message=blob, metaApiVersion="v23.0"
            )
            sms.clock.advance(minutes=1)
            sent = sms.inbox.messages(message_id=answer["messageId"])[0]
            error = sent.whatsapp.error
            statuses = " > ".join(entry.status.lower() for entry in sent.history)
            print(f"  shop: {sent.body}")
            print(f"        {statuses}" + (f" ({error['code']}: {error['title']})" if error else ""))

        client.create_whatsapp_message_template(id=shop["id"], templateDefinition=json.dumps(TEMPLATE).encode())
        (template,) = client.list_whatsapp_message_templates(id=shop["id"])["templates"]
        print(f"The template {template['templateName']} is {template['templateStatus']}")

        print("\nThe recipient has not written yet, so only a template arrives:")
        send(type="text", text={"body": "Hello Ada, about your order …"})
        values = [{"type": "text", "text": text} for text in ("17", "Friday")]
        body = {"type": "body", "parameters": values}
        send(type="template", template={"name": "order_update", "language": {"code": "en_US"}, "components": [body]})

        phone.tap("Change the day")
        print("\nThe recipient taps a button, which opens the window for 24 hours:")
        question = {"type": "button", "body": {"text": "Which day suits you?"}, "action": {"buttons": DAYS}}
        send(type="interactive", interactive=question)
        phone.tap("Monday")
        phone.whatsapp("In the morning, please")
        send(type="text", text={"body": "Monday morning it is."})

        print("\nWhat the shop has received:")
        for received in sms.inbox.messages(channel="whatsapp", direction="inbound"):
            print(f"  {received.whatsapp.profile_name}: {received.body} ({received.whatsapp.kind})")

        sms.clock.advance(hours=24)
        print("\nA day later the window has closed:")
        send(type="text", text={"body": "Did everything arrive?"})

        (row,) = sms.costs()
        print(f"\n{row['messages']} messages cost {row['price']} USD to AWS and {row['carrier_fee']} USD to Meta")


if __name__ == "__main__":
    main()
