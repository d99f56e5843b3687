"""Configuration sets of sms-voice: their life, their limits, their errors' names and HTTP statuses."""

import pytest

TOPIC = "arn:aws:sns:us-east-1:123456789012:calls"


@pytest.fixture
def voice(client):
    """A client of the first API."""
    return client("sms-voice")


@pytest.fixture
def definition():
    """A good event destination."""
    return {"Enabled": True, "MatchingEventTypes": ["ANSWERED"], "SnsDestination": {"TopicArn": TOPIC}}


@pytest.fixture
def add(voice, definition):
    """Adds a destination to the set `calls`, which it makes."""
    voice.create_configuration_set(ConfigurationSetName="calls")

    def create(name, **members):
        voice.create_configuration_set_event_destination(
            ConfigurationSetName="calls", EventDestinationName=name, EventDestination=definition | members
        )

    return create


def destinations(voice):
    return voice.get_configuration_set_event_destinations(ConfigurationSetName="calls")["EventDestinations"]


def test_pages_of_sets(voice):
    """Pages hold as many names as asked for, all of them in the end, each once."""
    for number in range(5):
        voice.create_configuration_set(ConfigurationSetName=f"set-{number}")

    pages, token = [], {}
    while True:
        answer = voice.list_configuration_sets(PageSize="2", **token)
        pages.append(answer["ConfigurationSets"])
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}

    assert [["set-0", "set-1"], ["set-2", "set-3"], ["set-4"]] == pages


@pytest.mark.parametrize("members", [{"PageSize": "none"}, {"PageSize": "0"}, {"NextToken": "mine"}])
def test_bad_page_is_refused(voice, raises, members):
    """A page size other than a number above 0, and an unknown token, are refused."""
    with raises("BadRequestException"):
        voice.list_configuration_sets(**members)


def test_destination_is_shown_as_defined(voice, add, definition):
    """A destination has its name beside what it was defined with."""
    add("sns")

    assert [definition | {"Name": "sns"}] == destinations(voice)


def test_update_replaces_the_definition(voice, add, definition):
    """An update puts the whole new definition in the old one's place, another kind of sink included."""
    add("sns")
    sink = {"IamRoleArn": "arn:aws:iam::123456789012:role/x", "LogGroupArn": "arn:aws:logs:us-east-1:1:log-group:g"}

    voice.update_configuration_set_event_destination(
        ConfigurationSetName="calls",
        EventDestinationName="sns",
        EventDestination={"MatchingEventTypes": ["BUSY"], "CloudWatchLogsDestination": sink},
    )

    expected = {"Name": "sns", "Enabled": False, "MatchingEventTypes": ["BUSY"], "CloudWatchLogsDestination": sink}
    assert [expected] == destinations(voice)


def test_deleted_destination_and_set_are_gone(voice, add, raises):
    """A deleted resource is not found again."""
    add("sns")

    voice.delete_configuration_set_event_destination(ConfigurationSetName="calls", EventDestinationName="sns")
    assert [] == destinations(voice)
    voice.delete_configuration_set(ConfigurationSetName="calls")

    with raises("NotFoundException") as response:
        destinations(voice)
    assert 404 == response["ResponseMetadata"]["HTTPStatusCode"]


def test_second_of_a_name_is_a_conflict(voice, add, raises):
    """A set and a destination of a name that is there already are refused with HTTP 409."""
    add("sns")

    with raises("AlreadyExistsException") as response:
        voice.create_configuration_set(ConfigurationSetName="calls")
    with raises("AlreadyExistsException"):
        add("sns")
    assert 409 == response["ResponseMetadata"]["HTTPStatusCode"]


def test_eleventh_destination_is_one_too_many(voice, add, raises):
    """A set has ten destinations at most; the next is refused with HTTP 412."""
    for number in range(10):
        add(f"sns-{number}")

    with raises("LimitExceededException") as response:
        add("sns-10")
    assert 412 == response["ResponseMetadata"]["HTTPStatusCode"]
    assert 10 == len(destinations(voice))


@pytest.mark.parametrize(
    "members",
    [
        {"SnsDestination": {"TopicArn": "arn:aws:sqs:us-east-1:123456789012:calls"}},
        {"SnsDestination": {}},
        {"MatchingEventTypes": []},
        {"MatchingEventTypes": ["TEXT_DELIVERED"]},
        {"KinesisFirehoseDestination": {"DeliveryStreamArn": "arn:aws:firehose:us-east-1:1:deliverystream/s"}},
    ],
    ids=lambda members: str(members)[:40],
)
def test_bad_definition_is_refused(voice, add, raises, members):
    """A destination without one good sink, or of other events, is refused and not made."""
    with raises("BadRequestException"):
        add("sns", **members)

    assert [] == destinations(voice)


@pytest.mark.parametrize("name", ["a b", "", "x" * 65])
def test_bad_name_is_refused(voice, raises, name):
    """Names are 1 to 64 letters, digits, underscores and dashes."""
    with raises("BadRequestException"):
        voice.create_configuration_set(ConfigurationSetName=name)


def test_unknown_names_are_not_found(voice, add, raises, definition):
    """A set or destination that does not exist is a NotFoundException wherever it is named."""
    add("sns")
    unknown = {"ConfigurationSetName": "calls", "EventDestinationName": "other"}

    with raises("NotFoundException"):
        voice.delete_configuration_set(ConfigurationSetName="other")
    with raises("NotFoundException"):
        voice.update_configuration_set_event_destination(**unknown, EventDestination=definition)
    with raises("NotFoundException"):
        voice.delete_configuration_set_event_destination(**unknown)
