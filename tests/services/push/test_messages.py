"""SendMessages: what each platform takes, what each refuses, and what is on the device afterwards."""

import json

import pytest

from emulator.testing import HANDSET

APPLE_TOKEN = "ab" * 32
ADM_TOKEN = "amzn1.adm-registration.v2.abc"
TOKENS = {
    "GCM": "fcm-token",
    "APNS": APPLE_TOKEN,
    "APNS_SANDBOX": "cd" * 32,
    "APNS_VOIP": "ef" * 32,
    "APNS_VOIP_SANDBOX": "01" * 32,
    "ADM": ADM_TOKEN,
    "BAIDU": "channel-17",
}


def provider_error(result):
    return json.loads(result["StatusMessage"])["pushProviderError"]


class TestDelivery:
    """Messages that arrive."""

    @pytest.mark.parametrize("platform", TOKENS)
    def test_default_message_arrives_on_every_platform(self, send, sms, platform):
        """The default push message reaches a device of each platform, and is in the inbox."""
        token = TOKENS[platform]

        result = send({token: platform})[token]

        (message,) = sms.inbox.messages(channel="push")
        assert ("SUCCESSFUL", 200) == (result["DeliveryStatus"], result["StatusCode"])
        assert (result["MessageId"], platform, "Hi", "There") == (
            message.message_id,
            message.push["platform"],
            message.push["title"],
            message.body,
        )

    def test_platforms_own_message_comes_before_the_default(self, send, sms):
        """Members for one platform replace those for all; the rest of the default stays."""
        configuration = {
            "DefaultMessage": {"Body": "all"},
            "DefaultPushNotificationMessage": {"Title": "push", "Body": "push", "Data": {"a": "1"}},
            "GCMMessage": {"Body": "android", "ImageUrl": "https://example.com/a.png"},
        }

        send({"fcm-token": "GCM", APPLE_TOKEN: "APNS"}, configuration)

        by_platform = {message.push["platform"]: message for message in sms.inbox.messages(channel="push")}
        assert ("android", "push") == (by_platform["GCM"].body, by_platform["APNS"].body)
        assert {"push"} == {message.push["title"] for message in by_platform.values()}
        assert "https://example.com/a.png" == by_platform["GCM"].push["image_url"]
        assert {"a": "1"} == by_platform["APNS"].push["data"]

    def test_variables_are_filled_in(self, send, sms):
        """A recipient's own values come before the message's."""
        configuration = {"GCMMessage": {"Body": "{{name}}, {{what}}", "Substitutions": {"name": ["You"], "what": ["hi"]}}}
        own = {"ChannelType": "GCM", "Substitutions": {"name": ["Ana"]}}

        send({"one": "GCM", "two": own}, configuration)

        assert ["You, hi", "Ana, hi"] == [message.body for message in sms.inbox.messages(channel="push")]

    def test_overrides_of_one_address(self, send, sms):
        """Title and body can be a recipient's own."""
        send({"one": {"ChannelType": "GCM", "TitleOverride": "T", "BodyOverride": "B"}})

        (message,) = sms.inbox.messages(channel="push")
        assert ("T", "B") == (message.push["title"], message.body)

    def test_raw_content_travels_as_it_is(self, send, sms):
        """Raw content is the payload."""
        raw = '{"aps":{"alert":"raw"}}'

        send({APPLE_TOKEN: "APNS"}, {"APNSMessage": {"RawContent": raw}})

        assert [raw] == [message.push["payload"] for message in sms.inbox.messages(channel="push")]

    @pytest.mark.parametrize(
        ("platform", "payload"),
        [
            ("GCM", {"data": {"sync": "1"}}),
            ("APNS", {"aps": {"content-available": 1}, "sync": "1"}),
        ],
    )
    def test_silent_push_shows_nothing(self, send, sms, platform, payload):
        """A silent push carries its data alone."""
        send({TOKENS[platform]: platform}, {"DefaultPushNotificationMessage": {"SilentPush": True, "Data": {"sync": "1"}}})

        (message,) = sms.inbox.messages(channel="push")
        assert (True, payload) == (message.push["silent"], json.loads(message.push["payload"]))

    def test_template_stands_for_the_message(self, send, sms, pinpoint):
        """A push template gives title and body, for a platform or for all."""
        template = {"Default": {"Title": "T", "Body": "all {{n}}{{sign}}"}, "APNS": {"Body": "apple {{n}}"}}
        template["DefaultSubstitutions"] = '{"n": "many", "sign": "!"}'
        pinpoint.create_push_template(TemplateName="sale", PushNotificationTemplateRequest=template)
        configuration = {"DefaultPushNotificationMessage": {"Substitutions": {"n": ["5"]}}}

        send(
            {"fcm-token": "GCM", APPLE_TOKEN: "APNS"},
            configuration,
            TemplateConfiguration={"PushTemplate": {"Name": "sale"}},
        )

        assert ["all 5!", "apple 5"] == [message.body for message in sms.inbox.messages(channel="push")]


class TestRefusals:
    """A refusal by a push service is a result; HTTP stays 200."""

    @pytest.mark.parametrize(
        ("platform", "token", "code", "error"),
        [
            ("GCM", "no token!", 400, "The registration token is not a valid FCM registration token"),
            ("APNS", "short", 410, "BadDeviceToken"),
            ("APNS_SANDBOX", "xy" * 32, 410, "BadDeviceToken"),
            ("ADM", "adm", 400, "InvalidRegistrationId"),
            ("BAIDU", "?", 400, "request params not valid"),
        ],
    )
    def test_invalid_token(self, send, sms, platform, token, code, error):
        """A token that the platform never gives is refused in its words, and nothing arrives."""
        result = send({token: platform})[token]

        assert ("PERMANENT_FAILURE", code, error) == (
            result["DeliveryStatus"],
            result["StatusCode"],
            provider_error(result),
        )
        assert ["FAILED"] == [message.status for message in sms.inbox.messages(channel="push")]

    def test_status_message_has_the_seen_form(self, send):
        """The status message is the JSON that real answers have."""
        result = send({"short": "APNS_SANDBOX"})["short"]

        assert (
            '{"errorMessage":"Unregistered or expired token","channelType":"APNS_SANDBOX","pushProviderStatusCode":"400",'
            '"pushProviderError":"BadDeviceToken","pushProviderResponse":"{\\"reason\\":\\"BadDeviceToken\\"}"}'
        ) == result["StatusMessage"]

    @pytest.mark.parametrize(("platform", "error"), [("GCM", "Requested entity was not found."), ("APNS", "Unregistered")])
    @pytest.mark.parametrize("state", ["unregistered", "stale"])
    def test_dead_token(self, send, sms, platform, error, state):
        """The token of an app that is gone, or long unopened, is dead."""
        token = TOKENS[platform]
        sms.devices.put(token, platform=platform, state=state)

        result = send({token: platform})[token]

        assert (410, error) == (result["StatusCode"], provider_error(result))

    def test_opened_app_has_a_good_token_again(self, send, sms, pinpoint, app):
        """Updating its endpoint is what an app does when it is opened: the stale token lives again."""
        sms.devices.put("fcm-token", platform="GCM", state="stale")
        before = send({"fcm-token": "GCM"})["fcm-token"]["StatusCode"]

        endpoint = {"ChannelType": "GCM", "Address": "fcm-token"}
        pinpoint.update_endpoint(ApplicationId=app, EndpointId="phone", EndpointRequest=endpoint)

        assert (410, 200) == (before, send({"fcm-token": "GCM"})["fcm-token"]["StatusCode"])

    @pytest.mark.parametrize(
        ("platform", "most"), [("GCM", 4096), ("APNS", 4096), ("APNS_VOIP", 5120), ("ADM", 6144), ("BAIDU", 4096)]
    )
    def test_payload_has_a_limit(self, send, platform, most):
        """A payload of the platform's limit goes; one byte more does not."""
        token, member = TOKENS[platform], {"GCM": "GCM", "ADM": "ADM", "BAIDU": "Baidu"}.get(platform, "APNS")
        codes = [
            send({token: platform}, {f"{member}Message": {"RawContent": "x" * size}})[token]["StatusCode"]
            for size in (most, most + 1)
        ]

        assert [200, 400] == codes

    def test_token_of_another_platform(self, send):
        """A device is reached by its own platform alone."""
        send({APPLE_TOKEN: "APNS"})

        assert "BadDeviceToken" == provider_error(send({APPLE_TOKEN: "APNS_SANDBOX"})[APPLE_TOKEN])

    def test_channel_without_credentials(self, pinpoint, send, app):
        """A channel that is gone or disabled takes nothing."""
        pinpoint.delete_gcm_channel(ApplicationId=app)

        result = send({"fcm-token": "GCM", "x@example.com": "EMAIL"})

        assert {"PERMANENT_FAILURE"} == {each["DeliveryStatus"] for each in result.values()}
        assert {400} == {each["StatusCode"] for each in result.values()}

    @pytest.mark.parametrize(
        "message", [{"Priority": "urgent", "Body": "a"}, {"TimeToLive": 28 * 86400 + 1, "Body": "a"}, {"Data": {"a": "b"}}]
    )
    def test_bad_message(self, send, sms, message):
        """A priority or time to live that the platform lacks, or nothing to show, is refused before it is sent."""
        result = send({"fcm-token": "GCM"}, {"GCMMessage": message})["fcm-token"]

        assert ("PERMANENT_FAILURE", []) == (result["DeliveryStatus"], sms.inbox.messages(channel="push"))

    @pytest.mark.parametrize("count", [0, 101])
    def test_number_of_recipients(self, send, raises, count):
        """There must be one recipient, and at most a hundred."""
        with raises("BadRequestException"):
            send({f"token-{number}": "GCM" for number in range(count)})


class TestTelephones:
    """The SMS and voice channels: Pinpoint's senders, on the phones of pinpoint-sms-voice-v2."""

    def test_text_arrives_in_the_one_inbox(self, send, sms, number):
        """A text sent by SendMessages is on the handset, from the number that it names."""
        configuration = {"SMSMessage": {"Body": "Hi {{n}}", "OriginationNumber": number, "Substitutions": {"n": ["you"]}}}

        result = send({HANDSET: "SMS"}, configuration)[HANDSET]

        (message,) = sms.handset(HANDSET).inbox
        assert (number, "Hi you", "SendMessages") == (message.sender, message.body, message.operation)
        assert ("SUCCESSFUL", f"MessageId: {message.message_id}") == (result["DeliveryStatus"], result["StatusMessage"])

    def test_opted_out_recipient(self, send, sms, number):
        """A recipient who has answered STOP gets nothing, and the result is OPT_OUT."""
        configuration = {"SMSMessage": {"Body": "Hi", "OriginationNumber": number}}
        send({HANDSET: "SMS"}, configuration)
        sms.handset(HANDSET).reply("STOP")

        assert "OPT_OUT" == send({HANDSET: "SMS"}, configuration)[HANDSET]["DeliveryStatus"]

    def test_call_is_heard(self, send, sms, request_number):
        """A voice message is a call."""
        caller = request_number(NumberCapabilities=["VOICE"])["PhoneNumber"]

        send({HANDSET: "VOICE"}, {"VoiceMessage": {"Body": "Hello", "OriginationNumber": caller}})

        assert "Hello" == sms.inbox.wait(to=HANDSET, channel="voice", status="COMPLETED").body

    def test_number_of_nobody(self, send, sms):
        """An invalid number, or a sender that the account does not have, is a result and not an error."""
        bad = send({"somebody": "SMS"}, {"SMSMessage": {"Body": "Hi"}})["somebody"]
        unowned = send({HANDSET: "SMS"}, {"SMSMessage": {"Body": "Hi", "OriginationNumber": "+12065550199"}})[HANDSET]

        assert ["PERMANENT_FAILURE"] * 2 == [bad["DeliveryStatus"], unowned["DeliveryStatus"]]
        assert [] == sms.inbox.messages()


class TestUsers:
    """Endpoints and SendUsersMessages."""

    @pytest.fixture
    def put(self, pinpoint, app):
        """Makes an endpoint."""

        def update(endpoint_id, **members):
            pinpoint.update_endpoint(ApplicationId=app, EndpointId=endpoint_id, EndpointRequest=members)

        return update

    def test_all_endpoints_of_a_user(self, pinpoint, app, put, sms):
        """A user is reached on each endpoint, and each has its result."""
        put("phone", ChannelType="GCM", Address="fcm-token", User={"UserId": "ana"})
        put("tablet", ChannelType="APNS", Address=APPLE_TOKEN, User={"UserId": "ana"})
        put("other", ChannelType="GCM", Address="other-token", User={"UserId": "bob"})

        answer = pinpoint.send_users_messages(
            ApplicationId=app,
            SendUsersMessageRequest={
                "Users": {"ana": {}, "nobody": {}},
                "MessageConfiguration": {"DefaultPushNotificationMessage": {"Title": "Hi"}},
            },
        )["SendUsersMessageResponse"]["Result"]

        assert ({"phone", "tablet"}, {}) == (set(answer["ana"]), answer["nobody"])
        assert {"fcm-token", APPLE_TOKEN} == {each["Address"] for each in answer["ana"].values()}
        assert 2 == len(sms.inbox.messages(channel="push"))

    def test_opted_out_and_inactive_endpoints(self, put, send, sms):
        """An endpoint that is opted out or inactive, or that does not exist, gets nothing."""
        put("out", ChannelType="GCM", Address="one", OptOut="ALL")
        put("off", ChannelType="GCM", Address="two", EndpointStatus="INACTIVE")

        results = send(endpoints=["out", "off", "none"])

        assert {"out": "OPT_OUT", "off": "PERMANENT_FAILURE", "none": "PERMANENT_FAILURE"} == {
            name: each["DeliveryStatus"] for name, each in results.items()
        }
        assert [] == sms.inbox.messages()
