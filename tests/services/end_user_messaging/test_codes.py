"""One-time codes: sent by text and call, read on the phone, and checked."""

from __future__ import annotations

import json
import re

import pytest

from emulator.kernel.tables import load_table
from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550111"


def other_than(code):
    """Return another code of the same length and alphabet."""
    return code[::-1] if code != code[::-1] else code[:-1] + ("1" if code[-1] != "1" else "2")


@pytest.fixture
def code(sms, send_code):
    """A code that was sent to HANDSET."""
    send_code()
    return sms.inbox.code(to=HANDSET)


def test_a_code_arrives_by_text(sms, send_code):
    """The phone shows the template with a code of six digits, and the answer names that message."""
    answer = send_code()
    text = sms.inbox.wait(to=HANDSET)

    assert re.fullmatch(r"Your code is \d{6}\.", text.body)
    assert answer["messageId"] == text.message_id
    assert answer["verificationId"].startswith("ver-")


def test_a_code_arrives_by_call(sms, send_code, request_number):
    """A call reads the template with the code."""
    number = request_number(NumberCapabilities=["SMS", "VOICE"])["PhoneNumber"]

    send_code(channel="VOICE", originationIdentity=number)

    call = sms.inbox.wait(to=HANDSET)
    assert ("voice", f"Your code is {sms.codes.last(to=HANDSET)}.") == (call.channel, call.body)


def test_a_code_arrives_by_whatsapp(sms, client, codes, validate):
    """An authentication template carries the code to WhatsApp."""
    linked = sms.whatsapp.link("+12065550100", "Shop")
    definition = {
        "name": "login_code",
        "language": "en_US",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]},
        ],
    }
    template = client("socialmessaging").create_whatsapp_message_template(
        id=linked["id"], templateDefinition=json.dumps(definition).encode()
    )
    sms.whatsapp.decide(template["metaTemplateId"], "APPROVED")

    codes.send_notify_code_verification(
        channel="WHATSAPP",
        destinationIdentity=HANDSET,
        originationIdentity=linked["phone_number_id"],
        overrideChannelParameters={"whatsApp": {"whatsAppTemplateName": "login_code", "languageCode": "en_US"}},
    )

    code = sms.codes.last(to=HANDSET)
    message = sms.inbox.wait(to=HANDSET, channel="whatsapp", status="DELIVERED")
    assert code in message.body
    assert code == message.code == sms.inbox.code(to=HANDSET)
    assert "VALID" == validate(code)


def test_whatsapp_needs_number_and_template(sms, codes, raises):
    """An unknown number is a 404, and a missing template a validation error."""
    linked = sms.whatsapp.link("+12065550100", "Shop")
    members = {"channel": "WHATSAPP", "destinationIdentity": HANDSET}

    with raises("ResourceNotFoundException", resourceId="phone-number-id-none"):
        codes.send_notify_code_verification(**members, originationIdentity="phone-number-id-none")
    with raises("ValidationException") as refused:
        codes.send_notify_code_verification(**members, originationIdentity=linked["phone_number_id"])

    assert "/overrideChannelParameters/whatsApp/whatsAppTemplateName" == refused["fieldList"][0]["path"]


def test_a_code_is_good_once(code, validate):
    """The right code is VALID the first time, and INVALID from then on."""
    assert ["VALID", "INVALID"] == [validate(code), validate(code)]


def test_a_wrong_code_is_invalid(code, validate):
    """A wrong code is INVALID, and the right one is VALID afterwards."""
    assert ["INVALID", "VALID"] == [validate(other_than(code)), validate(code)]


def test_a_code_that_was_never_sent_is_invalid(codes, validate):
    """A destination without a code gets INVALID, and no error."""
    assert "INVALID" == validate("123456", to=OTHER_HANDSET)


def test_a_code_expires(sms, code, validate):
    """A code is INVALID once ten minutes have passed."""
    sms.clock.advance(minutes=10)

    assert "INVALID" == validate(code)


def test_attempts_are_limited(code, validate):
    """After three wrong codes the right one is INVALID too."""
    wrong = [validate(other_than(code)) for _ in range(3)]

    assert (["INVALID"] * 3, "INVALID") == (wrong, validate(code))


def test_a_second_code_replaces_the_first(sms, send_code, validate):
    """The newest code for a destination is the only one that is good."""
    send_code()
    first = sms.codes.last(to=HANDSET)
    send_code()
    second = sms.codes.last(to=HANDSET)

    assert ["INVALID", "VALID"] == [validate(first), validate(second)]


def test_references_are_independent(sms, send_code, validate):
    """Codes with different references are good side by side, and only with their reference."""
    send_code(referenceId="one")
    one = sms.codes.last(to=HANDSET)
    send_code(referenceId="two")
    two = sms.codes.last(to=HANDSET)

    assert "INVALID" == validate(one)
    assert ["VALID", "VALID"] == [validate(one, referenceId="one"), validate(two, referenceId="two")]


@pytest.mark.parametrize(("code_type", "alphabet"), [("NUMERIC", "[0-9]"), ("ALPHA", "[A-Z]"), ("ALPHANUMERIC", "[A-Z0-9]")])
@pytest.mark.parametrize("length", [4, 8])
def test_types_and_lengths(sms, send_code, validate, code_type, alphabet, length):
    """A code has the characters and the length of its policy."""
    send_code(overrideCodeConfigurationParameters={"codeType": code_type, "codeLength": length})
    code = sms.codes.last(to=HANDSET)

    assert re.fullmatch(f"{alphabet}{{{length}}}", code)
    assert code == sms.inbox.code(to=HANDSET) == sms.inbox.wait(to=HANDSET).code
    assert "VALID" == validate(code)
    assert code == sms.inbox.code(to=HANDSET)


def test_the_policy_is_frozen_at_send(sms, codes, send_code, configuration, validate):
    """Updating and deleting the configuration does not affect a code that is on its way."""
    send_code()
    code = sms.codes.last(to=HANDSET)
    codes.update_notify_code_configuration(
        notifyCodeConfigurationId=configuration, codeConfigurationParameters={"validityPeriodMinutes": 1, "maxAttempts": 1}
    )
    codes.delete_notify_code_configuration(notifyCodeConfigurationId=configuration)
    sms.clock.advance(minutes=5)

    assert ["INVALID", "VALID"] == [validate(other_than(code)), validate(code)]


def test_overrides_merge_with_the_configuration(sms, send_code):
    """A channel that the request gives in part is completed by the configuration, and the configuration by defaults."""
    send_code(overrideChannelParameters={"text": {"inlineTemplateBody": "Hi, {{code}}"}})

    assert f"Hi, {sms.codes.last(to=HANDSET)}" == sms.inbox.wait(to=HANDSET).body


def test_without_a_configuration_the_request_brings_the_template(sms, codes, number, raises):
    """A template in the request is enough, and without any the request is refused."""
    members = {"channel": "TEXT", "destinationIdentity": HANDSET, "originationIdentity": number}

    with raises("ValidationException") as refused:
        codes.send_notify_code_verification(**members)
    codes.send_notify_code_verification(
        **members, overrideChannelParameters={"text": {"inlineTemplateBody": "{{code}} it is"}}
    )

    assert "/overrideChannelParameters/text/inlineTemplateBody" == refused["fieldList"][0]["path"]
    assert sms.inbox.wait(to=HANDSET).body.endswith(" it is")


def test_a_template_needs_the_placeholder(create_configuration, raises):
    """A template without {{code}} is refused, with a JSON pointer to it."""
    with raises("ValidationException") as refused:
        create_configuration(channelParameters={"voice": {"inlineTemplateBody": "Hello"}})

    assert "/channelParameters/voice/inlineTemplateBody" == refused["fieldList"][0]["path"]


def test_a_notify_configuration_sends_by_its_template(sms, codes, sms_client, validate):
    """Through a Notify configuration the approved template carries the code."""
    notify_id = sms_client.create_notify_configuration(
        DisplayName="Shop",
        UseCase="CODE_VERIFICATION",
        EnabledChannels=["SMS"],
        DefaultTemplateId="notify-code-verification-english-001",
    )["NotifyConfigurationId"]

    codes.send_notify_code_verification(channel="TEXT", destinationIdentity=HANDSET, originationIdentity=notify_id)

    code = sms.codes.last(to=HANDSET)
    assert f"Shop: your verification code is {code}." == sms.inbox.wait(to=HANDSET).body
    assert "VALID" == validate(code)


TEMPLATES = load_table("messaging/notify/data/notify.json")["templates"]


@pytest.mark.parametrize("channel", ["TEXT", "VOICE"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_carries_a_code(sms, codes, sms_client, validate, template, channel):
    """Each of AWS's templates, in its language, carries the code, and how long it is good if there is a place for that."""
    notify_id = sms_client.create_notify_configuration(
        DisplayName="Shop", UseCase="CODE_VERIFICATION", EnabledChannels=["SMS", "VOICE"]
    )["NotifyConfigurationId"]
    sms.control.change_notify_configuration(configuration_id=notify_id, tier="ADVANCED")

    codes.send_notify_code_verification(
        channel=channel,
        destinationIdentity=HANDSET,
        originationIdentity=notify_id,
        overrideChannelParameters={"notify": {"notifyTemplateId": template}},
        overrideCodeConfigurationParameters={"validityPeriodMinutes": 7},
    )

    code = sms.codes.last(to=HANDSET)
    values = {"displayName": "Shop", "code": code, "minutes": "7"}
    expected = re.sub(r"{{(\w+)}}", lambda found: values[found[1]], TEMPLATES[template]["content"])
    assert expected == sms.inbox.wait(to=HANDSET).body
    assert "VALID" == validate(code)


def test_notify_has_metrics_of_its_own(sms, codes, sms_client, client):
    """CloudWatch counts what Notify has sent and delivered, beside the ordinary metrics."""
    notify_id = sms_client.create_notify_configuration(
        DisplayName="Shop", UseCase="CODE_VERIFICATION", EnabledChannels=["SMS", "VOICE"]
    )["NotifyConfigurationId"]
    template = {"notify": {"notifyTemplateId": "notify-code-verification-english-001"}}
    for channel in ("TEXT", "VOICE"):
        codes.send_notify_code_verification(
            channel=channel,
            destinationIdentity=HANDSET,
            originationIdentity=notify_id,
            overrideChannelParameters=template,
        )
    sms.clock.advance(minutes=5)

    names = {row["MetricName"] for row in client("cloudwatch").list_metrics(Namespace="AWS/SMSVoice")["Metrics"]}

    assert names >= {
        "NotifyTextMessagePartsSent",
        "NotifyTextMessagePartsDelivered",
        "NotifyVoiceMessagesSent",
        "NotifyVoiceMessagesDelivered",
        "NotifyMessageMonthlySpend",
    }


def test_a_fault_applies(sms, send_code, raises):
    """A fault rule refuses the send, and no code is made."""
    sms.faults.add("InternalServerException", service="endusermessaging", times=20)

    with raises("InternalServerException"):
        send_code()

    assert [] == sms.codes.records()


def test_a_send_is_logged_with_its_message(sms, send_code):
    """The request log leads from the call to the message."""
    answer = send_code()

    (logged,) = sms.requests.all(operation="SendNotifyCodeVerification")
    assert answer["messageId"] == logged["message_id"]


def test_the_opt_out_list_applies(sms, send_code, raises):
    """A recipient who has opted out gets a conflict without a reason, and no code."""
    send_code()
    sms.handset(HANDSET).reply("STOP")

    with raises("ConflictException") as refused:
        send_code()

    assert (409, "phone-number", HANDSET) == (
        refused["ResponseMetadata"]["HTTPStatusCode"],
        refused["resourceType"],
        refused["resourceId"],
    )
    assert "Reason" not in refused


def test_unknown_resources(send_code, raises):
    """An unknown configuration or identity is a 404, and sends nothing."""
    with raises("ResourceNotFoundException", resourceType="notify-code-configuration", resourceId="cc-none"):
        send_code(notifyCodeConfiguration="cc-none")
    with raises("ResourceNotFoundException", resourceType="phone-number"):
        send_code(originationIdentity="+12065550199")


def test_events_carry_the_context(sms, send_code, event_set, topic_with_queue):
    """The message's ordinary events go to the named configuration set, with the context."""
    send_code(configurationSetName=event_set, context={"order": "7"})

    sms.settle()

    records = topic_with_queue[1]()
    assert {"order": "7"} == records[-1]["context"]


def test_codes_are_listed(sms, send_code, validate):
    """The control API lists the codes that nobody has used yet."""
    send_code(channel="TEXT")
    code = sms.codes.last(to=HANDSET)

    assert [(HANDSET, code, "TEXT")] == [(row["to"], row["code"], row["channel"]) for row in sms.codes.records(to=HANDSET)]
    assert "VALID" == validate(code)
    with pytest.raises(LookupError):
        sms.codes.last(to=HANDSET)
