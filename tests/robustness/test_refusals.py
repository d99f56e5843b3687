"""A refused request changes nothing: the world before and after is compared."""

import pytest
from unchanged import Changed

from emulator.control.errors import InvalidArgument
from emulator.kernel.snapshots import encode
from emulator.messaging.errors import ValidationException
from emulator.telecom.handsets import Handset
from emulator.wire.context import RequestState
from emulator.wire.service import Service

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


def test_a_command_that_is_refused_leaves_no_state(sms):
    """A relative: a command for a region that is not in use is refused, and the region is as unused as before."""
    with pytest.raises(InvalidArgument):
        sms.control(
            "link_whatsapp_account",
            phone_number="+12065550123",
            display_name="Shop",
            event_destination="nonsense",
            account="210987654321",
            region="eu-west-1",
        )

    assert [] == list(sms.world.messaging_stores)
    assert not sms.world.scopes


def test_a_change_by_a_refusal_would_be_noticed(sms, sms_client, number, monkeypatch):
    """The comparison that the suite makes of each refusal is one."""

    def change_and_refuse(self, ctx, operation, members):
        ctx.world.messaging_stores[ctx.account, ctx.region].reviewer = "manual"
        raise ValidationException("OTHER")

    monkeypatch.setattr(Service, "call", change_and_refuse)
    with pytest.raises(Changed, match="DescribePools has changed something"):
        sms_client.describe_pools()


def test_a_change_by_a_refused_command_would_be_noticed(sms):
    """The same for commands."""

    def change_and_refuse():
        sms.world.handsets["+14255550100"] = Handset("+14255550100")
        raise InvalidArgument("no")

    with pytest.raises(Changed, match="of a command"):
        sms.engine.control(change_and_refuse)


def test_a_refusal_of_one_api_leaves_no_state_of_another(sms, client):
    """A relative: where version 1 keeps a set, a text that it refuses makes no state of the messaging system."""
    voice = client("pinpoint-sms-voice", region="eu-west-1")
    voice.create_configuration_set(ConfigurationSetName="calls")
    assert [] == list(sms.world.messaging_stores)

    with pytest.raises(voice.exceptions.ClientError):
        voice.send_voice_message(DestinationPhoneNumber="+14255550100", OriginationPhoneNumber="+12065550199", Content={})

    assert [] == list(sms.world.messaging_stores)
