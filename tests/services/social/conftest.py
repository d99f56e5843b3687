from __future__ import annotations

import base64
import json

import pytest

from emulator.kernel.tables import load_table
from emulator.testing import HANDSET

BUSINESS = "+12065550100"
ABROAD = "+447700900123"
"""A phone in a country where marketing templates are delivered."""
DEFINITION = {
    "name": "order_update",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "Your order {{1}} has been sent and arrives on {{2}}. Thank you.",
            "example": {"body_text": [["17", "Friday"]]},
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Thanks"},
                {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}", "example": ["o/17"]},
            ],
        },
    ],
}
PARAMETERS = [
    {"type": "body", "parameters": [{"type": "text", "text": "17"}, {"type": "text", "text": "Friday"}]},
    {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "o/17"}]},
]


@pytest.fixture
def social(client):
    """A client of the service under test."""
    return client("socialmessaging")


@pytest.fixture
def linked(sms, topic_with_queue):
    """An account whose events go to `topic_with_queue`; gives its ids."""
    return sms.whatsapp.link(BUSINESS, "Example Shop", event_destination=topic_with_queue[0])


@pytest.fixture
def send(social, linked):
    """Sends a message of the Cloud API, given by its type or as it is; gives its id."""

    def send(kind=None, to=HANDSET, version="v23.0", **members):
        payload = {"messaging_product": "whatsapp", "to": to} | ({} if kind is None else {"type": kind}) | members
        blob = json.dumps({name: value for name, value in payload.items() if value is not None}).encode()
        answer = social.send_whatsapp_message(
            originationPhoneNumberId=linked["phone_number_id"], message=blob, metaApiVersion=version
        )
        return answer["messageId"]

    return send


@pytest.fixture
def send_text(send):
    """Sends a text; gives its id."""
    return lambda body="Hello", to=HANDSET, **members: send("text", to, text={"body": body}, **members)


@pytest.fixture
def handset(sms):
    """The phone of a user."""
    return sms.handset(HANDSET)


@pytest.fixture
def window(handset, linked):
    """An open window with HANDSET; gives the message that opened it."""
    return handset.whatsapp("Hi", to=BUSINESS)


@pytest.fixture
def create_template(social, linked, sms):
    """Creates a template, `order_update` by default, and has it approved; gives its id."""

    def create(**changes):
        definition = json.dumps(DEFINITION | changes).encode()
        answer = social.create_whatsapp_message_template(id=linked["id"], templateDefinition=definition)
        sms.whatsapp.decide(answer["metaTemplateId"], "APPROVED")
        return answer["metaTemplateId"]

    return create


@pytest.fixture
def send_template(send):
    """Sends the template `order_update` with its parameters; gives the id of the message."""

    def send_it(to=HANDSET, name="order_update", language="en_US", components=PARAMETERS, **members):
        template = {"name": name, "language": {"code": language}, "components": components}
        return send("template", to, template=template, **members)

    return send_it


@pytest.fixture
def message(sms):
    """Gives the message with this id, after all that is due within ten seconds."""

    def get(message_id):
        sms.clock.advance(seconds=10)
        return sms.inbox.messages(message_id=message_id)[0]

    return get


@pytest.fixture
def failure(message):
    """Gives the code by which a message has failed, and the details."""

    def get(message_id):
        found = message(message_id)
        assert "FAILED" == found.status, found.history
        error = found.whatsapp.error
        return error["code"], error["error_data"]["details"]

    return get


@pytest.fixture
def events(topic_with_queue, sms):
    """Reads the events that have arrived: each with its entry decoded."""

    def read():
        sms.clock.advance(seconds=10)
        return [
            event | {"whatsAppWebhookEntry": json.loads(event["whatsAppWebhookEntry"])} for event in topic_with_queue.read()
        ]

    return read


@pytest.fixture
def upload(client, social, linked):
    """Uploads a file by way of S3; gives its media id."""

    def put(content=b"\x89PNG\r\n\x1a\n", content_type="image/png", key="file"):
        s3 = client("s3")
        s3.create_bucket(Bucket="whatsapp-media")
        s3.put_object(Bucket="whatsapp-media", Key=key, Body=content, ContentType=content_type)
        answer = social.post_whatsapp_message_media(
            originationPhoneNumberId=linked["phone_number_id"],
            sourceS3File={"bucketName": "whatsapp-media", "key": key},
        )
        return answer["mediaId"]

    return put


@pytest.fixture(scope="session")
def table():
    """The table of message types and events."""
    return load_table("messaging/whatsapp/data/message_types.json")


@pytest.fixture
def encoded():
    """Gives the base64 text of a file."""
    return lambda content: base64.b64encode(content).decode()
