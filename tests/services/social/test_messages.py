"""SendWhatsAppMessage: what is refused at once, what fails later, what every kind of message becomes."""

from __future__ import annotations

import json

import pytest

from emulator.kernel.tables import load_table
from emulator.testing import HANDSET

from .conftest import BUSINESS

KINDS = {row["name"]: row for row in load_table("messaging/whatsapp/data/message_types.json")["types"]}
CARD = {
    "card_index": 0,
    "type": "cta_url",
    "header": {"type": "image", "image": {"link": "https://example.com/a.png"}},
    "body": {"text": "One"},
    "action": {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://example.com"}},
}


def test_an_answer_is_a_uuid(send_text, window):
    """The answer is a UUID, which is not Meta's id of the message."""
    message_id = send_text()

    assert 36 == len(message_id)
    assert not message_id.startswith("wamid.")


@pytest.mark.parametrize("to", ["14255550100", "425", "", "+", "hello", None])
def test_a_destination_is_needed(send_text, raises, to):
    """Without a number that begins with a plus there is AWS's error at once."""
    with raises("InvalidParametersException") as error:
        send_text(to=to)

    assert "Invalid destination phone number or message Id" == error["message"]


def test_digits_may_be_accepted(client):
    """The setting `whatsapp_plus_optional` takes numbers without a plus."""
    from emulator import mock_sms

    with mock_sms(config={"limits": {"whatsapp_plus_optional": True}}) as sms:
        linked = sms.whatsapp.link(BUSINESS, "Shop")
        blob = json.dumps({"messaging_product": "whatsapp", "to": "14255550100", "text": {"body": "Hi"}}).encode()
        client("socialmessaging").send_whatsapp_message(
            originationPhoneNumberId=linked["phone_number_id"], message=blob, metaApiVersion="v20.0"
        )

        assert [HANDSET] == [found.to for found in sms.inbox.messages(channel="whatsapp")]


@pytest.mark.parametrize("blob", [b"hello", b"[]", b'"x"', b"{"])
def test_a_message_is_a_json_object(social, linked, raises, sms, blob):
    """A blob that is no JSON object is refused at once, and nothing is kept."""
    with raises("InvalidParametersException"):
        social.send_whatsapp_message(
            originationPhoneNumberId=linked["phone_number_id"], message=blob, metaApiVersion="v20.0"
        )

    assert [] == sms.inbox.messages()


@pytest.mark.parametrize("version", ["v19.0", "20.0", "vX", ""])
def test_the_version_must_be_supported(send_text, raises, version):
    """Meta's version is v20 or later."""
    with raises("InvalidParametersException"):
        send_text(version=version)


def test_a_foreign_number_is_not_found(social, raises):
    """A number that no linked account has is not found."""
    with raises("ResourceNotFoundException"):
        social.send_whatsapp_message(
            originationPhoneNumberId="phone-number-id-" + "0" * 32,
            message=b'{"to": "+14255550100"}',
            metaApiVersion="v20.0",
        )


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("template", "mark_as_read", "reaction")])
def test_every_kind_is_delivered(name, send, sms, social, linked, window, upload, message):
    """In an open window the example of every kind of message is sent and delivered."""
    example = json.loads(json.dumps(KINDS[name]["example"]))
    kind = example["type"]
    content = example[kind]
    if isinstance(content, dict) and "id" in content:
        content_type = KINDS[name]["limits"]["mime"][0]
        content["id"] = upload(b"content", content_type)
    if name == "interactive.flow":
        content["action"]["parameters"]["flow_id"] = _published_flow(social, linked)
    if name == "interactive.carousel":
        content["action"]["cards"] = [CARD, CARD | {"card_index": 1}]

    found = message(send(**{field: value for field, value in example.items() if field not in ("to", "messaging_product")}))

    assert "DELIVERED" == found.status, found.whatsapp.error
    assert name == found.whatsapp.kind
    assert KINDS[name]["statuses"][:2] == [entry.status.lower() for entry in found.history]


def _published_flow(social, linked):
    flow = {"version": "6.0", "screens": [{"id": "FIRST", "terminal": True, "layout": {"type": "SingleColumnLayout"}}]}
    answer = social.create_whatsapp_flow(
        id=linked["id"], flowName="book", categories=["OTHER"], flowJson=json.dumps(flow).encode(), publish=True
    )
    return answer["flowId"]


def test_a_reaction_is_sent_only(send, window, message):
    """A reaction to what a user wrote reaches `sent`, and no more."""
    found = message(send("reaction", reaction={"message_id": window["wamid"], "emoji": "👍"}))

    assert ["SENT"] == [entry.status for entry in found.history]
    assert found.final


def test_a_voice_note_is_played(send, window, upload, handset, message):
    """A voice note to somebody who reads is read, and then played."""
    handset.behave(reads_whatsapp=True)

    found = message(send("audio", audio={"id": upload(b"x", "audio/ogg"), "voice": True}))

    assert ["SENT", "DELIVERED", "READ", "PLAYED"] == [entry.status for entry in found.history]


def test_a_read_receipt_has_an_id_and_no_event(send, window, events, sms):
    """A read receipt is answered with an id; no message is made of it, and no event."""
    events()

    message_id = send(to=None, status="read", message_id=window["wamid"], typing_indicator={"type": "text"})

    assert message_id
    assert [] == events()
    assert sms.inbox.messages(direction="inbound")[0].whatsapp.is_read


def test_what_came_before_is_read_too(send, window, handset, sms):
    """
    A read receipt reads the earlier messages of that user, and no later ones. Evidence: Meta, "Mark messages as read": "also
    marks earlier messages in the conversation as read".
    """
    for body in ("two", "three"):
        handset.whatsapp(body, to=BUSINESS)
    received = sms.inbox.messages(direction="inbound")

    send(to=None, status="read", message_id=received[-2].whatsapp.wamid)

    assert [True] * (len(received) - 1) + [False] == [message.whatsapp.is_read for message in received]


def test_a_blocked_business_stays_sent(send_text, window, handset, message):
    """Nothing arrives on the phone of a user who has blocked the business."""
    handset.behave(whatsapp_blocks=[BUSINESS])

    assert ["SENT"] == [entry.status for entry in message(send_text()).history]


def test_a_user_is_found_by_business_scoped_id(send, window, message, sms):
    """Instead of a number a message can have the id by which the business knows the user."""
    from emulator.messaging.whatsapp.ids import bsuid_of

    found = message(send("text", to=None, recipient=bsuid_of(sms.world.seeds, HANDSET), text={"body": "Hi"}))

    assert (HANDSET, "DELIVERED") == (found.to, found.status)


def test_a_code_is_not_sent_to_a_business_scoped_id(create_template, send, window, failure, sms):
    """An authentication template needs a number; to an id of the business it fails by 131062."""
    from emulator.messaging.whatsapp.ids import bsuid_of

    parts = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]
    create_template(name="code", category="AUTHENTICATION", components=parts)
    text = [{"type": "text", "text": "123456"}]
    components = [
        {"type": "body", "parameters": text},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": text},
    ]
    template = {"name": "code", "language": {"code": "en_US"}, "components": components}

    assert 131062 == failure(send("template", to=None, recipient=bsuid_of(sms.world.seeds, HANDSET), template=template))[0]
