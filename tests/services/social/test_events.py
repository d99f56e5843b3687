"""What arrives at the event destination and on EventBridge, compared member for member with documented events."""

from __future__ import annotations

import base64
import json
import re

import pytest

from emulator import mock_sms
from emulator.kernel.tables import load_table
from emulator.testing import HANDSET

from .conftest import ABROAD, BUSINESS

TABLE = load_table("messaging/whatsapp/data/message_types.json")["events"]
INBOUND, STATUSES, OTHER = TABLE["inbound"], TABLE["statuses"], TABLE["other_fields"]
FILE_KINDS = ("image", "video", "audio", "document", "sticker")
OWN = ("id", "timestamp", "from", "sha256", "phone_number_id", "expiration_timestamp", "message_template_id", "time", "name")
"""Members whose values are each event's own."""


def shape(value, own=OWN):
    """The value with a placeholder where each event has values of its own."""
    if isinstance(value, dict):
        return {
            name: "…" if name in own and not isinstance(item, dict) else shape(item, own) for name, item in value.items()
        }
    return [shape(item, own) for item in value] if isinstance(value, list) else value


def value_of(event):
    """The value of the only change of an event."""
    (change,) = event["whatsAppWebhookEntry"]["changes"]
    return change["value"]


@pytest.mark.parametrize("name", INBOUND)
def test_an_inbound_message_is_as_documented(name, handset, linked, events):
    """Every inbound kind arrives with the members, in the order, of the documented event."""
    documented = INBOUND[name]
    sent = dict(documented["changes"][0]["value"]["messages"][0])
    for own in ("from", "id", "timestamp"):
        del sent[own]
    kind = sent["type"]
    if kind in FILE_KINDS:
        file = {member: value for member, value in sent[kind].items() if member not in ("sha256", "id")}
        sent[kind] = file | {"data": base64.b64encode(b"content").decode()}
    handset.behave(whatsapp_name="Ada")

    handset.whatsapp(to=BUSINESS, **sent)

    (event,) = events()
    assert shape(documented) == shape(event["whatsAppWebhookEntry"])
    assert list(shape(documented)["changes"][0]["value"]) == list(value_of(event))
    assert ["context", "whatsAppWebhookEntry", "aws_account_id", "message_timestamp"] == list(event)


def test_an_envelope_is_as_documented(linked, handset, events):
    """The envelope names account and number by Meta's ids and AWS's ARNs, and its time has nine digits of a second."""
    handset.whatsapp("Hi", to=BUSINESS)

    (event,) = events()

    assert {
        "MetaWabaIds": [{"wabaId": linked["waba_id"], "arn": linked["arn"]}],
        "MetaPhoneNumberIds": [{"metaPhoneNumberId": linked["meta_phone_number_id"], "arn": linked["phone_number_arn"]}],
    } == event["context"]
    assert "123456789012" == event["aws_account_id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", event["message_timestamp"])
    assert linked["waba_id"] == event["whatsAppWebhookEntry"]["id"]


def test_statuses_of_a_template_are_as_documented(create_template, send_template, handset, events):
    """A template that is read is sent, delivered and read, in this order; each event has the id of the send."""
    create_template()
    handset.behave(reads_whatsapp=True)
    events()

    message_id = send_template()

    found = events()
    documented = ("sent_template_v24", "delivered", "read")
    for name, event in zip(documented, found, strict=True):
        wanted = json.loads(json.dumps(STATUSES[name]))
        # From version 24 of the webhooks on, statuses name no conversation.
        wanted["changes"][0]["value"]["statuses"][0].pop("conversation", None)
        assert shape(wanted) == shape(event["whatsAppWebhookEntry"])
        assert message_id == event["messageId"]


def test_older_webhooks_name_a_conversation(client):
    """Before version 24 the statuses of a template name a conversation, and only `sent` says when it expires."""
    with mock_sms(config={"limits": {"whatsapp_webhook_version": 23}}) as sms:
        sms.whatsapp.link(BUSINESS, "Shop", event_destination="arn:aws:sns:us-east-1:123456789012:nowhere")
        social = client("socialmessaging")
        account = social.list_linked_whatsapp_business_accounts()["linkedAccounts"][0]
        number = social.get_linked_whatsapp_business_account(id=account["id"])["account"]["phoneNumbers"][0]
        definition = {
            "name": "hello",
            "language": "en",
            "category": "UTILITY",
            "components": [{"type": "BODY", "text": "Hello"}],
        }
        made = social.create_whatsapp_message_template(id=account["id"], templateDefinition=json.dumps(definition).encode())
        sms.whatsapp.decide(made["metaTemplateId"], "APPROVED")
        blob = {"messaging_product": "whatsapp", "to": HANDSET, "type": "template"}
        blob |= {"template": {"name": "hello", "language": {"code": "en"}}}
        social.send_whatsapp_message(
            originationPhoneNumberId=number["phoneNumberId"], message=json.dumps(blob).encode(), metaApiVersion="v23.0"
        )
        sms.clock.advance(seconds=10)
        records = [row["record"] for row in sms.control.list_events()["events"]]

    entries = [json.loads(record["whatsAppWebhookEntry"]) for record in records]
    for name, entry in zip(("sent_template", "delivered"), entries, strict=True):
        assert shape(STATUSES[name]) == shape(entry)


def test_a_free_form_status_is_as_documented(send_text, window, events):
    """A text in the window is free, and gives back the data that it was sent with."""
    events()

    send_text(biz_opaque_callback_data="order-17")

    sent, _ = events()
    assert shape(STATUSES["sent_with_callback_data"]) == shape(sent["whatsAppWebhookEntry"])


@pytest.mark.parametrize(
    ("name", "behaviour", "is_open"),
    [("failed_131047", {}, False), ("failed_131026", {"whatsapp": False}, True)],
)
def test_a_failure_is_as_documented(name, behaviour, is_open, send_text, handset, linked, events):
    """A message that fails has one status, with Meta's code, title, details and address."""
    if is_open:
        handset.whatsapp("Hi", to=BUSINESS)
    handset.behave(**behaviour)
    events()

    send_text()

    (failed,) = events()
    assert shape(STATUSES[name]) == shape(failed["whatsAppWebhookEntry"])


def test_an_unknown_template_is_as_documented(send_template, linked, events):
    """A template that does not exist in the language fails as documented."""
    send_template(name="no_such", components=[])

    (failed,) = events()
    wanted = json.dumps(STATUSES["failed_132001"]).replace("<name>", "no_such").replace("<language>", "en_US")
    assert shape(json.loads(wanted)) == shape(failed["whatsAppWebhookEntry"])


def test_any_code_can_be_forced(send_text, window, sms, events):
    """A forced failure has any of Meta's codes, as the experiment's."""
    message_id = send_text()
    events()

    sms.whatsapp.force(message_id, "failed", error_code=130472)

    (failed,) = events()
    assert shape(STATUSES["failed_130472"]) == shape(failed["whatsAppWebhookEntry"])


def test_a_played_voice_note_is_as_documented(send, window, upload, handset, events):
    """`played` comes after `read`."""
    handset.behave(reads_whatsapp=True)
    events()

    send("audio", audio={"id": upload(b"x", "audio/ogg"), "voice": True})

    assert shape(STATUSES["played"]) == shape(events()[-1]["whatsAppWebhookEntry"])


def test_statuses_may_be_repeated(send_text, window, sms, events):
    """A carrier rule has the last status sent more than once, as Meta may."""
    sms.carriers.rule("DELIVERED", channel="whatsapp", receipts=2)
    events()

    send_text()

    assert ["sent", "delivered", "delivered"] == [value_of(event)["statuses"][0]["status"] for event in events()]


def test_what_is_decided_on_templates_is_reported(create_template, sms, events):
    """Approval, rejection, pauses, quality and category of a template arrive as documented."""
    template = create_template()
    sms.whatsapp.decide(template, "PAUSED")
    sms.whatsapp.decide(template, "REJECTED")
    sms.whatsapp.decide(template, quality_score="GREEN")
    sms.whatsapp.decide(template, quality_score="YELLOW")
    sms.whatsapp.decide(template, category="MARKETING")

    approved, paused, rejected, _, quality, category = events()

    own = (*OWN, "reason", "recommendation", "message_template_category")
    for name, event in (
        ("template_approved", approved),
        ("template_paused", paused),
        ("template_rejected", rejected),
        ("template_quality", quality),
        ("template_category", category),
    ):
        assert shape(OTHER[name], own) == shape(event["whatsAppWebhookEntry"], own)
        assert [] == event["context"]["MetaPhoneNumberIds"]


def test_who_stops_marketing_is_reported(handset, window, events):
    """A user who stops marketing messages is reported to the businesses that know the user."""
    handset.behave(whatsapp_name="Ada")
    events()

    handset.behave(whatsapp_marketing=False)

    (event,) = events()
    assert shape(OTHER["marketing_stop"]) == shape(event["whatsAppWebhookEntry"])


def test_event_bridge_has_its_own_detail(client, send_text, linked, sms, number_queue):
    """A failed message is on the default bus under Meta's ids, with the code and without details."""
    message_id = send_text(to=ABROAD)

    sms.clock.advance(seconds=10)

    (event,) = number_queue()
    assert ("WhatsApp Message Failed", "aws.social-messaging", []) == tuple(
        event[name] for name in ("detail-type", "source", "resources")
    )
    detail = event["detail"]
    assert linked["waba_id"] == detail["wabaId"]
    assert BUSINESS[1:] == detail["originationPhoneNumber"]
    assert (message_id, "failed") == (detail["messageId"], detail["status"])
    assert [{"code": 131047, "title": "Re-engagement message", "message": "Re-engagement message"}] == detail["errors"]
    assert detail["eventTimestamp"].isdigit()


@pytest.fixture
def number_queue(client, sms):
    """A queue behind a rule on the default bus; gives a function that reads it."""
    events, sqs = client("events"), client("sqs")
    url = sqs.create_queue(QueueName="bus")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="social", EventPattern='{"source": ["aws.social-messaging"]}')
    events.put_targets(Rule="social", Targets=[{"Id": "1", "Arn": arn}])

    def read():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return read


def test_without_a_destination_nothing_is_sent(social, linked, handset, events):
    """An empty list of destinations switches events off."""
    social.put_whatsapp_business_account_event_destinations(id=linked["id"], eventDestinations=[])

    handset.whatsapp("Hi", to=BUSINESS)

    assert [] == events()
