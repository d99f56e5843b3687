"""Configuration sets."""

import pytest

ARN = "arn:aws:sms-voice:us-east-1:123456789012:configuration-set/"
TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]


@pytest.fixture
def create(sms_client):
    """Makes sets by name."""

    def create(*names):
        for name in names:
            sms_client.create_configuration_set(ConfigurationSetName=name)

    return create


@pytest.fixture
def names(sms_client):
    """The names of the sets that DescribeConfigurationSets pages through."""

    def read(**members):
        pages = sms_client.get_paginator("describe_configuration_sets").paginate(**members)
        return [row["ConfigurationSetName"] for page in pages for row in page["ConfigurationSets"]]

    return read


def test_life_of_a_set(sms, sms_client, names):
    """A set is made, shown and deleted, the same in every answer."""
    made = sms_client.create_configuration_set(ConfigurationSetName="mine", Tags=[{"Key": "team", "Value": "a"}])
    made_at = sms.clock.now

    shown = sms_client.describe_configuration_sets(ConfigurationSetNames=["mine"])["ConfigurationSets"]
    deleted = sms_client.delete_configuration_set(ConfigurationSetName="mine")

    assert ("mine", ARN + "mine") == (made["ConfigurationSetName"], made["ConfigurationSetArn"])
    assert [{"Key": "team", "Value": "a"}] == made["Tags"]
    assert abs((made_at - made["CreatedTimestamp"]).total_seconds()) < 0.001
    plain = {
        "ConfigurationSetArn": ARN + "mine",
        "ConfigurationSetName": "mine",
        "EventDestinations": [],
        "CreatedTimestamp": made["CreatedTimestamp"],
    }
    assert [plain] == shown
    assert plain == {name: value for name, value in deleted.items() if name != "ResponseMetadata"}
    assert [] == names()


def test_set_is_deleted_by_arn(sms_client, create, names):
    """A set's ARN names it as well as its name."""
    create("a", "b")

    sms_client.delete_configuration_set(ConfigurationSetName=ARN + "a")

    assert ["b"] == names()


def test_sets_are_found_by_name_and_arn_in_the_order_asked(create, names):
    """Names and ARNs may be mixed, and the answer keeps their order."""
    create("a", "b", "c")

    assert ["c", "a"] == names(ConfigurationSetNames=[ARN + "c", "a"])


def test_sets_page(sms_client, create):
    """A paginator finds every set once, in pages of the size asked for."""
    create(*(f"set-{n}" for n in range(7)))

    pages = list(sms_client.get_paginator("describe_configuration_sets").paginate(PaginationConfig={"PageSize": 3}))

    assert [3, 3, 1] == [len(page["ConfigurationSets"]) for page in pages]
    assert [f"set-{n}" for n in range(7)] == [r["ConfigurationSetName"] for p in pages for r in p["ConfigurationSets"]]


def test_pages_neither_skip_nor_repeat_what_changes_meanwhile(sms_client, create):
    """A set deleted between two pages moves no other out of sight."""
    create("a", "b", "c")
    first = sms_client.describe_configuration_sets(MaxResults=1)
    sms_client.delete_configuration_set(ConfigurationSetName="a")

    rest = sms_client.describe_configuration_sets(NextToken=first["NextToken"])

    assert ["b", "c"] == [row["ConfigurationSetName"] for row in rest["ConfigurationSets"]]


def test_known_name_is_a_conflict(sms_client, create, raises):
    """A second set of the same name is refused, and named."""
    create("mine")

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS", ResourceType="configuration-set", ResourceId="mine"):
        sms_client.create_configuration_set(ConfigurationSetName="mine")


def test_client_token_makes_one_set(sms_client, names, raises):
    """The same request with the same token has the first answer; with other members it is refused."""
    first = sms_client.create_configuration_set(ConfigurationSetName="mine", ClientToken="token")

    again = sms_client.create_configuration_set(ConfigurationSetName="mine", ClientToken="token")

    assert first["CreatedTimestamp"] == again["CreatedTimestamp"]
    assert ["mine"] == names()
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        sms_client.create_configuration_set(ConfigurationSetName="other", ClientToken="token")
    assert ["clientToken"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_client_token_is_of_one_account_and_region(sms_client, client, elsewhere):
    """The token means nothing elsewhere."""
    sms_client.create_configuration_set(ConfigurationSetName="mine", ClientToken="token")

    other = client("pinpoint-sms-voice-v2", **elsewhere)

    assert (
        "other" == other.create_configuration_set(ConfigurationSetName="other", ClientToken="token")["ConfigurationSetName"]
    )


def test_an_account_has_25_sets(sms_client, create, raises):
    """The 26th is too many, until one is deleted."""
    create(*(f"set-{n}" for n in range(25)))

    with raises("ServiceQuotaExceededException", Reason="CONFIGURATION_SETS_PER_ACCOUNT"):
        create("one-more")
    sms_client.delete_configuration_set(ConfigurationSetName="set-0")
    create("one-more")


@pytest.mark.parametrize("name", ["none", ARN + "none"])
def test_unknown_set_is_not_found(sms_client, names, raises, name):
    """A set that does not exist is named as it was asked for."""
    missing = {"ResourceType": "configuration-set", "ResourceId": name}

    with raises("ResourceNotFoundException", **missing):
        sms_client.delete_configuration_set(ConfigurationSetName=name)
    with raises("ResourceNotFoundException", **missing):
        names(ConfigurationSetNames=[name])


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_sets_are_of_one_account_and_region(client, create, raises, elsewhere):
    """Elsewhere the set is unknown, by name and by ARN."""
    create("mine")
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for reference in ("mine", ARN + "mine"):
        with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId=reference):
            other.describe_configuration_sets(ConfigurationSetNames=[reference])


def test_sets_are_filtered_by_their_destinations(sms_client, create, names):
    """A set passes when one of its destinations has the name, or asks for the type of event."""
    create("plain", "texts", "voices")
    for owner, name, types in (
        ("texts", "one", ["TEXT_DELIVERED", "TEXT_BLOCKED"]),
        ("texts", "two", ["TEXT_ALL"]),
        ("voices", "one", ["VOICE_ALL"]),
    ):
        sms_client.create_event_destination(
            ConfigurationSetName=owner,
            EventDestinationName=name,
            MatchingEventTypes=types,
            SnsDestination={"TopicArn": TOPIC},
        )

    def filtered(**filters):
        return names(Filters=[{"Name": name.replace("_", "-"), "Values": values} for name, values in filters.items()])

    assert ["texts", "voices"] == filtered(event_destination_name=["one"])
    assert ["texts"] == filtered(event_destination_name=["two"])
    assert ["texts"] == filtered(matching_event_types=["TEXT_BLOCKED"])
    assert ["texts", "voices"] == filtered(matching_event_types=["TEXT_ALL", "VOICE_ALL"])
    assert ["texts"] == filtered(event_destination_name=["one"], matching_event_types=["TEXT_ALL"])
    assert ["texts"] == filtered(event_destination_name=["two"], matching_event_types=["TEXT_ALL", "VOICE_ALL"])
    assert [] == filtered(event_destination_name=["three"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default-message-type", "PROMOTIONAL"),
        ("default-sender-id", "ACME"),
        ("default-message-feedback-enabled", "true"),
        ("default-message-feedback-enabled", "false"),
        ("protect-configuration-id", "protect-0"),
    ],
)
def test_set_without_a_default_passes_no_filter_on_it(create, names, name, value):
    """A default that was never set has no value, not even false."""
    create("plain")

    assert [] == names(Filters=[{"Name": name, "Values": [value]}])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default-message-type", "MARKETING"),
        ("default-message-feedback-enabled", "maybe"),
        ("matching-event-types", "TEXT_NONSENSE"),
    ],
)
def test_filter_value_must_be_one_that_the_filter_knows(names, raises, name, value):
    """A value that no set could have is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES") as response:
        names(Filters=[{"Name": name, "Values": [value]}])
    assert ["filters"] == [field["Name"] for field in response["Fields"]]


def test_deleting_a_set_deletes_its_destinations(sms_client, create, names):
    """The answer shows the destinations a last time; a new set of the same name has none."""
    create("mine")
    sms_client.create_event_destination(
        ConfigurationSetName="mine",
        EventDestinationName="to-sns",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": TOPIC},
    )

    deleted = sms_client.delete_configuration_set(ConfigurationSetName="mine")

    create("mine")
    assert ["to-sns"] == [destination["EventDestinationName"] for destination in deleted["EventDestinations"]]
    assert [] == sms_client.describe_configuration_sets()["ConfigurationSets"][0]["EventDestinations"]


@pytest.mark.parametrize("name", ["a b", "a" * 65, "a/b", "ä"])
def test_name_is_checked(sms_client, raises, name):
    """A name is 1 to 64 letters, digits, dashes and underscores."""
    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        sms_client.create_configuration_set(ConfigurationSetName=name)
    assert {"configurationSetName"} == {field["Name"] for field in response["Fields"]}
