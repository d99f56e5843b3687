"""An application with its channels."""

import pytest

APPLE_TOKEN = "ab" * 32


@pytest.fixture
def pinpoint(client):
    """A client of the service under test."""
    return client("pinpoint")


@pytest.fixture
def app(pinpoint):
    """The id of an application whose push, SMS and voice channels are enabled."""
    app_id = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
    apple = {"TokenKey": "key", "TokenKeyId": "id", "TeamId": "team", "BundleId": "bundle", "Enabled": True}
    pinpoint.update_gcm_channel(ApplicationId=app_id, GCMChannelRequest={"ServiceJson": "{}", "Enabled": True})
    pinpoint.update_apns_channel(ApplicationId=app_id, APNSChannelRequest=apple)
    pinpoint.update_apns_sandbox_channel(ApplicationId=app_id, APNSSandboxChannelRequest=apple)
    pinpoint.update_apns_voip_channel(ApplicationId=app_id, APNSVoipChannelRequest=apple)
    pinpoint.update_apns_voip_sandbox_channel(ApplicationId=app_id, APNSVoipSandboxChannelRequest=apple)
    credentials = {"ClientId": "id", "ClientSecret": "secret", "Enabled": True}
    pinpoint.update_adm_channel(ApplicationId=app_id, ADMChannelRequest=credentials)
    credentials = {"ApiKey": "key", "SecretKey": "secret", "Enabled": True}
    pinpoint.update_baidu_channel(ApplicationId=app_id, BaiduChannelRequest=credentials)
    pinpoint.update_sms_channel(ApplicationId=app_id, SMSChannelRequest={"Enabled": True})
    pinpoint.update_voice_channel(ApplicationId=app_id, VoiceChannelRequest={"Enabled": True})
    return app_id


@pytest.fixture
def send(pinpoint, app):
    """Sends to addresses (by channel type) and endpoints; gives the results by address, then by endpoint."""

    def send_messages(addresses=None, configuration=None, endpoints=None, **members):
        request = {
            "Addresses": {
                address: {"ChannelType": to} if isinstance(to, str) else to for address, to in (addresses or {}).items()
            },
            "Endpoints": {endpoint_id: {} for endpoint_id in endpoints or ()},
            "MessageConfiguration": configuration or {"DefaultPushNotificationMessage": {"Title": "Hi", "Body": "There"}},
        } | members
        answer = pinpoint.send_messages(ApplicationId=app, MessageRequest=request)["MessageResponse"]
        return answer.get("Result", {}) | answer.get("EndpointResult", {})

    return send_messages
