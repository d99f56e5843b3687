"""A login by one-time code: AWS makes the code, sends it by text, call or WhatsApp, and checks it."""

import json

import boto3
from moto import mock_aws

from emulator import mock_sms

USER = "+14255550100"


def log_in(codes, configuration, channel, origination, read_code):
    """Log a user in, as an application does: this is all of it."""
    codes.send_notify_code_verification(
        channel=channel,
        destinationIdentity=USER,
        originationIdentity=origination,
        notifyCodeConfiguration=configuration,
        referenceId="login",
    )
    code = read_code()
    status = codes.validate_notify_code_verification(destinationIdentity=USER, referenceId="login", code=code)["status"]
    again = codes.validate_notify_code_verification(destinationIdentity=USER, referenceId="login", code=code)["status"]
    return status, again


def link_whatsapp(sms):
    """Link a WhatsApp account with an approved template for codes, and return the id of its number."""
    linked = sms.whatsapp.link("+12065550100", "Example Shop")
    definition = {
        "name": "login_code",
        "language": "en_US",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]},
        ],
    }
    social = boto3.client("socialmessaging", region_name="us-east-1")
    made = social.create_whatsapp_message_template(id=linked["id"], templateDefinition=json.dumps(definition).encode())
    sms.whatsapp.decide(made["metaTemplateId"], "APPROVED")
    return linked["phone_number_id"]


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with mock_aws(), mock_sms() as sms:
        numbers = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        number = numbers.request_phone_number(
            IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberType="TEN_DLC", NumberCapabilities=["SMS", "VOICE"]
        )["PhoneNumber"]
        codes = boto3.client("endusermessaging", region_name="us-east-1")
        configuration = codes.create_notify_code_configuration(
            notifyCodeConfigurationName="login",
            codeConfigurationParameters={"validityPeriodMinutes": 5},
            channelParameters={
                "text": {"inlineTemplateBody": "{{code}} is your code for Example."},
                "voice": {"inlineTemplateBody": "Your code for Example is {{code}}.", "languageCode": "en-US"},
                "whatsApp": {"whatsAppTemplateName": "login_code", "languageCode": "en_US"},
            },
        )["notifyCodeConfiguration"]["notifyCodeConfigurationId"]
        for channel, origination in (("TEXT", number), ("VOICE", number), ("WHATSAPP", link_whatsapp(sms))):
            result = log_in(codes, configuration, channel, origination, lambda: sms.codes.last(to=USER))
            shown = sms.inbox.messages(to=USER)[-1].body.replace("\n", " ")
            print(f"{channel:8} {result[0]}, then {result[1]}: {shown}")
            assert result == ("VALID", "INVALID")


if __name__ == "__main__":
    main()
