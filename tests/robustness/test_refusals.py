"""A refused request changes nothing: the world before and after is compared."""

import pytest

from emulator.kernel.snapshots import encode
from emulator.wire.context import RequestState

REGIONS = 30


@pytest.fixture
def observed(sms):
    """Gives what the world holds, but for the ids that chance has given away."""

    def look():
        return encode({name: value for name, value in sms.world.snapshot().items() if name != "seeds"})

    sms.clock.freeze()
    return look


def test_v1_registers_no_number_that_it_refuses(serve, call, aws):
    """A short code is no number with a country code; nothing is leased."""
    server = serve()
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/sms-voice/aws4_request"}
    members = {"PhoneNumber": "+14255550100", "NumberType": "ShortCode", "MessageType": "TRANSACTIONAL"}

    status, _ = call(server, "POST", "/v1/sms-voice/phone-numbers", members, headers | {"Content-Type": "application/json"})

    assert 400 == status
    assert b'{"PhoneNumbers":[]}' == aws(server, "DescribePhoneNumbers", {})[1]


def test_refusals_in_made_up_regions_leave_no_state(serve, aws):
    """A region in which everything was refused is not there."""
    server = serve()
    size = len(str(server.emulator.state()))
    members = {"DestinationPhoneNumber": "+14255550100", "OriginationIdentity": "+12065550000", "MessageBody": "x"}

    for place in range(REGIONS):
        assert aws(server, "SendTextMessage", members, region=f"r{place}")[0] in (400, 403, 404)
        assert aws(server, "SendTextMessage", {}, region=f"s{place}")[0] in (400, 403)

    # The ids that were given away are counted, by one number for all of them.
    assert len(str(server.emulator.state())) - size < 500
    assert [] == list(server.emulator.world.messaging_stores)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("send_text_message", {"DestinationPhoneNumber": "+14255550100", "OriginationIdentity": "+12065550000"}),
        ("send_text_message", {"DestinationPhoneNumber": "nonsense"}),
        ("send_media_message", {"DestinationPhoneNumber": "+14255550100", "OriginationIdentity": "+12065550000"}),
        ("send_voice_message", {"DestinationPhoneNumber": "+14255550100", "OriginationIdentity": "+12065550000"}),
        ("create_pool", {"OriginationIdentity": "+12065550000", "IsoCountryCode": "US", "MessageType": "TRANSACTIONAL"}),
        ("update_pool", {"PoolId": "pool-x", "TwoWayEnabled": True}),
        ("delete_opt_out_list", {"OptOutListName": "gone"}),
        ("put_opted_out_number", {"OptOutListName": "gone", "OptedOutNumber": "+14255550100"}),
        ("release_phone_number", {"PhoneNumberId": "gone"}),
        ("delete_configuration_set", {"ConfigurationSetName": "gone"}),
        (
            "create_event_destination",
            {"ConfigurationSetName": "gone", "EventDestinationName": "x", "MatchingEventTypes": ["ALL"]},
        ),
        ("create_registration_version", {"RegistrationId": "gone"}),
        (
            "send_destination_number_verification_code",
            {"VerifiedDestinationNumberId": "gone", "VerificationChannel": "TEXT"},
        ),
        (
            "tag_resource",
            {"ResourceArn": "arn:aws:sms-voice:us-east-1:123456789012:pool/gone", "Tags": [{"Key": "a", "Value": "b"}]},
        ),
        ("describe_phone_numbers", {"PhoneNumberIds": ["gone"]}),
        ("describe_phone_numbers", {"NextToken": "made-up"}),
    ],
)
@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_refusal_changes_nothing(sms, client, observed, number, operation, members, region):
    """In a region in use and in one that is not, the world after a refusal is the world before it."""
    sms_client = client("pinpoint-sms-voice-v2", region=region)
    before = observed()

    with pytest.raises(sms_client.exceptions.ClientError):
        getattr(sms_client, operation)(**members)

    assert before == observed()


def test_a_request_that_succeeds_makes_a_store(sms, client):
    """State is there where there is something to keep."""
    client("pinpoint-sms-voice-v2", region="eu-west-1").create_opt_out_list(OptOutListName="news")

    assert ["eu-west-1"] == [store.region for store in sms.world.messaging_stores]
    assert all(type(state) is RequestState for state in sms.world.request_states["pinpoint-sms-voice-v2"])
