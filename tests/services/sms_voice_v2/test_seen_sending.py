"""Answers of AWS that people met when they sent: codes, look-ups and the account's protection, each with its evidence."""

import pytest

from emulator.testing import HANDSET


class TestNotifyCodes:
    """Evidence: the Notify quickstart of aws/agent-toolkit-for-aws, run on AWS; notify-send-messages.html."""

    @pytest.fixture
    def send(self, sms, sms_client):
        """Send a code by text or by voice."""
        made = sms_client.create_notify_configuration(
            DisplayName="Shop", UseCase="CODE_VERIFICATION", EnabledChannels=["SMS", "VOICE"]
        )
        sms.settle()

        def send_code(code, channel="text"):
            return getattr(sms_client, f"send_notify_{channel}_message")(
                NotifyConfigurationId=made["NotifyConfigurationId"],
                DestinationPhoneNumber=HANDSET,
                TemplateId="notify-code-verification-english-001",
                TemplateVariables={"code": code},
            )["ResolvedMessageBody"]

        return send_code

    @pytest.mark.parametrize("code", ["ABCD12", "123", "123456789", "1. 2. 3. 4"])
    def test_a_text_takes_four_to_eight_digits(self, send, raises, code):
        """Letters, too few and too many digits, and separated ones are refused."""
        with raises("ValidationException"):
            send(code)
        assert "1234" in send("1234")
        assert "12345678" in send("12345678")

    def test_a_call_takes_separated_digits(self, send, raises):
        """The guide's tip for calls, digits with points between them, is accepted there."""
        assert "1. 2. 3. 4. 5. 6." in send("1. 2. 3. 4. 5. 6.", channel="voice")
        with raises("ValidationException"):
            send("1. 2. 3.", channel="voice")

    def test_the_template_says_the_rule(self, sms_client):
        """DescribeNotifyTemplates shows the rule that sending checks."""
        for template in sms_client.describe_notify_templates()["NotifyTemplates"]:
            assert r"^\d{4,8}$" == template["Variables"]["code"]["Pattern"]


class TestLookUps:
    """Evidence: the user guide, carrier lookup: a mobile has its carrier and both codes."""

    @pytest.mark.parametrize("number", [HANDSET, "+447400555000", "+5511912345678", "+33612345678", "+919876543210"])
    def test_a_mobile_has_its_network(self, sms_client, number):
        """All three are given, the same each time."""
        answers = [sms_client.carrier_lookup(PhoneNumber=number) for _ in range(2)]

        first, second = ([answer[name] for name in ("Carrier", "MCC", "MNC")] for answer in answers)
        assert first == second
        assert all(first)


class TestProtection:
    """Evidence: the guide on protect configurations; aws-cloudformation's roadmap, issue 2462."""

    @pytest.fixture
    def block(self, sms_client):
        """Block a country for a capability, by the account's default configuration."""

        def block_country(capability, iso="US"):
            made = sms_client.create_protect_configuration()["ProtectConfigurationId"]
            sms_client.update_protect_configuration_country_rule_set(
                ProtectConfigurationId=made,
                NumberCapability=capability,
                CountryRuleSetUpdates={iso: {"ProtectStatus": "BLOCK"}},
            )
            sms_client.set_account_default_protect_configuration(ProtectConfigurationId=made)

        return block_country

    @pytest.mark.parametrize("channel", ["SMS", "VOICE"])
    def test_pinpoint_does_not_send_there(self, client, sms, block, channel):
        """SendMessages names no configuration, so the account's holds."""
        pinpoint = client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "app"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})
        pinpoint.update_voice_channel(ApplicationId=app, VoiceChannelRequest={"Enabled": True})
        block(channel)

        answer = pinpoint.send_messages(
            ApplicationId=app,
            MessageRequest={
                "Addresses": {HANDSET: {"ChannelType": channel}},
                "MessageConfiguration": {"DefaultMessage": {"Body": "hello"}},
            },
        )

        result = answer["MessageResponse"]["Result"][HANDSET]
        assert ("PERMANENT_FAILURE", 400) == (result["DeliveryStatus"], result["StatusCode"])
        assert "ResourceType" not in result["StatusMessage"]
        assert [] == sms.inbox.messages()

    def test_a_one_time_password_is_not_sent_there(self, client, sms, number, block):
        """Nor does SendOTPMessage."""
        pinpoint = client("pinpoint")
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "app"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=app, SMSChannelRequest={"Enabled": True})
        block("SMS")

        answer = pinpoint.send_otp_message(
            ApplicationId=app,
            SendOTPMessageRequestParameters={
                "BrandName": "Shop",
                "Channel": "SMS",
                "DestinationIdentity": HANDSET,
                "OriginationIdentity": number,
                "ReferenceId": "login",
            },
        )

        assert "PERMANENT_FAILURE" == answer["MessageResponse"]["Result"][HANDSET]["DeliveryStatus"]
        assert [] == sms.inbox.messages()

    def test_the_first_api_does_not_call_there(self, client, sms, request_number, block, raises):
        """Nor does SendVoiceMessage of `sms-voice`."""
        number = request_number(NumberType="TOLL_FREE", NumberCapabilities=["VOICE"])["PhoneNumber"]
        block("VOICE")

        with raises("BadRequestException"):
            client("sms-voice").send_voice_message(
                DestinationPhoneNumber=HANDSET,
                OriginationPhoneNumber=number,
                Content={"PlainTextMessage": {"Text": "Hi", "LanguageCode": "en-US", "VoiceId": "Joanna"}},
            )
        assert [] == sms.inbox.messages()

    def test_another_country_is_reached(self, sms, client, block):
        """What is not blocked is sent as before."""
        block("SMS", "DE")

        client("sns").publish(PhoneNumber=HANDSET, Message="hello")

        assert [HANDSET] == [message.to for message in sms.inbox.messages()]


class TestOtherCountries:
    """Evidence: the VA's notification-api, issue 2628 and pull request 2633, on texts to Puerto Rico and Canada."""

    @pytest.mark.parametrize("to", ["+16135550100", "+447400555000"])
    def test_a_pool_without_a_number_for_the_country(self, sms_client, request_number, raises, to):
        """A pool none of whose numbers reaches the country has no origination identity for it."""
        number = request_number()["PhoneNumberId"]
        pool = sms_client.create_pool(OriginationIdentity=number, IsoCountryCode="US", MessageType="TRANSACTIONAL")["PoolId"]

        with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
            sms_client.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=pool, MessageBody="Hi")

    @pytest.mark.parametrize("to", ["+17875550100", "+16135550100"])
    def test_a_number_that_does_not_reach_the_country(self, sms_client, number, raises, to):
        """A number of the United States that is named for Puerto Rico or Canada is refused as invalid."""
        with raises("ValidationException"):
            sms_client.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=number, MessageBody="Hi")
