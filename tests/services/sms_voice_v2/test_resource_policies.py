"""Resource policies: put, read, delete, and what another account may do by them."""

import json

import pytest

from emulator.testing import HANDSET

GERMAN = "+4915123456789"
OTHER = "210987654321"
LIST_ARN = "arn:aws:sms-voice:us-east-1:123456789012:opt-out-list/Default"


def policy(*actions, effect="Allow", principal=OTHER, **members):
    statement = {"Effect": effect, "Principal": {"AWS": f"arn:aws:iam::{principal}:root"}, "Action": list(actions)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | members]})


@pytest.fixture
def other(client):
    """A client of the account that things are shared with."""
    return client("pinpoint-sms-voice-v2", account=OTHER)


@pytest.fixture
def arns(sms_client, request_number):
    """One of each resource that can be shared, by its type."""
    return {
        "phone-number": request_number()["PhoneNumberArn"],
        "pool": sms_client.create_pool(OriginationIdentity=request_number()["PhoneNumberId"], MessageType="TRANSACTIONAL")[
            "PoolArn"
        ],
        "sender-id": sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")["SenderIdArn"],
        "opt-out-list": sms_client.create_opt_out_list(OptOutListName="news")["OptOutListArn"],
    }


@pytest.mark.parametrize("kind", ["phone-number", "pool", "sender-id", "opt-out-list"])
def test_life_of_a_policy(sms_client, arns, raises, kind):
    """A policy is put, put anew, read and deleted; without one an empty policy is read."""
    arn, text = arns[kind], policy("sms-voice:SendTextMessage")
    assert "{}" == sms_client.get_resource_policy(ResourceArn=arn)["Policy"]
    sms_client.put_resource_policy(ResourceArn=arn, Policy=policy("sms-voice:*"))

    put = sms_client.put_resource_policy(ResourceArn=arn, Policy=text)
    read = sms_client.get_resource_policy(ResourceArn=arn)
    deleted = sms_client.delete_resource_policy(ResourceArn=arn)

    assert (arn, text) == (put["ResourceArn"], put["Policy"])
    assert put["CreatedTimestamp"] == read["CreatedTimestamp"] == deleted["CreatedTimestamp"]
    assert text == read["Policy"] == deleted["Policy"]
    with raises("ResourceNotFoundException", ResourceType="policy", ResourceId=arn):
        sms_client.delete_resource_policy(ResourceArn=arn)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("not json", "CANNOT_PARSE"),
        ("[]", "INVALID_PARAMETER"),
        ("{}", "INVALID_PARAMETER"),
        ('{"Statement": [{"Effect": "Allow"}]}', "INVALID_PARAMETER"),
        ('{"Statement": {"Effect": "Perhaps", "Principal": "*", "Action": "*"}}', "INVALID_PARAMETER"),
        ("x" * 10001, "FIELD_VALIDATION_FAILED"),
    ],
)
def test_what_is_no_policy_is_refused(sms_client, raises, text, reason):
    """Form and size are checked, and nothing is kept."""
    with raises("ValidationException", Reason=reason):
        sms_client.put_resource_policy(ResourceArn=LIST_ARN, Policy=text)
    assert "{}" == sms_client.get_resource_policy(ResourceArn=LIST_ARN)["Policy"]


@pytest.mark.parametrize("operation", ["get", "put", "delete"])
def test_resource_must_be_one_that_can_be_shared(sms_client, raises, operation):
    """Another type is an invalid ARN, an unknown resource is not found."""
    members = {"Policy": policy("sms-voice:*")} if operation == "put" else {}
    call = getattr(sms_client, f"{operation}_resource_policy")
    sms_client.create_configuration_set(ConfigurationSetName="mine")
    head = "arn:aws:sms-voice:us-east-1:123456789012:"

    with raises("ValidationException", Reason="INVALID_ARN"):
        call(ResourceArn=head + "configuration-set/mine", **members)
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId=head + "pool/pool-0"):
        call(ResourceArn=head + "pool/pool-0", **members)


@pytest.mark.parametrize(("kind", "to"), [("phone-number", HANDSET), ("pool", HANDSET), ("sender-id", GERMAN)])
def test_shared_identity_sends_for_the_other_account(sms, sms_client, other, arns, raises, kind, to):
    """Unshared it is not found, shared for something else it is denied, allowed it sends, and a Deny wins."""
    arn = arns[kind]

    def send():
        return other.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=arn, MessageBody="Hi")["MessageId"]

    def share(text):
        sms_client.put_resource_policy(ResourceArn=arn, Policy=text)

    with raises("ResourceNotFoundException", ResourceType=kind, ResourceId=arn):
        send()
    for text in (
        policy("sms-voice:DescribePools"),
        policy("sms-voice:SendTextMessage", principal="111122223333"),
        policy("sms-voice:SendTextMessage", Condition={"StringEquals": {"aws:SourceAccount": "1"}}),
        policy("sms-voice:*", effect="Deny"),
    ):
        share(text)
        with raises("AccessDeniedException"):
            send()
    for text in (policy("sms-voice:SendTextMessage"), policy("sms-voice:Send*", Resource=arn)):
        share(text)
        assert send()
    # The consumer pays for what it sends.
    assert {OTHER} == {message.account for message in sms.inbox.messages(to=to)}
    sms_client.delete_resource_policy(ResourceArn=arn)
    with raises("ResourceNotFoundException", ResourceType=kind):
        send()


def test_shared_pool_keeps_its_owners_opt_outs(sms, sms_client, other, arns, raises):
    """A recipient on the list of a shared pool gets nothing from the other account either."""
    sms_client.put_resource_policy(ResourceArn=arns["pool"], Policy=policy("sms-voice:SendTextMessage"))
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        other.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=arns["pool"], MessageBody="Hi")


def test_shared_list_is_changed_by_what_its_policy_allows(sms_client, other, arns, raises):
    """Putting is allowed, deleting is not; the number is on the owner's list."""
    arn = arns["opt-out-list"]
    sms_client.put_resource_policy(ResourceArn=arn, Policy=policy("sms-voice:PutOptedOutNumber"))

    other.put_opted_out_number(OptOutListName=arn, OptedOutNumber=HANDSET)

    with raises("AccessDeniedException"):
        other.delete_opted_out_number(OptOutListName=arn, OptedOutNumber=HANDSET)
    (row,) = sms_client.describe_opted_out_numbers(OptOutListName="news")["OptedOutNumbers"]
    assert HANDSET == row["OptedOutNumber"]


def test_keyword_operations_ask_for_their_own_action(sms_client, other, arns, raises):
    """An account that may describe keywords of a shared number may not put any."""
    arn = arns["phone-number"]
    sms_client.put_resource_policy(ResourceArn=arn, Policy=policy("sms-voice:DescribeKeywords"))

    assert 2 == len(other.describe_keywords(OriginationIdentity=arn)["Keywords"])
    with raises("AccessDeniedException"):
        other.put_keyword(OriginationIdentity=arn, Keyword="OPEN", KeywordMessage="9 to 5")


def test_shared_resources_are_described_as_shared(sms_client, other, arns):
    """SHARED shows what others share with the account and nothing else; SELF shows what it owns."""
    for arn in arns.values():
        sms_client.put_resource_policy(ResourceArn=arn, Policy=policy("sms-voice:*"))

    def shown(client, owner):
        rows = (
            client.describe_phone_numbers(Owner=owner)["PhoneNumbers"],
            client.describe_pools(Owner=owner)["Pools"],
            client.describe_sender_ids(Owner=owner)["SenderIds"],
            client.describe_opt_out_lists(Owner=owner)["OptOutLists"],
        )
        keys = ("PhoneNumberArn", "PoolArn", "SenderIdArn", "OptOutListArn")
        return {row[key] for found, key in zip(rows, keys, strict=True) for row in found}

    assert set(arns.values()) == shown(other, "SHARED")
    assert {LIST_ARN.replace("123456789012", OTHER)} == shown(other, "SELF")
    assert set() == shown(sms_client, "SHARED")
