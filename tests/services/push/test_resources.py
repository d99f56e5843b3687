"""The resources of a Pinpoint application: channels, endpoints, templates, tags, settings, streams, codes."""

import json
import re
import urllib.request

import pytest

from emulator.testing import HANDSET


class TestApps:
    """Applications, tags and settings."""

    def test_life_of_an_app(self, pinpoint, raises):
        """An application is found until it is deleted."""
        made = pinpoint.create_app(CreateApplicationRequest={"Name": "shop", "tags": {"a": "1"}})["ApplicationResponse"]

        assert made == pinpoint.get_app(ApplicationId=made["Id"])["ApplicationResponse"]
        assert f"arn:aws:mobiletargeting:us-east-1:123456789012:apps/{made['Id']}" == made["Arn"]
        pinpoint.delete_app(ApplicationId=made["Id"])
        with raises("NotFoundException") as response:
            pinpoint.get_app(ApplicationId=made["Id"])
        assert 404 == response["ResponseMetadata"]["HTTPStatusCode"]

    def test_pages_of_apps(self, pinpoint):
        """Applications come in pages, each once."""
        for name in "abc":
            pinpoint.create_app(CreateApplicationRequest={"Name": name})

        first = pinpoint.get_apps(PageSize="2")["ApplicationsResponse"]
        second = pinpoint.get_apps(PageSize="2", Token=first["NextToken"])["ApplicationsResponse"]

        assert (["a", "b"], ["c"]) == tuple([row["Name"] for row in page["Item"]] for page in (first, second))
        assert "NextToken" not in second

    def test_tags_come_and_go(self, pinpoint):
        """Tags are added, changed and removed by the application's ARN."""
        arn = pinpoint.create_app(CreateApplicationRequest={"Name": "x", "tags": {"a": "1"}})["ApplicationResponse"]["Arn"]

        pinpoint.tag_resource(ResourceArn=arn, TagsModel={"tags": {"a": "2", "b": "3"}})
        changed = pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"]
        pinpoint.untag_resource(ResourceArn=arn, TagKeys=["a"])

        left = pinpoint.list_tags_for_resource(ResourceArn=arn)["TagsModel"]["tags"]
        assert ({"a": "2", "b": "3"}, {"b": "3"}) == (changed, left)

    def test_settings_stay_until_changed(self, pinpoint, app):
        """Fields that an update leaves out stay."""
        update = pinpoint.update_application_settings
        update(ApplicationId=app, WriteApplicationSettingsRequest={"Limits": {"Daily": 5}})
        update(ApplicationId=app, WriteApplicationSettingsRequest={"QuietTime": {"Start": "20:00", "End": "08:00"}})

        found = pinpoint.get_application_settings(ApplicationId=app)["ApplicationSettingsResource"]
        assert ({"Daily": 5}, "20:00") == (found["Limits"], found["QuietTime"]["Start"])


class TestChannels:
    """Channels and their credentials."""

    def test_all_channels_are_listed(self, pinpoint, app):
        """GetChannels has every channel that was made."""
        found = pinpoint.get_channels(ApplicationId=app)["ChannelsResponse"]["Channels"]

        kinds = {"GCM", "APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX", "ADM", "BAIDU", "SMS", "VOICE"}
        assert kinds == set(found)
        assert {True} == {row["Enabled"] for row in found.values()}

    def test_credentials_never_come_back(self, pinpoint, app):
        """A channel says that it has credentials, and not which."""
        found = pinpoint.get_apns_channel(ApplicationId=app)["APNSChannelResponse"]

        assert (True, True, "APNS") == (found["HasCredential"], found["HasTokenKey"], found["Platform"])
        assert not {"TokenKey", "TeamId", "BundleId"} & set(found)

    def test_versions_count_updates(self, pinpoint, app):
        """Each update is a version; one without credentials keeps those that are there."""
        pinpoint.update_gcm_channel(ApplicationId=app, GCMChannelRequest={"Enabled": False})

        found = pinpoint.get_gcm_channel(ApplicationId=app)["GCMChannelResponse"]
        assert (2, False, True) == (found["Version"], found["Enabled"], found["HasFcmServiceCredentials"])

    @pytest.mark.parametrize("request_", [{}, {"TokenKey": "key"}, {"Certificate": "c"}], ids=str)
    def test_incomplete_credentials_are_refused(self, pinpoint, raises, request_):
        """A certificate goes with its key, a token key with its ids."""
        app_id = pinpoint.create_app(CreateApplicationRequest={"Name": "x"})["ApplicationResponse"]["Id"]

        with raises("BadRequestException"):
            pinpoint.update_apns_channel(ApplicationId=app_id, APNSChannelRequest=request_)
        with raises("NotFoundException"):
            pinpoint.get_apns_channel(ApplicationId=app_id)


class TestEndpoints:
    """Endpoints."""

    def test_update_merges(self, pinpoint, app):
        """An update changes what it names; an attribute without values goes."""
        for request in (
            {"ChannelType": "GCM", "Address": "token", "Attributes": {"a": ["1"], "b": ["2"]}, "User": {"UserId": "ana"}},
            {"Attributes": {"a": [], "c": ["3"]}, "Metrics": {"m": 1.5}},
        ):
            pinpoint.update_endpoint(ApplicationId=app, EndpointId="phone", EndpointRequest=request)

        found = pinpoint.get_endpoint(ApplicationId=app, EndpointId="phone")["EndpointResponse"]
        assert ({"b": ["2"], "c": ["3"]}, {"m": 1.5}) == (found["Attributes"], found["Metrics"])
        assert ("token", "ana", "ACTIVE", "NONE") == (
            found["Address"],
            found["User"]["UserId"],
            found["EndpointStatus"],
            found["OptOut"],
        )

    def test_batch_is_all_or_nothing(self, pinpoint, app, raises):
        """One bad endpoint keeps the whole batch out."""
        good, bad = {"Id": "a", "ChannelType": "GCM", "Address": "t"}, {"Id": "b", "OptOut": "MAYBE"}

        with raises("BadRequestException"):
            pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": [good, bad]})
        with raises("NotFoundException"):
            pinpoint.get_endpoint(ApplicationId=app, EndpointId="a")
        pinpoint.update_endpoints_batch(ApplicationId=app, EndpointBatchRequest={"Item": [good]})
        assert "t" == pinpoint.delete_endpoint(ApplicationId=app, EndpointId="a")["EndpointResponse"]["Address"]

    def test_endpoints_of_a_user(self, pinpoint, app, raises):
        """A user's endpoints are listed and deleted together."""
        for name in ("a", "b"):
            request = {"ChannelType": "GCM", "Address": name, "User": {"UserId": "ana"}}
            pinpoint.update_endpoint(ApplicationId=app, EndpointId=name, EndpointRequest=request)

        listed = pinpoint.get_user_endpoints(ApplicationId=app, UserId="ana")["EndpointsResponse"]["Item"]
        deleted = pinpoint.delete_user_endpoints(ApplicationId=app, UserId="ana")["EndpointsResponse"]["Item"]

        assert ["a", "b"] == [row["Id"] for row in listed] == [row["Id"] for row in deleted]
        with raises("NotFoundException"):
            pinpoint.get_user_endpoints(ApplicationId=app, UserId="ana")


class TestTemplates:
    """Push templates."""

    def test_versions(self, pinpoint):
        """A new version is the active one until another is chosen."""
        body = "PushNotificationTemplateRequest"
        pinpoint.create_push_template(TemplateName="sale", **{body: {"Default": {"Body": "one"}}})
        pinpoint.update_push_template(TemplateName="sale", CreateNewVersion=True, **{body: {"Default": {"Body": "two"}}})

        def active():
            found = pinpoint.get_push_template(TemplateName="sale")["PushNotificationTemplateResponse"]
            return found["Version"], found["Default"]["Body"]

        newest = active()
        chosen = {"Version": "1"}
        pinpoint.update_template_active_version(
            TemplateName="sale", TemplateType="PUSH", TemplateActiveVersionRequest=chosen
        )
        versions = pinpoint.list_template_versions(TemplateName="sale", TemplateType="PUSH")["TemplateVersionsResponse"]
        assert (("2", "two"), ("1", "one")) == (newest, active())
        assert ["1", "2"] == [row["Version"] for row in versions["Item"]]

    def test_listed_until_deleted(self, pinpoint, raises):
        """Templates are found by prefix, and gone when deleted; a second of a name is refused."""
        for name in ("sale-a", "sale-b", "other"):
            pinpoint.create_push_template(TemplateName=name, PushNotificationTemplateRequest={})
        with raises("BadRequestException"):
            pinpoint.create_push_template(TemplateName="other", PushNotificationTemplateRequest={})

        pinpoint.delete_push_template(TemplateName="sale-a")

        found = pinpoint.list_templates(Prefix="sale")["TemplatesResponse"]["Item"]
        assert ["sale-b"] == [row["TemplateName"] for row in found]


class TestEvents:
    """PutEvents and the event stream."""

    def test_events_reach_the_stream(self, pinpoint, app, client, sms):
        """An app's event goes to the application's Kinesis stream, about the endpoint that it names."""
        kinesis = client("kinesis")
        kinesis.create_stream(StreamName="events", ShardCount=1)
        arn = kinesis.describe_stream(StreamName="events")["StreamDescription"]["StreamARN"]
        stream = {"DestinationStreamArn": arn, "RoleArn": "arn:aws:iam::123456789012:role/stream"}
        pinpoint.put_event_stream(ApplicationId=app, WriteEventStream=stream)
        event = {"EventType": "cart.opened", "Timestamp": "2026-04-28T10:30:00Z", "Attributes": {"items": "3"}}

        answer = pinpoint.put_events(
            ApplicationId=app,
            EventsRequest={
                "BatchItem": {"phone": {"Endpoint": {"Address": "t", "ChannelType": "GCM"}, "Events": {"e1": event}}}
            },
        )["EventsResponse"]["Results"]["phone"]

        sms.settle()
        shard = kinesis.list_shards(StreamName="events")["Shards"][0]["ShardId"]
        iterator = kinesis.get_shard_iterator(StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        (record,) = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        body = json.loads(record["Data"])
        assert 202 == answer["EventsItemResponse"]["e1"]["StatusCode"] == answer["EndpointItemResponse"]["StatusCode"]
        assert ("cart.opened", {"items": "3"}, app, "phone") == (
            body["event_type"],
            body["attributes"],
            body["application"]["app_id"],
            body["client"]["client_id"],
        )

    def test_stream_is_gone_when_deleted(self, pinpoint, app, raises):
        """A deleted stream is not found."""
        stream = {"DestinationStreamArn": "arn:aws:kinesis:us-east-1:1:stream/x", "RoleArn": "arn:aws:iam::1:role/r"}
        pinpoint.put_event_stream(ApplicationId=app, WriteEventStream=stream)

        deleted = pinpoint.delete_event_stream(ApplicationId=app)["EventStream"]

        assert stream["DestinationStreamArn"] == deleted["DestinationStreamArn"]
        with raises("NotFoundException"):
            pinpoint.get_event_stream(ApplicationId=app)


class TestOneTimePasswords:
    """SendOTPMessage and VerifyOTPMessage."""

    @pytest.fixture
    def send_code(self, pinpoint, app, number, sms):
        """Sends a code; gives it, read off the handset."""

        def send(**members):
            asked = {
                "BrandName": "Shop",
                "ReferenceId": "login",
                "Channel": "SMS",
                "DestinationIdentity": HANDSET,
                "OriginationIdentity": number,
            } | members
            pinpoint.send_otp_message(ApplicationId=app, SendOTPMessageRequestParameters=asked)
            return re.search(r"\d{5,8}", sms.handset(HANDSET).inbox[-1].body).group()

        return send

    @pytest.fixture
    def verify(self, pinpoint, app):
        """Return whether a code is valid."""

        def ask(code, reference="login"):
            asked = {"ReferenceId": reference, "Otp": code, "DestinationIdentity": HANDSET}
            answer = pinpoint.verify_otp_message(ApplicationId=app, VerifyOTPMessageRequestParameters=asked)
            return answer["VerificationResponse"]["Valid"]

        return ask

    def test_tester_is_told_the_code(self, send_code, verify, sms):
        """The code that was sent can be asked for, by its number and account, until it is used."""
        code = send_code()

        (known,) = sms.control("verification_codes", to=HANDSET)["codes"]
        elsewhere = sms.control("verification_codes", account="210987654321")["codes"]
        verify(code)

        assert (HANDSET, code, "TEXT") == (known["to"], known["code"], known["channel"])
        assert [] == elsewhere
        assert [] == sms.control("verification_codes")["codes"]

    def test_code_is_good_once(self, send_code, verify):
        """The code off the handset is valid for its reference, and only once."""
        code = send_code(CodeLength=8)

        assert (8, False, True, False) == (len(code), verify(code, "other"), verify(code), verify(code))

    def test_code_grows_old(self, send_code, verify, sms):
        """A code is good within its period alone."""
        code = send_code(ValidityPeriod=5)

        sms.clock.advance(minutes=5)

        assert False is verify(code)

    def test_guessing_ends(self, send_code, verify):
        """After the allowed attempts the right code is refused too."""
        code = send_code(AllowedAttempts=2)

        assert [False, False, False] == [verify("0"), verify("0"), verify(code)]

    @pytest.mark.parametrize(
        "members", [{"CodeLength": 4}, {"ValidityPeriod": 61}, {"AllowedAttempts": 0}, {"Channel": "VOICE"}]
    )
    def test_out_of_range(self, send_code, raises, members):
        """Lengths, periods and attempts have limits."""
        with raises("BadRequestException"):
            send_code(**members)


@pytest.mark.parametrize(
    ("written", "iso", "expected"),
    [
        ("+12065550100", None, ("+12065550100", "US", "MOBILE", 0)),
        ("206-555-0100", "US", ("+12065550100", "US", "MOBILE", 0)),
        ("+442079460958", None, ("+442079460958", "GB", "LANDLINE", 1)),
        ("+1206", None, ("+1206", "US", "INVALID", 3)),
        ("nobody", "US", (None, None, "INVALID", 3)),
    ],
)
def test_number_is_validated(pinpoint, written, iso, expected):
    """A valid number has its format, country and kind in the answer, an invalid one says so."""
    request = {"PhoneNumber": written} | ({"IsoCountryCode": iso} if iso else {})

    found = pinpoint.phone_number_validate(NumberValidateRequest=request)["NumberValidateResponse"]

    names = ("CleansedPhoneNumberE164", "CountryCodeIso2", "PhoneType", "PhoneTypeCode")
    assert expected == tuple(found.get(name) for name in names)


def test_devices_over_http(sms_server):
    """A device is created, grows stale, and has its app uninstalled by the control API."""

    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{sms_server.endpoint_url}/_emulator/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    made = call("PUT", "devices/https://push.example.com/1", {"platform": "WEB", "phone_number": HANDSET})
    sms_server.emulator.clock.advance(days=270)
    (stale,) = call("GET", "devices")["devices"]
    gone = call("PUT", "devices/https://push.example.com/1", {"state": "unregistered"})

    assert ("active", "stale", "unregistered") == (made["state"], stale["state"], gone["state"])
    assert ("https://push.example.com/1", "WEB", HANDSET) == (gone["token"], gone["platform"], gone["phone_number"])
