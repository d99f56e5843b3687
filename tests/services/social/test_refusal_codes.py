"""Meta's codes in the refusals of calls, and in what comes in."""

from __future__ import annotations

import json

import pytest

from emulator import mock_sms
from emulator.messaging.whatsapp import media
from emulator.testing import HANDSET

from .conftest import BUSINESS, DEFINITION

CONNECT = {"to": HANDSET, "action": "connect", "session": {"sdp_type": "offer", "sdp": "v=0"}}


@pytest.fixture
def refused(raises):
    """Asserts that a call is refused by this code of Meta."""

    def refused(code, call, **members):
        with raises("InvalidParametersException") as error:
            call(**members)
        assert error["message"].startswith(f"(#{code}) "), error["message"]

    return refused


def test_a_wrong_pin(social, refused):
    """A PIN that is not the number's is refused by 133005."""
    result = social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAA"})["signupCallbackResult"]
    (waiting,) = result["linkedAccountsWithIncompleteSetup"].values()
    number = waiting["unregisteredWhatsAppPhoneNumbers"][0]["phoneNumberId"]
    setup = {
        "associateInProgressToken": result["associateInProgressToken"],
        "phoneNumbers": [{"id": number, "twoFactorPin": "000000"}],
        "waba": {},
    }

    refused(133005, social.associate_whatsapp_business_account, setupFinalization=setup)


def test_too_many_templates(social, linked, refused):
    """The 251st name of a template is refused by 2388019; another language of a known name is not."""

    def create(name, language="en"):
        definition = DEFINITION | {"name": name, "language": language}
        social.create_whatsapp_message_template(id=linked["id"], templateDefinition=json.dumps(definition).encode())

    for index in range(250):
        create(f"name_{index}")

    refused(2388019, create, name="one_more")
    create("name_0", "fr")


def test_a_template_that_is_reviewed(social, linked, refused, sms):
    """A template cannot be edited during its review: 2388039."""
    sms.account().reviewer = "manual"
    made = social.create_whatsapp_message_template(id=linked["id"], templateDefinition=json.dumps(DEFINITION).encode())

    refused(
        2388039,
        social.update_whatsapp_message_template,
        id=linked["id"],
        metaTemplateId=made["metaTemplateId"],
        templateComponents=json.dumps(DEFINITION["components"]).encode(),
    )


def test_a_flow_that_is_deprecated(social, linked, refused):
    """A deprecated flow cannot be changed: 139001."""
    flow = {"version": "6.0", "screens": [{"id": "FIRST", "terminal": True, "layout": {"type": "SingleColumnLayout"}}]}
    flow_id = social.create_whatsapp_flow(
        id=linked["id"], flowName="book", categories=["OTHER"], flowJson=json.dumps(flow).encode(), publish=True
    )["flowId"]
    social.deprecate_whatsapp_flow(id=linked["id"], flowId=flow_id)

    refused(139001, social.update_whatsapp_flow, id=linked["id"], flowId=flow_id, flowName="other")
    refused(
        139001,
        social.update_whatsapp_flow_assets,
        id=linked["id"],
        flowId=flow_id,
        flowJson=json.dumps(flow).encode(),
    )


@pytest.fixture
def call(social, linked):
    """Calls HANDSET from a number that takes calls."""
    number = linked["phone_number_id"]
    social.update_linked_whatsapp_business_account_phone_number(id=number, callSettings={"callEnabled": True})

    def call(**members):
        event = json.dumps({"messaging_product": "whatsapp"} | members).encode()
        return social.send_whatsapp_call_event(originationPhoneNumberId=number, metaApiVersion="v23.0", callEvent=event)

    return call


def test_a_phone_without_whatsapp_is_not_called(call, refused, handset):
    """A phone without WhatsApp cannot be called: 138001."""
    handset.behave(whatsapp=False)

    refused(138001, call, **CONNECT)


def test_calls_to_a_user_are_limited(call, refused, handset, window, send, message):
    """The 101st call to a user on a day is refused by 138012."""
    request = {"type": "call_permission_request", "action": {"name": "call_permission_request"}}
    message(send("interactive", interactive=request))
    handset.tap("Always allow")
    for _ in range(100):
        call_id = call(**CONNECT)["callId"]
        call(call_id=call_id, action="terminate")

    refused(138012, call, **CONNECT)


def test_a_file_that_is_too_large(monkeypatch, encoded):
    """A file beyond Meta's limit comes in with the error 131052."""
    monkeypatch.setattr(media, "BYTES_MAX", 3)
    with mock_sms() as sms:
        sms.whatsapp.link(BUSINESS, "Shop")
        sms.handset(HANDSET).whatsapp(to=BUSINESS, type="image", image={"data": encoded(b"1234"), "mime_type": "image/png"})

        (received,) = sms.inbox.messages(direction="inbound")

    assert [131052] == [error["code"] for error in received.whatsapp.payload["errors"]]


ODD = [
    {"type": "voice_call", "body": {"text": "Call"}, "action": {"name": "voice_call", "parameters": 5}},
    {"type": "voice_call", "body": {"text": "Call"}, "footer": 5, "action": {"name": "voice_call"}},
    {"type": "call_permission_request", "body": 5, "action": {"name": "call_permission_request"}},
    {"type": "call_permission_request", "footer": {"text": 1}, "action": {"name": "call_permission_request"}},
]


@pytest.mark.parametrize("interactive", ODD, ids=str)
def test_odd_parts_are_no_error_of_ours(send, window, message, interactive):
    """Parts of a wrong type, where Meta's table says nothing of them, are passed over or fail as a message."""
    found = message(send("interactive", interactive=interactive))

    assert found.status in ("DELIVERED", "FAILED")


def test_the_latest_business_is_answered(handset, linked, sms):
    """Without `to` a user writes to the business of the latest message, also if the user has sent that."""
    sms.whatsapp.link("+12065550101", "Other")
    handset.whatsapp("Hi", to="+12065550101")

    handset.whatsapp("Are you there?")

    assert ["+12065550101"] * 2 == [found.to for found in sms.inbox.messages(direction="inbound")]
    with pytest.raises(ValueError, match="no conversation by WhatsApp yet"):
        sms.handset("+14255550111").whatsapp("Hi")
