"""What reaches an application's event stream. Evidence: the developer guide of Amazon Pinpoint, "SMS events"."""

import json

import pytest

from emulator.testing import HANDSET, lease_number

ROLE = "arn:aws:iam::123456789012:role/stream"
TEXT = {"SMSMessage": {"Body": "Hi", "MessageType": "TRANSACTIONAL"}}


@pytest.fixture
def events(client, pinpoint, app, sms):
    """Stream the application's events to Kinesis; return a function that reads all that have arrived."""
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="events", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="events")["StreamDescription"]["StreamARN"]
    pinpoint.put_event_stream(ApplicationId=app, WriteEventStream={"DestinationStreamArn": arn, "RoleArn": ROLE})
    shard = kinesis.list_shards(StreamName="events")["Shards"][0]["ShardId"]

    def read():
        sms.settle()
        iterator = kinesis.get_shard_iterator(StreamName="events", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        return [json.loads(record["Data"]) for record in records]

    return read


@pytest.fixture
def number(client):
    """A number to send from."""
    lease_number(client("pinpoint-sms-voice-v2"))
    return client("pinpoint-sms-voice-v2").describe_phone_numbers()["PhoneNumbers"][0]["PhoneNumber"]


def test_a_text_is_buffered_and_then_delivered(send, events, app, number):
    """A text has the documented members, the Context of the request and of the address among its attributes."""
    recipient = {HANDSET: {"ChannelType": "SMS", "Context": {"order": "7"}}}
    message_id = send(recipient, TEXT, Context={"shop": "main"})[HANDSET]["MessageId"]

    first, *_, last = events()

    assert ("_SMS.BUFFERED", "_SMS.SUCCESS") == (first["event_type"], last["event_type"])
    assert {
        "event_version": "3.1",
        "application": {"app_id": app, "sdk": {}},
        "awsAccountId": "123456789012",
    }.items() <= last.items()
    assert {
        "origination_phone_number": number,
        "destination_phone_number": HANDSET,
        "record_status": "DELIVERED",
        "iso_country_code": "US",
        "number_of_message_parts": "1",
        "message_id": message_id,
        "message_type": "Transactional",
        "order": "7",
        "shop": "main",
    }.items() <= last["attributes"].items()
    assert last["attributes"]["sender_request_id"]
    assert 0 < last["metrics"]["price_in_millicents_usd"]


def test_a_text_that_fails_says_why(send, events, number, sms):
    """A text that its carrier blocks is a failure with the carrier's status."""
    sms.handset(HANDSET).behave(outcome="CARRIER_BLOCKED")
    send({HANDSET: "SMS"}, TEXT)

    last = events()[-1]

    assert ("_SMS.FAILURE", "CARRIER_BLOCKED") == (last["event_type"], last["attributes"]["record_status"])


def test_a_text_that_is_refused_is_a_failure(client, send, events, number):
    """A text that is not accepted is an event too, in the words of the guide's list."""
    client("pinpoint-sms-voice-v2").put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    send({HANDSET: "SMS"}, TEXT)

    (only,) = events()

    assert ("_SMS.FAILURE", "OPTED_OUT", 0.0) == (
        only["event_type"],
        only["attributes"]["record_status"],
        only["metrics"]["price_in_millicents_usd"],
    )


def test_a_reply_with_stop_is_an_opt_out(send, events, number, sms):
    """A recipient who answers with STOP is an event about the text that they answer."""
    message_id = send({HANDSET: "SMS"}, TEXT)[HANDSET]["MessageId"]
    sms.settle()

    sms.handset(HANDSET).reply("STOP")

    last = events()[-1]
    assert ("_SMS.OPTOUT", message_id) == (last["event_type"], last["attributes"]["message_id"])


def test_a_text_to_an_endpoint_names_it(pinpoint, app, send, events, number):
    """The client is the endpoint."""
    pinpoint.update_endpoint(
        ApplicationId=app, EndpointId="phone", EndpointRequest={"Address": HANDSET, "ChannelType": "SMS"}
    )
    send(endpoints=["phone"], configuration=TEXT)

    assert {"phone"} == {event["client"]["client_id"] for event in events()}


def test_firehose_gets_the_same(client, pinpoint, app, send, number, sms):
    """A delivery stream may stand for the Kinesis stream."""
    client("s3").create_bucket(Bucket="app-records")
    arn = client("firehose").create_delivery_stream(
        DeliveryStreamName="events",
        S3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::app-records"},
    )["DeliveryStreamARN"]
    pinpoint.put_event_stream(ApplicationId=app, WriteEventStream={"DestinationStreamArn": arn, "RoleArn": ROLE})
    send({HANDSET: "SMS"}, TEXT)
    sms.settle()

    s3 = client("s3")
    objects = [
        s3.get_object(Bucket="app-records", Key=row["Key"])["Body"].read().decode()
        for row in s3.list_objects_v2(Bucket="app-records").get("Contents", ())
    ]
    assert "_SMS.SUCCESS" in "".join(objects)


def test_what_another_api_sends_is_not_in_the_stream(client, events, number):
    """A text of another API does not belong to the application."""
    client("pinpoint-sms-voice-v2").send_text_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi"
    )

    assert [] == events()


@pytest.mark.parametrize(
    ("channel", "address", "message"),
    [
        ("GCM", "a-token", {"GCMMessage": {"Title": "Sale", "Body": "Today"}}),
        ("VOICE", HANDSET, {"VoiceMessage": {"Body": "Hi"}}),
    ],
)
def test_direct_pushes_and_calls_are_not_in_the_stream(client, pinpoint, app, send, events, channel, address, message):
    """AWS streams no events of transactional push notifications and voice messages. Evidence: the guide, event streams."""
    lease_number(client("pinpoint-sms-voice-v2"), NumberCapabilities=["SMS", "VOICE"])
    pinpoint.update_voice_channel(ApplicationId=app, VoiceChannelRequest={"Enabled": True})
    sent = send({address: channel}, message)[address]

    assert ("SUCCESSFUL", []) == (sent["DeliveryStatus"], events())


@pytest.mark.parametrize("kind", ["_opened_notification", "_received_background", "_session.start", "_custom"])
def test_events_of_push_and_custom_channels_pass(pinpoint, app, events, kind):
    """What an app reports of a notification goes to the stream under its name, with what it says."""
    event = {"EventType": kind, "Timestamp": "2026-04-28T10:30:00Z", "Attributes": {"title": "Sale"}}
    batch = {"phone": {"Endpoint": {"Address": "t", "ChannelType": "GCM"}, "Events": {"e": event}}}

    pinpoint.put_events(ApplicationId=app, EventsRequest={"BatchItem": batch})

    (only,) = events()
    assert (kind, "3.0", {"title": "Sale"}) == (only["event_type"], only["event_version"], only["attributes"])


def test_a_stream_wants_a_role_that_pinpoint_may_assume(client, pinpoint, app, raises):
    """A role that trusts another service is refused."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = client("iam").create_role(RoleName="stream", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/events"

    with raises("BadRequestException"):
        pinpoint.put_event_stream(
            ApplicationId=app, WriteEventStream={"DestinationStreamArn": arn, "RoleArn": role["Role"]["Arn"]}
        )


class TestEndpointsOfAUser:
    """Evidence: the guide, "maximum number of endpoints"; aws-amplify/amplify-flutter, issue 3560."""

    @pytest.fixture
    def register(self, pinpoint, app):
        """Give a user some more endpoints of a channel."""

        def update(channel, *names):
            for name in names:
                pinpoint.update_endpoint(
                    ApplicationId=app,
                    EndpointId=name,
                    EndpointRequest={"Address": name, "ChannelType": channel, "User": {"UserId": "ana"}},
                )

        return update

    @pytest.mark.parametrize("channel", ["GCM", "APNS", "APNS_VOIP", "APNS_VOIP_SANDBOX", "ADM", "BAIDU"])
    def test_the_sixteenth_device_takes_the_place_of_the_oldest(self, pinpoint, app, register, channel):
        """The oldest push endpoint becomes inactive and loses its user."""
        register(channel, *(f"device-{index}" for index in range(16)))

        oldest = pinpoint.get_endpoint(ApplicationId=app, EndpointId="device-0")["EndpointResponse"]
        users = pinpoint.get_user_endpoints(ApplicationId=app, UserId="ana")["EndpointsResponse"]["Item"]
        assert ("INACTIVE", None) == (oldest["EndpointStatus"], oldest["User"].get("UserId"))
        assert [f"device-{index}" for index in range(1, 16)] == [row["Id"] for row in users]

    @pytest.mark.parametrize("channel", ["APNS_SANDBOX", "SMS", "EMAIL"])
    def test_the_sixteenth_of_another_channel_is_refused(self, register, raises, channel):
        """Other channels have no such rule."""
        register(channel, *(f"device-{index}" for index in range(15)))

        with raises("BadRequestException"):
            register(channel, "device-15")


class TestWords:
    """Evidence: the VA's notification-api (fixtures; issues 1319 and 2092) and 18F's identity-idp."""

    @pytest.mark.parametrize("sender", ["+12065559999", "NOSUCHID", "phone-0123"])
    def test_a_number_that_is_not_ours(self, send, sender):
        """A sender that the account does not have is answered in this API's own words."""
        message = {"SMSMessage": {"Body": "Hi", "OriginationNumber": sender}}

        result = send({HANDSET: "SMS"}, message)[HANDSET]

        assert ("PERMANENT_FAILURE", 400, "The provided number does not exist or does not belong to the account") == (
            result["DeliveryStatus"],
            result["StatusCode"],
            result["StatusMessage"],
        )

    def test_a_recipient_who_has_opted_out(self, client, send, number):
        """So is a recipient who has opted out."""
        client("pinpoint-sms-voice-v2").put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

        result = send({HANDSET: "SMS"}, TEXT)[HANDSET]

        assert (400, "Destination phone number opted out") == (result["StatusCode"], result["StatusMessage"])

    @pytest.mark.parametrize("tier", ["SANDBOX", "disabled"])
    def test_no_sentence_of_the_other_api_occurs(self, sms, send, number, tier):
        """Whatever the state of the account prevents, `Reason=` and `ResourceType=` are not said."""
        account = sms.account()
        if tier == "SANDBOX":
            account.tier = tier
        else:
            account.enabled = False

        result = send({HANDSET: "SMS"}, TEXT)[HANDSET]

        assert "PERMANENT_FAILURE" == result["DeliveryStatus"]
        assert "=" not in result["StatusMessage"]
