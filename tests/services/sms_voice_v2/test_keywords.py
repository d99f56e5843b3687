"""Keywords of phone numbers, as the API manages them; what they do is in test_inbound.py."""

import pytest

MANDATORY = [("HELP", "AUTOMATIC_RESPONSE"), ("STOP", "OPT_OUT")]


@pytest.fixture
def owner(request_number):
    """A US 10DLC number, as DescribePhoneNumbers says."""
    return request_number()


@pytest.fixture
def put(sms_client, owner):
    """Puts a keyword on `owner`."""

    def put(keyword, message="Text", **members):
        wanted = {"OriginationIdentity": owner["PhoneNumberId"], "Keyword": keyword, "KeywordMessage": message}
        return sms_client.put_keyword(**wanted | members)

    return put


@pytest.fixture
def keywords(sms_client, owner):
    """The keywords of `owner` with their actions."""

    def read(**members):
        pages = sms_client.get_paginator("describe_keywords").paginate(OriginationIdentity=owner["PhoneNumberId"], **members)
        return [(row["Keyword"], row["KeywordAction"]) for page in pages for row in page["Keywords"]]

    return read


@pytest.mark.parametrize("number_type", ["TEN_DLC", "TOLL_FREE", "SIMULATOR"])
def test_every_number_has_help_and_stop(sms_client, request_number, number_type):
    """HELP and STOP are there from the beginning, with a text each, on simulator numbers too."""
    number = request_number(NumberType=number_type)

    rows = sms_client.describe_keywords(OriginationIdentity=number["PhoneNumberId"])["Keywords"]

    assert MANDATORY == [(row["Keyword"], row["KeywordAction"]) for row in rows]
    assert all(row["KeywordMessage"] for row in rows)


def test_life_of_a_keyword(sms_client, owner, put, keywords):
    """A keyword is put, changed, shown and deleted, in upper case, the same in every answer."""
    first = put("Join", "Welcome")
    second = put("JOIN", "Welcome back", KeywordAction="OPT_IN")
    shown = sms_client.describe_keywords(OriginationIdentity=owner["PhoneNumberId"], Keywords=["join"])
    deleted = sms_client.delete_keyword(OriginationIdentity=owner["PhoneNumberId"], Keyword="joIN")

    identity = {"OriginationIdentityArn": owner["PhoneNumberArn"], "OriginationIdentity": owner["PhoneNumberId"]}
    entry = {"Keyword": "JOIN", "KeywordMessage": "Welcome back", "KeywordAction": "OPT_IN"}
    assert ("JOIN", "Welcome", "AUTOMATIC_RESPONSE") == tuple(
        first[name] for name in ("Keyword", "KeywordMessage", "KeywordAction")
    )
    for answer in (second, deleted):
        assert identity | entry == {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    assert identity | {"Keywords": [entry]} == {n: v for n, v in shown.items() if n != "ResponseMetadata"}
    assert MANDATORY == keywords()


@pytest.mark.parametrize(
    "reference",
    [
        lambda number: number["PhoneNumberId"],
        lambda number: number["PhoneNumberArn"],
        lambda number: number["PhoneNumber"].removeprefix("+"),
    ],
    ids=["id", "ARN", "number without plus"],
)
def test_owner_is_named_by_id_arn_or_number(put, owner, keywords, reference):
    """However the number is named, the answer names it by its id."""
    answer = put("INFO", OriginationIdentity=reference(owner))

    assert owner["PhoneNumberId"] == answer["OriginationIdentity"]
    assert ("INFO", "AUTOMATIC_RESPONSE") in keywords()


@pytest.mark.parametrize("action", ["AUTOMATIC_RESPONSE", "OPT_OUT", "OPT_IN"])
def test_every_action_can_be_given(put, keywords, action):
    """A keyword of one's own may do each of the three."""
    put("WORD", KeywordAction=action)

    assert ("WORD", action) == keywords()[-1]


def test_keywords_are_filtered_by_action(put, keywords):
    """The one filter selects by action; values are joined by OR, filters by AND."""
    put("INFO")
    put("BYE", KeywordAction="OPT_OUT")
    put("START", KeywordAction="OPT_IN")

    def filtered(*filters):
        return [word for word, _ in keywords(Filters=[{"Name": "keyword-action", "Values": f} for f in filters])]

    assert ["HELP", "INFO"] == filtered(["AUTOMATIC_RESPONSE"])
    assert ["STOP", "BYE", "START"] == filtered(["OPT_OUT", "OPT_IN"])
    assert [] == filtered(["OPT_OUT"], ["OPT_IN"])


def test_filter_value_must_be_an_action(keywords, raises):
    """Another value is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES") as response:
        keywords(Filters=[{"Name": "keyword-action", "Values": ["REPLY"]}])
    assert ["filters"] == [field["Name"] for field in response["Fields"]]


def test_keywords_page(sms_client, owner, put):
    """A paginator finds every keyword once, and each page names the owner."""
    for number in range(5):
        put(f"WORD{number}")

    pages = list(
        sms_client.get_paginator("describe_keywords").paginate(
            OriginationIdentity=owner["PhoneNumberId"], PaginationConfig={"PageSize": 3}
        )
    )

    assert [3, 3, 1] == [len(page["Keywords"]) for page in pages]
    assert ["HELP", "STOP", *(f"WORD{n}" for n in range(5))] == [r["Keyword"] for p in pages for r in p["Keywords"]]
    assert {owner["PhoneNumberArn"]} == {page["OriginationIdentityArn"] for page in pages}


@pytest.mark.parametrize(("word", "action"), MANDATORY)
def test_text_of_a_mandatory_keyword_can_be_changed(put, word, action):
    """HELP and STOP take a text of one's own; their action need not be given."""
    first = put(word.lower(), "My own text")
    again = put(word, "Another", KeywordAction=action)

    assert (word, "My own text", action) == (first["Keyword"], first["KeywordMessage"], first["KeywordAction"])
    assert (word, "Another", action) == (again["Keyword"], again["KeywordMessage"], again["KeywordAction"])


@pytest.mark.parametrize(("word", "action"), [("HELP", "OPT_OUT"), ("stop", "AUTOMATIC_RESPONSE"), ("STOP", "OPT_IN")])
def test_action_of_a_mandatory_keyword_cannot_be_changed(put, raises, word, action):
    """The actions of HELP and STOP cannot be changed."""
    with raises(
        "ConflictException",
        Reason="RESOURCE_MODIFICATION_NOT_ALLOWED",
        ResourceType="keyword",
        ResourceId=word.upper(),
    ):
        put(word, KeywordAction=action)


def test_stop_of_a_toll_free_number_cannot_be_changed(put, request_number, raises):
    """A carrier answers STOP to a toll-free number, so the account's text would never be seen; HELP is the account's."""
    toll_free = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]

    with raises("ConflictException", Reason="RESOURCE_MODIFICATION_NOT_ALLOWED", ResourceId="STOP"):
        put("STOP", OriginationIdentity=toll_free)
    assert "HELP" == put("HELP", OriginationIdentity=toll_free)["Keyword"]


@pytest.mark.parametrize("word", ["HELP", "stop"])
def test_mandatory_keyword_cannot_be_deleted(sms_client, owner, raises, word):
    """HELP and STOP stay."""
    with raises(
        "ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceType="keyword", ResourceId=word.upper()
    ):
        sms_client.delete_keyword(OriginationIdentity=owner["PhoneNumberId"], Keyword=word)


@pytest.mark.parametrize("operation", ["delete", "describe"])
def test_absent_keyword_is_not_found(sms_client, owner, raises, operation):
    """A keyword that the number lacks is an error of its own type."""
    with raises("ResourceNotFoundException", ResourceType="keyword", ResourceId="NONE"):
        if operation == "delete":
            sms_client.delete_keyword(OriginationIdentity=owner["PhoneNumberId"], Keyword="NONE")
        else:
            sms_client.describe_keywords(OriginationIdentity=owner["PhoneNumberId"], Keywords=["NONE"])


@pytest.mark.parametrize("operation", ["put", "delete", "describe"])
@pytest.mark.parametrize(
    ("identity", "resource_type"), [("phone-0", "phone-number"), ("pool-0", "pool"), ("12065550000", "phone-number")]
)
def test_unknown_owner_is_not_found(sms_client, raises, operation, identity, resource_type):
    """An owner that does not exist is named with its type."""
    members = {"put": {"Keyword": "A", "KeywordMessage": "B"}, "delete": {"Keyword": "A"}, "describe": {}}[operation]
    name = "describe_keywords" if operation == "describe" else f"{operation}_keyword"

    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=identity):
        getattr(sms_client, name)(OriginationIdentity=identity, **members)


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_keywords_of_elsewhere_are_not_found(client, owner, raises, elsewhere):
    """Another account or region cannot read them."""
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=owner["PhoneNumberArn"]):
        other.describe_keywords(OriginationIdentity=owner["PhoneNumberArn"])


@pytest.mark.parametrize("word", [" JOIN", "JOIN ", " "])
def test_keyword_has_no_space_at_its_ends(put, raises, word):
    """A space may only stand inside."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        put(word)
    assert ["keyword"] == [field["Name"] for field in response["Fields"]]


def test_keyword_may_hold_spaces_and_thirty_characters(put, keywords):
    """The longest keyword is one of several words."""
    put("sign me up for the news please")

    assert ("SIGN ME UP FOR THE NEWS PLEASE", "AUTOMATIC_RESPONSE") in keywords()


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"Keyword": "K" * 31}, "keyword"),
        ({"KeywordMessage": "m" * 1601}, "keywordMessage"),
        ({"KeywordMessage": "  "}, "keywordMessage"),
        ({"KeywordAction": "REPLY"}, "keywordAction"),
        ({"OriginationIdentity": "a b"}, "originationIdentity"),
    ],
)
def test_broken_constraint_names_its_member(put, raises, members, field):
    """A broken constraint of the model is refused with the member's name."""
    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        put(members.get("Keyword", "WORD"), **{name: value for name, value in members.items() if name != "Keyword"})
    assert {field} == {entry["Name"] for entry in response["Fields"]}


def test_a_number_has_thirty_keywords(put, raises):
    """HELP and STOP count, so the 29th of one's own is too many; one that exists may still be changed."""
    for number in range(28):
        put(f"WORD{number}")

    with raises("ServiceQuotaExceededException", Reason="KEYWORDS_PER_PHONE_NUMBER"):
        put("ONE MORE")
    assert "Changed" == put("WORD0", "Changed")["KeywordMessage"]
