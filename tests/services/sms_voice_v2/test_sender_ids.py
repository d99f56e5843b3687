"""Sender ids: request, list, change, release, and what is sent from them."""

import pytest

ARN = "arn:aws:sms-voice:us-east-1:123456789012:sender-id/"
GERMAN = "+4915123456789"
SWEDISH = "+46701234567"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", *left_out)}


@pytest.fixture
def request_id(sms_client):
    """Return a function that requests a sender id, by default for Germany, and returns the answer."""

    def request(name="SHOP", iso="DE", **members):
        return body(sms_client.request_sender_id(SenderId=name, IsoCountryCode=iso, **members))

    return request


@pytest.fixture
def keys(sms_client):
    """The sender ids with their countries that DescribeSenderIds pages through."""

    def read(**members):
        pages = sms_client.get_paginator("describe_sender_ids").paginate(**members)
        return [(row["SenderId"], row["IsoCountryCode"]) for page in pages for row in page["SenderIds"]]

    return read


def test_life_of_a_sender_id(sms_client, request_id, keys):
    """A sender id is requested, shown and released, the same in every answer, and kept in capitals."""
    made = request_id("Shop", Tags=[{"Key": "team", "Value": "a"}])

    (shown,) = sms_client.describe_sender_ids(SenderIds=[{"SenderId": "shop", "IsoCountryCode": "DE"}])["SenderIds"]
    released = sms_client.release_sender_id(SenderId="SHOP", IsoCountryCode="DE")

    plain = {
        "SenderIdArn": ARN + "SHOP/DE",
        "SenderId": "SHOP",
        "IsoCountryCode": "DE",
        "MessageTypes": ["TRANSACTIONAL", "PROMOTIONAL"],
        "MonthlyLeasingPrice": "0.00",
        "DeletionProtectionEnabled": False,
        "Registered": False,
    }
    assert plain | {"Tags": [{"Key": "team", "Value": "a"}]} == made
    assert plain == {name: value for name, value in shown.items() if name != "MessagingLimits"}
    assert {name: plain[name] for name in plain if name != "DeletionProtectionEnabled"} == body(released)
    assert [] == keys()


def test_tags_go_with_the_sender_id(sms_client, request_id, raises):
    """Tags are shown, changed and forgotten like those of any resource."""
    arn = request_id(Tags=[{"Key": "team", "Value": "a"}])["SenderIdArn"]

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "b"}, {"Key": "stage", "Value": "test"}])
    sms_client.untag_resource(ResourceArn=arn, TagKeys=["stage"])

    assert [{"Key": "team", "Value": "b"}] == sms_client.list_tags_for_resource(ResourceArn=arn)["Tags"]
    sms_client.release_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    with raises("ResourceNotFoundException", ResourceType="sender-id", ResourceId=arn):
        sms_client.list_tags_for_resource(ResourceArn=arn)


def test_every_member_is_honoured(request_id):
    """The sender id has the settings of the request."""
    made = request_id(MessageTypes=["PROMOTIONAL"], DeletionProtectionEnabled=True)

    assert (["PROMOTIONAL"], True) == (made["MessageTypes"], made["DeletionProtectionEnabled"])


def test_a_name_is_one_for_each_country(request_id, keys, raises):
    """The same name is free in another country, and taken in its own."""
    request_id("SHOP", "DE")
    request_id("shop", "SE")

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS", ResourceType="sender-id", ResourceId="SHOP"):
        request_id("Shop", "DE")
    assert [("SHOP", "DE"), ("SHOP", "SE")] == keys()


def test_client_token_makes_one_sender_id(request_id, keys):
    """The same request with the same token has the first answer."""
    first = request_id(ClientToken="token")

    assert first == request_id(ClientToken="token")
    assert [("SHOP", "DE")] == keys()


@pytest.mark.parametrize(
    ("name", "iso", "reason"),
    [
        ("SHOP", "US", "SENDER_ID_NOT_SUPPORTED"),
        ("SHOP", "CA", "SENDER_ID_NOT_SUPPORTED"),
        ("SHOP", "PH", "SENDER_ID_REQUIRES_REGISTRATION"),
        ("SHOP", "ES", "SENDER_ID_REQUIRES_REGISTRATION"),
        ("SHOP", "ZZ", "INVALID_PARAMETER"),
        ("123", "DE", "INVALID_PARAMETER"),
        ("-SHOP", "DE", "INVALID_PARAMETER"),
        ("SHOP-", "DE", "INVALID_PARAMETER"),
        ("MY-SHOP", "FR", "INVALID_PARAMETER"),
        ("TWELVELETTER", "DE", "FIELD_VALIDATION_FAILED"),
    ],
)
def test_what_no_country_takes_is_refused(request_id, keys, raises, name, iso, reason):
    """Form and country of a name are checked, each with its reason."""
    with raises("ValidationException", Reason=reason):
        request_id(name, iso)
    assert [] == keys()


def test_a_hyphen_is_allowed_but_in_france(request_id, keys):
    """Elsewhere a hyphen may stand inside a name."""
    request_id("MY-SHOP", "DE")
    request_id("MYSHOP", "FR")

    assert [("MY-SHOP", "DE"), ("MYSHOP", "FR")] == keys()


def test_an_account_has_200_sender_ids(request_id, raises):
    """The 201st is too many."""
    for number in range(200):
        request_id(f"S{number}")

    with raises("ServiceQuotaExceededException", Reason="SENDER_IDS_PER_ACCOUNT"):
        request_id("ONEMORE")


def test_sender_ids_are_found_by_name_and_arn_in_the_order_asked(request_id, keys):
    """Names and ARNs may be mixed, and the answer keeps their order."""
    request_id("A")
    request_id("B")

    asked = [{"SenderId": ARN + "B/DE", "IsoCountryCode": "DE"}, {"SenderId": "a", "IsoCountryCode": "DE"}]
    assert [("B", "DE"), ("A", "DE")] == keys(SenderIds=asked)


def test_sender_ids_page(sms_client, request_id):
    """A paginator finds every sender id once."""
    for name in "ABCDE":
        request_id(name)

    pages = list(sms_client.get_paginator("describe_sender_ids").paginate(PaginationConfig={"PageSize": 2}))

    assert [["A", "B"], ["C", "D"], ["E"]] == [[row["SenderId"] for row in page["SenderIds"]] for page in pages]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("sender-id", ["A"], ["A"]),
        ("sender-id", ["A", "C"], ["A", "C"]),
        ("iso-country-code", ["SE"], ["B"]),
        ("iso-country-code", ["SE", "DE"], ["A", "B", "C"]),
        ("message-type", ["PROMOTIONAL"], ["A", "C"]),
        ("deletion-protection-enabled", ["true"], ["C"]),
        ("deletion-protection-enabled", ["true", "false"], ["A", "B", "C"]),
        ("registered", ["true"], []),
        ("registered", ["false"], ["A", "B", "C"]),
    ],
)
def test_every_filter_tells_sender_ids_apart(request_id, keys, name, values, expected):
    """A sender id passes a filter when one of its values is the sender id's."""
    request_id("A")
    request_id("B", "SE", MessageTypes=["TRANSACTIONAL"])
    request_id("C", DeletionProtectionEnabled=True)

    assert expected == [key[0] for key in keys(Filters=[{"Name": name, "Values": values}])]


def test_filters_are_joined_by_and(request_id, keys):
    """A sender id must pass every filter."""
    request_id("A")
    request_id("A", "SE")

    filters = [{"Name": "sender-id", "Values": ["A"]}, {"Name": "iso-country-code", "Values": ["SE"]}]
    assert [("A", "SE")] == keys(Filters=filters)


@pytest.mark.parametrize("name", ["message-type", "deletion-protection-enabled", "registered"])
def test_filter_value_must_be_one_that_the_filter_knows(keys, raises, name):
    """Another value is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
        keys(Filters=[{"Name": name, "Values": ["maybe"]}])


def test_names_cannot_be_asked_for_together_with_shared(keys, raises):
    """Names exclude SHARED."""
    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        keys(SenderIds=[{"SenderId": "A", "IsoCountryCode": "DE"}], Owner="SHARED")
    assert ["senderIds", "owner"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("operation", ["describe", "update", "release"])
@pytest.mark.parametrize("name", ["NONE", ARN + "NONE/DE"])
def test_unknown_sender_id_is_not_found(sms_client, keys, raises, operation, name):
    """Every operation names the sender id that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="sender-id", ResourceId=name):
        if operation == "describe":
            keys(SenderIds=[{"SenderId": name, "IsoCountryCode": "DE"}])
        else:
            getattr(sms_client, f"{operation}_sender_id")(SenderId=name, IsoCountryCode="DE")


def test_arn_and_country_must_agree(sms_client, request_id, raises):
    """The ARN of a German sender id is not valid for Sweden."""
    request_id()

    with raises("ValidationException", Reason="COUNTRY_CODE_MISMATCH"):
        sms_client.release_sender_id(SenderId=ARN + "SHOP/DE", IsoCountryCode="SE")


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_sender_ids_are_of_one_account_and_region(client, request_id, raises, elsewhere):
    """Elsewhere the sender id is unknown, and its name is free."""
    request_id()
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for name in ("SHOP", ARN + "SHOP/DE"):
        with raises("ResourceNotFoundException", ResourceType="sender-id", ResourceId=name):
            other.release_sender_id(SenderId=name, IsoCountryCode="DE")
    assert ARN + "SHOP/DE" != other.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")["SenderIdArn"]


def test_protected_sender_id_is_released_once_it_is_not(sms_client, request_id, keys, raises):
    """Deletion protection holds until it is switched off; an update without it changes nothing."""
    request_id(DeletionProtectionEnabled=True)
    named = {"SenderId": "SHOP", "IsoCountryCode": "DE"}

    assert True is sms_client.update_sender_id(**named)["DeletionProtectionEnabled"]
    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="sender-id", ResourceId="SHOP"):
        sms_client.release_sender_id(**named)
    assert False is sms_client.update_sender_id(**named, DeletionProtectionEnabled=False)["DeletionProtectionEnabled"]
    sms_client.release_sender_id(**named)
    assert [] == keys()


def test_member_of_a_pool_cannot_be_released(sms_client, request_id, raises):
    """A sender id in a pool stays until the pool is gone."""
    request_id()
    named = {"OriginationIdentity": "SHOP", "IsoCountryCode": "DE"}
    pool_id = sms_client.create_pool(**named, MessageType="TRANSACTIONAL")["PoolId"]

    with raises("ConflictException", Reason="SENDER_ID_ASSOCIATED_TO_POOL", ResourceType="sender-id", ResourceId="SHOP"):
        sms_client.release_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    sms_client.delete_pool(PoolId=pool_id)
    sms_client.release_sender_id(SenderId="SHOP", IsoCountryCode="DE")


@pytest.mark.parametrize("reference", ["shop", "SHOP", ARN + "SHOP/DE"])
def test_text_comes_from_the_sender_id(sms, sms_client, request_id, reference):
    """A text that names a sender id comes from it."""
    request_id()

    sms_client.send_text_message(DestinationPhoneNumber=GERMAN, MessageBody="Hallo", OriginationIdentity=reference)

    assert [("SHOP", "Hallo")] == [(message.sender, message.body) for message in sms.handset(GERMAN).inbox]


def test_sender_id_sends_to_its_country_only(sms_client, request_id, raises):
    """A name for Germany cannot send to Sweden."""
    request_id()

    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        sms_client.send_text_message(DestinationPhoneNumber=SWEDISH, MessageBody="Hej", OriginationIdentity="SHOP")


def test_sender_id_sends_its_message_types_only(sms_client, request_id, raises):
    """A name for TRANSACTIONAL texts sends no PROMOTIONAL one."""
    request_id(MessageTypes=["TRANSACTIONAL"])

    with raises("ConflictException", Reason="MESSAGE_TYPE_MISMATCH", ResourceType="sender-id", ResourceId="SHOP"):
        sms_client.send_text_message(
            DestinationPhoneNumber=GERMAN, MessageBody="Hallo", OriginationIdentity="SHOP", MessageType="PROMOTIONAL"
        )
