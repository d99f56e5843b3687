"""Opt-out lists and the numbers on them."""

from datetime import timezone

import pytest

from emulator.testing import HANDSET

ARN = "arn:aws:sms-voice:us-east-1:123456789012:opt-out-list/"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]


@pytest.fixture
def numbers_on(sms_client):
    """The numbers on a list, as DescribeOptedOutNumbers pages through them."""

    def read(name="Default", **members):
        pages = sms_client.get_paginator("describe_opted_out_numbers").paginate(OptOutListName=name, **members)
        return [entry["OptedOutNumber"] for page in pages for entry in page["OptedOutNumbers"]]

    return read


def names(client, **members):
    pages = client.get_paginator("describe_opt_out_lists").paginate(**members)
    return [row["OptOutListName"] for page in pages for row in page["OptOutLists"]]


# --- Lists ----------------------------------------------------------------------------------------------------------


def test_default_list_exists(sms_client):
    """An account starts with the list Default."""
    lists = sms_client.describe_opt_out_lists()["OptOutLists"]

    assert [("Default", ARN + "Default")] == [(row["OptOutListName"], row["OptOutListArn"]) for row in lists]


def test_life_of_a_list(sms, sms_client):
    """A list is made, shown and deleted, the same in every answer."""
    made = sms_client.create_opt_out_list(OptOutListName="news", Tags=[{"Key": "team", "Value": "a"}])
    made_at = sms.clock.now

    shown = sms_client.describe_opt_out_lists(OptOutListNames=["news"])["OptOutLists"]
    deleted = sms_client.delete_opt_out_list(OptOutListName="news")

    assert ("news", ARN + "news") == (made["OptOutListName"], made["OptOutListArn"])
    assert [{"Key": "team", "Value": "a"}] == made["Tags"]
    assert made_at.replace(microsecond=0) == made["CreatedTimestamp"].astimezone(timezone.utc).replace(microsecond=0)
    plain = {name: made[name] for name in ("OptOutListArn", "OptOutListName", "CreatedTimestamp")}
    assert [plain] == shown
    assert plain == {name: value for name, value in deleted.items() if name != "ResponseMetadata"}
    assert ["Default"] == names(sms_client)


def test_lists_are_found_by_name_and_arn_in_the_order_asked(sms_client):
    """Names and ARNs may be mixed, and the answer keeps their order."""
    sms_client.create_opt_out_list(OptOutListName="a")
    sms_client.create_opt_out_list(OptOutListName="b")

    assert ["b", "Default", "a"] == names(sms_client, OptOutListNames=[ARN + "b", "Default", "a"])


def test_lists_page(sms_client):
    """A paginator finds every list once, in pages of the size asked for."""
    for number in range(6):
        sms_client.create_opt_out_list(OptOutListName=f"list-{number}")

    pages = list(sms_client.get_paginator("describe_opt_out_lists").paginate(PaginationConfig={"PageSize": 3}))

    assert [3, 3, 1] == [len(page["OptOutLists"]) for page in pages]
    assert ["Default", *(f"list-{n}" for n in range(6))] == [r["OptOutListName"] for p in pages for r in p["OptOutLists"]]


def test_known_name_is_a_conflict(sms_client, raises):
    """A second list of the same name is refused, and named."""
    sms_client.create_opt_out_list(OptOutListName="news")

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS", ResourceType="opt-out-list", ResourceId="news"):
        sms_client.create_opt_out_list(OptOutListName="news", ClientToken="another")


def test_client_token_makes_one_list(sms_client, raises):
    """The same request with the same token has the first answer; with other members it is refused."""
    first = sms_client.create_opt_out_list(OptOutListName="news", ClientToken="token")

    again = sms_client.create_opt_out_list(OptOutListName="news", ClientToken="token")

    assert (first["OptOutListArn"], first["CreatedTimestamp"]) == (again["OptOutListArn"], again["CreatedTimestamp"])
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        sms_client.create_opt_out_list(OptOutListName="other", ClientToken="token")
    assert ["clientToken"] == [field["Name"] for field in response["Fields"]]


def test_client_token_is_forgotten_after_a_day(sms, sms_client, raises):
    """Later the same request is a new one, and finds the name taken."""
    sms_client.create_opt_out_list(OptOutListName="news", ClientToken="token")
    sms.clock.advance(hours=25)

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS"):
        sms_client.create_opt_out_list(OptOutListName="news", ClientToken="token")


def test_an_account_has_25_lists(sms_client, raises):
    """The default list counts, so the 25th of one's own is too many."""
    for number in range(24):
        sms_client.create_opt_out_list(OptOutListName=f"list-{number}")

    with raises("ServiceQuotaExceededException", Reason="OPT_OUT_LISTS_PER_ACCOUNT"):
        sms_client.create_opt_out_list(OptOutListName="one-more")


@pytest.mark.parametrize("name", ["Default", ARN + "Default"])
def test_default_list_cannot_be_deleted(sms_client, raises, name):
    """The default list stays."""
    with raises(
        "ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceType="opt-out-list", ResourceId="Default"
    ):
        sms_client.delete_opt_out_list(OptOutListName=name)


def test_list_in_use_cannot_be_deleted(sms_client, raises, request_number):
    """A list that a number uses stays until the number uses another."""
    sms_client.create_opt_out_list(OptOutListName="news")
    number = request_number(OptOutListName="news")

    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceType="opt-out-list", ResourceId="news"):
        sms_client.delete_opt_out_list(OptOutListName="news")
    sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], OptOutListName="Default")
    sms_client.delete_opt_out_list(OptOutListName=ARN + "news")
    assert ["Default"] == names(sms_client)


def test_deleting_a_list_deletes_its_numbers(sms_client, numbers_on):
    """A new list of an old name is empty."""
    sms_client.create_opt_out_list(OptOutListName="news")
    sms_client.put_opted_out_number(OptOutListName="news", OptedOutNumber=HANDSET)

    sms_client.delete_opt_out_list(OptOutListName="news")

    sms_client.create_opt_out_list(OptOutListName="news")
    assert [] == numbers_on("news")


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("describe_opt_out_lists", {"OptOutListNames": ["none"]}),
        ("delete_opt_out_list", {"OptOutListName": "none"}),
        ("put_opted_out_number", {"OptOutListName": "none", "OptedOutNumber": HANDSET}),
        ("delete_opted_out_number", {"OptOutListName": "none", "OptedOutNumber": HANDSET}),
        ("describe_opted_out_numbers", {"OptOutListName": "none"}),
    ],
)
def test_unknown_list_is_not_found(sms_client, raises, operation, members):
    """Every operation names the list that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="opt-out-list", ResourceId="none"):
        getattr(sms_client, operation)(**members)


def test_no_list_is_shared_with_the_account(sms_client, raises):
    """Nothing is shared, and names cannot be asked for together with SHARED."""
    shared = sms_client.describe_opt_out_lists(Owner="SHARED")["OptOutLists"]

    assert [] == shared
    assert ["Default"] == names(sms_client, Owner="SELF")
    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        sms_client.describe_opt_out_lists(Owner="SHARED", OptOutListNames=["Default"])
    assert ["optOutListNames", "owner"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_lists_are_of_one_account_and_region(sms_client, client, raises, elsewhere):
    """Elsewhere the list is unknown, by name and by ARN, and its name is free."""
    sms_client.create_opt_out_list(OptOutListName="news")
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for reference in ("news", ARN + "news"):
        with raises("ResourceNotFoundException", ResourceType="opt-out-list", ResourceId=reference):
            other.describe_opt_out_lists(OptOutListNames=[reference])
    made = other.create_opt_out_list(OptOutListName="news")
    assert ARN + "news" != made["OptOutListArn"]


# --- Numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reference", ["Default", ARN + "Default"], ids=["name", "ARN"])
def test_life_of_an_opted_out_number(sms, sms_client, reference):
    """A number is put on a list, shown and taken off, the same in every answer."""
    put = sms_client.put_opted_out_number(OptOutListName=reference, OptedOutNumber=HANDSET)
    put_at = sms.clock.now

    shown = sms_client.describe_opted_out_numbers(OptOutListName=reference)
    deleted = sms_client.delete_opted_out_number(OptOutListName=reference, OptedOutNumber=HANDSET)

    owner = {"OptOutListArn": ARN + "Default", "OptOutListName": "Default"}
    entry = {"OptedOutNumber": HANDSET, "OptedOutTimestamp": put["OptedOutTimestamp"], "EndUserOptedOut": False}
    for answer in (put, deleted):
        assert owner | entry == {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    assert owner | {"OptedOutNumbers": [entry]} == {n: v for n, v in shown.items() if n != "ResponseMetadata"}
    assert abs((put_at - put["OptedOutTimestamp"]).total_seconds()) < 0.001
    assert [] == sms_client.describe_opted_out_numbers(OptOutListName=reference)["OptedOutNumbers"]


def test_number_on_the_list_is_not_sent_to_until_it_is_off(sms_client, send_text, raises):
    """Sends are refused as long as the number is on the list."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text("Hi")
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    assert send_text("Hi")


def test_plus_makes_no_difference(sms_client, numbers_on):
    """A number with and without its plus is one number on the list."""
    bare = HANDSET.removeprefix("+")
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=bare)
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    assert [HANDSET] == numbers_on()
    assert [HANDSET] == numbers_on(OptedOutNumbers=[bare])
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=bare)
    assert [] == numbers_on()


def test_second_opt_out_keeps_the_first(sms, sms_client, number):
    """An opt-out by reply stays one when the account puts the number on the list as well."""
    sms.handset(HANDSET).reply("STOP", to=number)
    first = sms_client.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"][0]
    sms.clock.advance(hours=1)

    put = sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    assert True is put["EndUserOptedOut"]
    assert first["OptedOutTimestamp"] == put["OptedOutTimestamp"]


def test_numbers_are_filtered_by_who_opted_out(sms, sms_client, numbers_on, number):
    """The one filter separates replies from the account's own entries; both values together select all."""
    sms.handset(HANDSET).reply("STOP", to=number)
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber="+14255550111")

    def filtered(*values):
        return numbers_on(Filters=[{"Name": "end-user-opted-out", "Values": list(values)}])

    assert [HANDSET] == filtered("true")
    assert ["+14255550111"] == filtered("false")
    assert [HANDSET, "+14255550111"] == filtered("true", "false")


def test_filters_are_joined_by_and(sms_client, numbers_on):
    """A number must pass every filter."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    both = [{"Name": "end-user-opted-out", "Values": [value]} for value in ("true", "false")]

    assert [] == numbers_on(Filters=both)


def test_filter_value_must_be_a_boolean(sms_client, raises):
    """Another value is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES") as response:
        sms_client.describe_opted_out_numbers(
            OptOutListName="Default", Filters=[{"Name": "end-user-opted-out", "Values": ["maybe"]}]
        )
    assert ["filters"] == [field["Name"] for field in response["Fields"]]


def test_numbers_page(sms_client, numbers_on):
    """A paginator finds every number once, and each page names its list."""
    wanted = [f"+1425555{n:04d}" for n in range(25)]
    for number in wanted:
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=number)

    pages = list(
        sms_client.get_paginator("describe_opted_out_numbers").paginate(
            OptOutListName="Default", PaginationConfig={"PageSize": 10}
        )
    )

    assert [10, 10, 5] == [len(page["OptedOutNumbers"]) for page in pages]
    assert wanted == [entry["OptedOutNumber"] for page in pages for entry in page["OptedOutNumbers"]]
    assert {("Default", ARN + "Default")} == {(page["OptOutListName"], page["OptOutListArn"]) for page in pages}


@pytest.mark.parametrize("token", ["made up", "of another list", "with other filters", "of elsewhere"])
def test_foreign_next_token_is_refused(sms_client, client, raises, token):
    """A token is valid only for the request that it came from."""
    sms_client.create_opt_out_list(OptOutListName="news")
    for number in (HANDSET, "+14255550111"):
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=number)
    good = sms_client.describe_opted_out_numbers(OptOutListName="Default", MaxResults=1)["NextToken"]
    asked_by, members = {
        "made up": (sms_client, {"OptOutListName": "Default", "NextToken": "x"}),
        "of another list": (sms_client, {"OptOutListName": "news", "NextToken": good}),
        "with other filters": (
            sms_client,
            {
                "OptOutListName": "Default",
                "NextToken": good,
                "Filters": [{"Name": "end-user-opted-out", "Values": ["false"]}],
            },
        ),
        "of elsewhere": (
            client("pinpoint-sms-voice-v2", region="eu-west-1"),
            {"OptOutListName": "Default", "NextToken": good},
        ),
    }[token]

    with raises("ValidationException", Reason="INVALID_NEXT_TOKEN") as response:
        asked_by.describe_opted_out_numbers(**members)
    assert ["nextToken"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("operation", ["delete", "describe"])
def test_absent_number_is_not_found(sms_client, raises, operation):
    """A number that is not on the list is an error of its own type."""
    with raises("ResourceNotFoundException", ResourceType="opted-out-number", ResourceId=HANDSET):
        if operation == "delete":
            sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
        else:
            sms_client.describe_opted_out_numbers(OptOutListName="Default", OptedOutNumbers=[HANDSET])


def test_number_can_be_taken_off_once_in_30_days(sms, sms_client, number, raises):
    """A number that is back on the list stays there until 30 days after its removal."""
    put = {"OptOutListName": "Default", "OptedOutNumber": HANDSET}
    sms_client.put_opted_out_number(**put)
    sms_client.delete_opted_out_number(**put)
    sms.handset(HANDSET).reply("STOP", to=number)

    sms.clock.advance(days=29, hours=23)
    with raises("ValidationException", Reason="PHONE_NUMBER_CANNOT_BE_OPTED_IN"):
        sms_client.delete_opted_out_number(**put)
    sms.clock.advance(hours=1, minutes=1)
    assert HANDSET == sms_client.delete_opted_out_number(**put)["OptedOutNumber"]


def test_thirty_days_are_of_one_number_and_list(sms_client):
    """Taking one number off a list holds up no other number and no other list."""
    sms_client.create_opt_out_list(OptOutListName="news")
    off = []

    for name, handset in (("Default", HANDSET), ("news", HANDSET), ("Default", "+14255550111")):
        sms_client.put_opted_out_number(OptOutListName=name, OptedOutNumber=handset)
        deleted = sms_client.delete_opted_out_number(OptOutListName=name, OptedOutNumber=handset)
        off.append((deleted["OptOutListName"], deleted["OptedOutNumber"]))

    assert [("Default", HANDSET), ("news", HANDSET), ("Default", "+14255550111")] == off


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_numbers_are_of_one_account_and_region(sms_client, client, elsewhere):
    """A number on the default list here is not on the default list elsewhere."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    other = client("pinpoint-sms-voice-v2", **elsewhere)

    assert [] == other.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"]
