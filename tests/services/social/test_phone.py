"""The phone: what its user edits, deletes, reacts to, reads and says, and what the phone shows."""

from __future__ import annotations

import pytest

from emulator.testing import HANDSET

from .conftest import BUSINESS


@pytest.fixture
def inbound(events):
    """Reads the messages that the business has received since."""

    def read():
        values = [event["whatsAppWebhookEntry"]["changes"][0]["value"] for event in events()]
        return [message for value in values for message in value.get("messages", ())]

    return read


def test_a_text_is_edited(handset, linked, inbound, sms):
    """The newest text is changed, and the business is told the new text under the id of the old one."""
    handset.whatsapp("Three, please", to=BUSINESS)
    sent = handset.whatsapp("Twoo, please", to=BUSINESS)

    handset.edit("Two, please")

    edit = inbound()[-1]
    new = {"type": "text", "text": {"body": "Two, please"}}
    assert ("edit", {"original_message_id": sent["wamid"], "message": new}) == (edit["type"], edit["edit"])
    first, second = sms.inbox.messages(direction="inbound")[:2]
    assert (None, "Two, please") == (first.whatsapp.edited, second.whatsapp.edited)


def test_a_message_is_deleted_for_everyone(handset, linked, inbound, sms):
    """A message that is named by its id is deleted, once; the next deletion takes the one that is left."""
    first = handset.whatsapp("One", to=BUSINESS)
    second = handset.whatsapp("Two", to=BUSINESS)

    handset.delete(first["inbound_message_id"])
    handset.delete()

    told = [message["revoke"]["original_message_id"] for message in inbound() if message["type"] == "revoke"]
    assert [first["wamid"], second["wamid"]] == told
    assert [True, True] == [message.whatsapp.is_deleted for message in sms.inbox.messages(direction="inbound")[:2]]
    with pytest.raises(LookupError, match="has no WhatsApp message that its user has sent"):
        handset.delete()


def test_a_caption_is_edited(handset, linked, inbound, encoded):
    """Of a file the caption is edited; a location cannot be."""
    handset.whatsapp(to=BUSINESS, type="image", image={"data": encoded(b"x"), "mime_type": "image/png", "caption": "Catt"})
    handset.edit("Cat")
    handset.whatsapp(to=BUSINESS, type="location", location={"latitude": 1, "longitude": 2})

    assert "Cat" == inbound()[1]["edit"]["message"]["image"]["caption"]
    with pytest.raises(ValueError, match="type location cannot be edited"):
        handset.edit("Elsewhere")


def test_a_reaction_is_taken_back(handset, send_text, window, message, inbound):
    """A reaction names the newest message of the business; without an emoji it is taken back."""
    sent = message(send_text())
    inbound()

    handset.react("👍")
    handset.react("", sent.message_id)

    wamid = sent.whatsapp.wamid
    assert [{"message_id": wamid, "emoji": "👍"}, {"message_id": wamid}] == [row["reaction"] for row in inbound()]


def test_what_has_arrived_is_read(handset, send_text, window, message):
    """All that has arrived is read, once, and reported; what is named alone is read alone."""
    first, second, third = [message(send_text(body)).message_id for body in ("One", "Two", "Three")]

    assert [second] == handset.read(second)
    assert [first, third] == handset.read()
    assert [] == handset.read()
    assert "READ" == message(first).status
    with pytest.raises(LookupError):
        handset.read("unknown")


def test_a_voice_note_that_is_read_is_played(handset, send, window, upload, message):
    """Reading a voice note plays it."""
    note = send("audio", audio={"id": upload(b"x", "audio/ogg"), "voice": True})
    message(note)

    handset.read()

    assert "PLAYED" == message(note).status


def test_a_voice_note_is_received(handset, linked, inbound, social, client):
    """A voice note arrives as audio with `voice`, and can be fetched."""
    handset.voice_note(b"OggS", to=BUSINESS)

    audio = inbound()[0]["audio"]
    assert ("audio/ogg; codecs=opus", True) == (audio["mime_type"], audio["voice"])
    client("s3").create_bucket(Bucket="notes")
    social.get_whatsapp_message_media(
        mediaId=audio["id"],
        originationPhoneNumberId=linked["phone_number_id"],
        destinationS3File={"bucketName": "notes", "key": "in/"},
    )
    (stored,) = client("s3").list_objects_v2(Bucket="notes")["Contents"]
    assert (f"in/{audio['id']}.ogg", 4) == (stored["Key"], stored["Size"])


def test_the_parts_of_a_template_are_shown(create_template, send_template, message, sms):
    """The view of a message has its buttons as the phone shows them, the link completed."""
    create_template()
    message_id = send_template()
    message(message_id)

    (shown,) = [row["whatsapp"]["shown"] for row in sms.control.show_conversation(number=HANDSET)["messages"]]

    assert {
        "body": "Your order 17 has been sent and arrives on Friday. Thank you.",
        "buttons": [
            {"type": "quick_reply", "text": "Thanks"},
            {"type": "url", "text": "Track", "url": "https://example.com/o/17"},
        ],
    } == shown


def test_the_parts_of_a_list_are_shown(send, window, message):
    """The rows of a list are behind its button, with header and footer."""
    sections = [{"rows": [{"id": "t1", "title": "09:00"}]}]
    interactive = {
        "type": "list",
        "header": {"type": "text", "text": "Times"},
        "body": {"text": "When?"},
        "footer": {"text": "Shop"},
        "action": {"button": "Choose", "sections": sections},
    }

    found = message(send("interactive", interactive=interactive))

    assert {
        "header": {"type": "text", "text": "Times"},
        "body": "When?",
        "footer": "Shop",
        "buttons": [{"type": "list", "text": "Choose", "sections": sections}],
    } == found.whatsapp.shown
