"""Two accounts and two regions in one world: the same names everywhere, and nothing mixes."""

import pytest

from emulator.testing import HANDSET, lease_number

SCOPES = [
    ("123456789012", "us-east-1"),
    ("123456789012", "eu-west-1"),
    ("210987654321", "us-east-1"),
    ("210987654321", "eu-west-1"),
]


@pytest.fixture
def shops(sms, client):
    """The same little application in each account and region: gives client, number and scope of each."""
    made = []
    for account, region in SCOPES:
        api = client("pinpoint-sms-voice-v2", account=account, region=region)
        api.create_opt_out_list(OptOutListName="news", ClientToken="one-token-for-all")
        api.create_configuration_set(ConfigurationSetName="events", Tags=[{"Key": "scope", "Value": f"{account}/{region}"}])
        number = lease_number(api, OptOutListName="news")
        api.put_keyword(OriginationIdentity=number["PhoneNumberId"], Keyword="WHO", KeywordMessage=f"{account}/{region}")
        made.append((api, number["PhoneNumber"], f"{account}/{region}"))
    return made


def test_everyone_sees_their_own_only(shops):
    """Each list shows what was made there, under ARNs that name account and region."""
    for api, number, scope in shops:
        account, region = scope.split("/")
        (shown,) = api.describe_phone_numbers()["PhoneNumbers"]
        (events,) = api.describe_configuration_sets()["ConfigurationSets"]
        lists = api.describe_opt_out_lists()["OptOutLists"]
        tags = api.list_tags_for_resource(ResourceArn=events["ConfigurationSetArn"])["Tags"]

        assert number == shown["PhoneNumber"]
        assert ["Default", "news"] == [row["OptOutListName"] for row in lists]
        assert [{"Key": "scope", "Value": scope}] == tags
        for arn in (shown["PhoneNumberArn"], events["ConfigurationSetArn"], lists[1]["OptOutListArn"]):
            assert arn.startswith(f"arn:aws:sms-voice:{region}:{account}:")


def test_a_stop_to_one_stops_no_other(sms, shops, raises):
    """A recipient who opts out of one still gets texts of the three others, on lists of the same name."""
    (first, first_number, _), *others = shops

    sms.handset(HANDSET).reply("STOP", to=first_number)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        first.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=first_number, MessageBody="Hi")
    for api, number, scope in others:
        api.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody=f"Hi from {scope}")
    assert [f"Hi from {scope}" for _, _, scope in others] == [m.body for m in sms.handset(HANDSET).inbox[1:]]


def test_everyone_answers_for_themselves(sms, shops):
    """A keyword is answered with the text of the account and region whose number was written to."""
    answers = [sms.handset(HANDSET).reply("WHO", to=number)["reply"] for _, number, _ in shops]

    assert [scope for _, _, scope in shops] == answers


def test_everyone_chooses_their_own_number(sms, shops):
    """Without an identity each sends from its own number, though the handset was reached from another before."""
    for api, _, _ in shops:
        api.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")

    assert [number for _, number, _ in shops] == [message.sender for message in sms.inbox.messages(to=HANDSET)]


def test_everyone_pays_for_themselves(sms, shops):
    """Each has its own row of costs."""
    for count, (api, number, _) in enumerate(shops, 1):
        for _ in range(count):
            api.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi")

    sms.settle()
    counted = {f"{row['account']}/{row['region']}": row["messages"] for row in sms.costs()}
    assert {scope: count for count, (_, _, scope) in enumerate(shops, 1)} == counted


def test_the_testers_side_tells_them_apart(sms, shops):
    """The inbox can be asked for one account and region."""
    for api, number, scope in shops:
        api.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody=scope)

    for account, region in SCOPES:
        found = sms.inbox.messages(account=account, region=region)
        assert [f"{account}/{region}"] == [message.body for message in found]
