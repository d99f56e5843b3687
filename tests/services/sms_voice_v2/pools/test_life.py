"""Pools from their creation to their deletion."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, US_TEN_DLC

ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", *left_out)}


def test_life_of_a_pool(sms, sms_client, request_number, create, show):
    """A pool is CREATING in the answer, then ACTIVE, DELETING in the answer, and gone."""
    number = request_number()
    made = sms_client.create_pool(
        OriginationIdentity=number["PhoneNumberArn"],
        IsoCountryCode="US",
        MessageType="TRANSACTIONAL",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    made_at = sms.clock.now
    pool_id = made["PoolId"]

    shown = show(pool_id)
    deleted = sms_client.delete_pool(PoolId=made["PoolArn"])

    assert re.fullmatch(r"pool-[0-9a-f]{32}", pool_id)
    assert abs((made_at - made["CreatedTimestamp"]).total_seconds()) < 0.001
    plain = {
        "PoolArn": f"arn:aws:sms-voice:us-east-1:123456789012:pool/{pool_id}",
        "PoolId": pool_id,
        "MessageType": "TRANSACTIONAL",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "SharedRoutesEnabled": False,
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": made["CreatedTimestamp"],
    }
    assert plain | {"Status": "CREATING", "Tags": [{"Key": "team", "Value": "a"}]} == body(made)
    assert plain | {"Status": "ACTIVE"} == shown
    assert {name: plain[name] for name in plain if name != "DeletionProtectionEnabled"} | {"Status": "DELETING"} == body(
        deleted
    )
    assert [] == sms_client.describe_pools()["Pools"]


def test_tags_go_with_the_pool(sms_client, request_number, create, show, raises):
    """Tags are shown and changed like those of any resource, and gone with the pool."""
    pool_id = create(request_number(), Tags=[{"Key": "team", "Value": "a"}])
    arn = show(pool_id)["PoolArn"]

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    sms_client.untag_resource(ResourceArn=arn, TagKeys=["team"])

    assert [{"Key": "stage", "Value": "test"}] == sms_client.list_tags_for_resource(ResourceArn=arn)["Tags"]
    sms_client.delete_pool(PoolId=pool_id)
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId=arn):
        sms_client.list_tags_for_resource(ResourceArn=arn)


def test_client_token_makes_one_pool(sms_client, request_number, create):
    """The same request with the same token has the first answer."""
    number = request_number()

    assert create(number, ClientToken="token") == create(number, ClientToken="token")
    assert 1 == len(sms_client.describe_pools()["Pools"])


def test_statuses_take_their_time():
    """Pool and member are ready, and gone, when their time has come and not before."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        ids = [client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"] for _ in range(2)]
        sms.clock.advance(seconds=60)
        pool_id = client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")["PoolId"]

        def statuses(seconds=0):
            sms.clock.advance(seconds=seconds)
            pools = [pool["Status"] for pool in client.describe_pools()["Pools"]]
            return pools, [number["Status"] for number in client.describe_phone_numbers()["PhoneNumbers"]]

        assert (["CREATING"], ["ASSOCIATING", "ACTIVE"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[1])
        assert (["ACTIVE"], ["ACTIVE", "ASSOCIATING"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[0])
        assert (["ACTIVE"], ["DISASSOCIATING", "ACTIVE"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.delete_pool(PoolId=pool_id)
        assert (["DELETING"], ["ACTIVE", "DISASSOCIATING"]) == statuses(59)
        assert ([], ["ACTIVE", "ACTIVE"]) == statuses(1)


def test_pool_that_is_not_active_is_left_alone(raises):
    """While a pool is made or deleted it can be neither changed nor used."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        ids = [client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"] for _ in range(2)]
        with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="phone-number", ResourceId=ids[0]):
            client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")
        sms.clock.advance(seconds=60)
        pool_id = client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")["PoolId"]

        def refused():
            for call in (
                lambda: client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True),
                lambda: client.delete_pool(PoolId=pool_id),
                lambda: client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[1]),
                lambda: client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[0]),
                lambda: client.send_text_message(
                    DestinationPhoneNumber=HANDSET, OriginationIdentity=pool_id, MessageBody="Hi"
                ),
                lambda: client.request_phone_number(**US_TEN_DLC, PoolId=pool_id),
            ):
                with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="pool", ResourceId=pool_id):
                    call()

        refused()
        sms.clock.advance(seconds=60)
        client.delete_pool(PoolId=pool_id)
        refused()


def test_member_that_is_still_provisioned_does_not_become_active_by_leaving(raises):
    """A toll-free number that waits for its registration waits on when its pool is deleted."""
    with mock_sms(config={"limits": {"registrations_required": True}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        canadian = {"IsoCountryCode": "CA", "MessageType": "TRANSACTIONAL", "NumberCapabilities": ["SMS"]}
        first = client.request_phone_number(**canadian, NumberType="LONG_CODE")["PhoneNumberId"]
        pool_id = client.create_pool(OriginationIdentity=first, MessageType="TRANSACTIONAL")["PoolId"]
        wanted = US_TEN_DLC | {"NumberType": "TOLL_FREE"}
        waiting = client.request_phone_number(**wanted, PoolId=pool_id)["PhoneNumberId"]

        with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="phone-number", ResourceId=waiting):
            client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=waiting)
        client.delete_pool(PoolId=pool_id)
        sms.settle()

        (number,) = client.describe_phone_numbers(PhoneNumberIds=[waiting])["PhoneNumbers"]
        assert ("PENDING", None) == (number["Status"], number.get("PoolId"))


def test_protected_pool_is_deleted_once_it_is_not(sms_client, request_number, create, raises):
    """Deletion protection holds until it is switched off."""
    pool_id = create(request_number(), DeletionProtectionEnabled=True)

    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="pool", ResourceId=pool_id):
        sms_client.delete_pool(PoolId=pool_id)
    sms_client.update_pool(PoolId=pool_id, DeletionProtectionEnabled=False)
    assert "DELETING" == sms_client.delete_pool(PoolId=pool_id)["Status"]


def test_members_are_free_once_the_pool_is_gone(sms_client, request_number, create):
    """A number of a deleted pool can be released."""
    number = request_number()
    sms_client.delete_pool(PoolId=create(number))

    (shown,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])

    assert number == shown
    assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]


def test_an_account_has_25_pools(sms_client, raises):
    """The 26th is too many."""
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    members = {"OriginationIdentity": "SHOP", "IsoCountryCode": "DE", "MessageType": "TRANSACTIONAL"}
    for _ in range(25):
        sms_client.create_pool(**members)

    with raises("ServiceQuotaExceededException", Reason="POOLS_PER_ACCOUNT"):
        sms_client.create_pool(**members)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("update_pool", {}),
        ("delete_pool", {}),
        ("list_pool_origination_identities", {}),
        ("associate_origination_identity", {"OriginationIdentity": "phone-0"}),
        ("disassociate_origination_identity", {"OriginationIdentity": "phone-0"}),
    ],
)
def test_unknown_pool_is_not_found(sms_client, raises, operation, members):
    """Every operation names the pool that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId="pool-0"):
        getattr(sms_client, operation)(PoolId="pool-0", **members)


def test_unknown_pools_are_not_described(sms_client, raises):
    """A list of ids fails for the first that is unknown, and ids exclude SHARED."""
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId="pool-0"):
        sms_client.describe_pools(PoolIds=["pool-0"])
    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        sms_client.describe_pools(PoolIds=["pool-0"], Owner="SHARED")
    assert ["poolIds", "owner"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize(
    ("identity", "resource_type"),
    [("phone-0", "phone-number"), ("12065550100", "phone-number"), ("NOBODY", "sender-id"), ("pool-0", "pool")],
)
def test_unknown_identity_is_not_found(sms_client, raises, identity, resource_type):
    """A pool cannot be made of what does not exist."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=identity):
        sms_client.create_pool(OriginationIdentity=identity, IsoCountryCode="DE", MessageType="TRANSACTIONAL")


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_pools_are_of_one_account_and_region(client, request_number, create, show, raises, elsewhere):
    """Elsewhere the pool is unknown, by id and by ARN."""
    pool_id = create(request_number())
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for reference in (pool_id, show(pool_id)["PoolArn"]):
        with raises("ResourceNotFoundException", ResourceType="pool", ResourceId=reference):
            other.describe_pools(PoolIds=[reference])
    assert [] == other.describe_pools()["Pools"]
