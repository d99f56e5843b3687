"""Event destinations: how they are managed, and what reaches them."""

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms
from emulator.testing import HANDSET

SNS = {"SnsDestination": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:receipts"}}
ROLE = "arn:aws:iam::123456789012:role/events"
FIREHOSE = {
    "KinesisFirehoseDestination": {
        "IamRoleArn": ROLE,
        "DeliveryStreamArn": "arn:aws:firehose:us-east-1:123456789012:deliverystream/events",
    }
}
LOGS = {
    "CloudWatchLogsDestination": {
        "IamRoleArn": ROLE,
        "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:events",
    }
}
SET_ARN = "arn:aws:sms-voice:us-east-1:123456789012:configuration-set/mine"
ALL_SINKS = pytest.mark.parametrize("sink", [SNS, FIREHOSE, LOGS], ids=["sns", "firehose", "logs"])


@pytest.fixture
def create(sms_client):
    """Return a function that creates the destination `one` of the set `mine`, by default for all events, to SNS."""
    sms_client.create_configuration_set(ConfigurationSetName="mine")

    def create(name="one", sink=SNS, **members):
        wanted = {"ConfigurationSetName": "mine", "EventDestinationName": name, "MatchingEventTypes": ["ALL"]}
        return sms_client.create_event_destination(**wanted | sink | members)

    return create


@pytest.fixture
def update(sms_client):
    """Changes the destination `one` of the set `mine`."""

    def update(**members):
        wanted = {"ConfigurationSetName": "mine", "EventDestinationName": "one"}
        return sms_client.update_event_destination(**wanted | members)

    return update


@pytest.fixture
def destinations(sms_client):
    """The destinations of `mine`, as DescribeConfigurationSets shows them."""

    def read():
        rows = sms_client.describe_configuration_sets(ConfigurationSetNames=["mine"])["ConfigurationSets"]
        return rows[0]["EventDestinations"]

    return read


def body(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


# --- Managing them --------------------------------------------------------------------------------------------------


@ALL_SINKS
@pytest.mark.parametrize("reference", ["mine", SET_ARN], ids=["name", "ARN"])
def test_life_of_a_destination(sms_client, create, update, destinations, sink, reference):
    """A destination is made enabled, changed and deleted, the same in every answer, whatever its sink."""
    made = create(sink=sink, ConfigurationSetName=reference, MatchingEventTypes=["TEXT_ALL", "VOICE_BUSY"])
    shown = destinations()
    changed = update(ConfigurationSetName=reference, Enabled=False, MatchingEventTypes=["ALL"])
    deleted = sms_client.delete_event_destination(ConfigurationSetName=reference, EventDestinationName="one")

    owner = {"ConfigurationSetArn": SET_ARN, "ConfigurationSetName": "mine"}
    first = {"EventDestinationName": "one", "Enabled": True, "MatchingEventTypes": ["TEXT_ALL", "VOICE_BUSY"]} | sink
    second = first | {"Enabled": False, "MatchingEventTypes": ["ALL"]}
    assert owner | {"EventDestination": first} == body(made)
    assert [first] == shown
    assert owner | {"EventDestination": second} == body(changed)
    assert owner | {"EventDestination": second} == body(deleted)
    assert [] == destinations()


@ALL_SINKS
def test_update_changes_nothing_that_is_left_out(create, update, sink):
    """An update without members is accepted and changes nothing."""
    made = create(sink=sink)

    changed = update()

    assert made["EventDestination"] == changed["EventDestination"]


def test_update_may_name_another_resource_of_the_same_kind(create, update):
    """A topic may be exchanged for another topic."""
    create()
    other = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:other"}

    changed = update(SnsDestination=other)

    assert other == changed["EventDestination"]["SnsDestination"]


@pytest.mark.parametrize(("old", "new"), [(SNS, FIREHOSE), (FIREHOSE, LOGS), (LOGS, SNS)])
def test_kind_of_sink_cannot_change(create, update, destinations, raises, old, new):
    """Another kind of sink is refused, and nothing else of the request happens."""
    create(sink=old)
    before = destinations()

    with raises(
        "ConflictException", Reason="EVENT_DESTINATION_MISMATCH", ResourceType="event-destination", ResourceId="one"
    ):
        update(Enabled=False, MatchingEventTypes=["TEXT_ALL"], **new)
    assert before == destinations()


def test_a_sink_is_required(create, raises):
    """A destination without any sink is refused."""
    with raises("ValidationException", Reason="MISSING_PARAMETER") as response:
        create(sink={})
    assert 1 == len(response["Fields"])


@pytest.mark.parametrize("operation", ["create", "update"])
def test_two_sinks_cannot_be_used_together(create, update, raises, operation):
    """A destination has one sink; every one that was given is named."""
    if operation == "update":
        create()

    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        create(sink=SNS | LOGS) if operation == "create" else update(**SNS, **LOGS)
    assert {"snsDestination", "cloudWatchLogsDestination"} == {field["Name"] for field in response["Fields"]}


@pytest.mark.parametrize(
    ("sink", "field"),
    [
        ({"SnsDestination": {"TopicArn": "arn:aws:sqs:us-east-1:123456789012:queue"}}, "snsDestination.topicArn"),
        ({"SnsDestination": {"TopicArn": "arn:aws:sns:::receipts-without-place"}}, "snsDestination.topicArn"),
        (
            {"KinesisFirehoseDestination": {"IamRoleArn": ROLE, "DeliveryStreamArn": SNS["SnsDestination"]["TopicArn"]}},
            "kinesisFirehoseDestination.deliveryStreamArn",
        ),
        (
            {"CloudWatchLogsDestination": {"IamRoleArn": ROLE, "LogGroupArn": SNS["SnsDestination"]["TopicArn"]}},
            "cloudWatchLogsDestination.logGroupArn",
        ),
    ],
)
def test_arn_of_another_service_is_refused(create, destinations, raises, sink, field):
    """A sink's ARN must be one of its service, and the member is named."""
    with raises("ValidationException", Reason="INVALID_ARN") as response:
        create(sink=sink)
    assert [field] == [entry["Name"] for entry in response["Fields"]]
    assert [] == destinations()


def test_text_sent_cannot_be_asked_for(create, update, destinations, raises):
    """TEXT_SENT is in the enum, and not supported."""
    create(MatchingEventTypes=["TEXT_DELIVERED"])

    for attempt in (
        lambda: create("two", MatchingEventTypes=["TEXT_SENT"]),
        lambda: update(MatchingEventTypes=["TEXT_SENT"]),
    ):
        with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
            attempt()
        assert ["matchingEventTypes"] == [field["Name"] for field in response["Fields"]]
    assert [["TEXT_DELIVERED"]] == [destination["MatchingEventTypes"] for destination in destinations()]


def test_unknown_event_type_breaks_a_constraint(create, raises):
    """A type outside the enum is named by its place in the list."""
    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        create(MatchingEventTypes=["ALL", "TEXT_NONSENSE"])
    assert ["matchingEventTypes.2.member"] == [field["Name"] for field in response["Fields"]]


def test_known_name_is_a_conflict(create, raises):
    """A second destination of the same name in a set is refused, and named."""
    create()

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS", ResourceType="event-destination", ResourceId="one"):
        create(sink=LOGS)


def test_name_is_free_in_another_set(sms_client, create):
    """Two sets may each have a destination of one name."""
    create()
    sms_client.create_configuration_set(ConfigurationSetName="other")

    assert "other" == create(ConfigurationSetName="other")["ConfigurationSetName"]


def test_client_token_makes_one_destination(create, destinations, raises):
    """The same request with the same token has the first answer; with other members it is refused."""
    first = create(ClientToken="token")

    again = create(ClientToken="token")

    assert body(first) == body(again)
    assert 1 == len(destinations())
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        create("two", ClientToken="token")
    assert ["clientToken"] == [field["Name"] for field in response["Fields"]]


def test_a_set_has_five_destinations(sms_client, create, raises):
    """The sixth is too many, until one is deleted."""
    for number in range(5):
        create(f"d{number}")

    with raises("ServiceQuotaExceededException", Reason="EVENT_DESTINATIONS_PER_CONFIGURATION_SET"):
        create("one-more")
    sms_client.delete_event_destination(ConfigurationSetName="mine", EventDestinationName="d0")
    assert "one-more" == create("one-more")["EventDestination"]["EventDestinationName"]


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_unknown_set_is_not_found(sms_client, raises, operation):
    """Every operation names the set that does not exist."""
    extra = {"MatchingEventTypes": ["ALL"]} | SNS if operation == "create" else {}

    with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId="none"):
        getattr(sms_client, f"{operation}_event_destination")(
            ConfigurationSetName="none", EventDestinationName="one", **extra
        )


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_unknown_destination_is_not_found(sms_client, create, raises, operation):
    """A destination that the set lacks is named."""
    create()

    with raises("ResourceNotFoundException", ResourceType="event-destination", ResourceId="two"):
        getattr(sms_client, f"{operation}_event_destination")(ConfigurationSetName="mine", EventDestinationName="two")


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_destinations_of_elsewhere_cannot_be_changed(client, create, raises, elsewhere):
    """Another account or region finds no such set."""
    create()
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId=SET_ARN):
        other.update_event_destination(ConfigurationSetName=SET_ARN, EventDestinationName="one", Enabled=False)


# --- What reaches them ----------------------------------------------------------------------------------------------


@pytest.fixture
def to_queue(create, topic_with_queue):
    """Makes a destination of `mine` that ends in a queue; gives a function that reads the event types that came."""

    def make(*event_types, **members):
        create(sink={"SnsDestination": {"TopicArn": topic_with_queue[0]}}, MatchingEventTypes=list(event_types), **members)
        return lambda: [record["eventType"] for record in topic_with_queue[1]()]

    return make


@pytest.mark.parametrize(
    ("event_types", "expected"),
    [
        (["ALL"], ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["TEXT_ALL"], ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["TEXT_DELIVERED"], ["TEXT_DELIVERED"]),
        (["TEXT_BLOCKED", "TEXT_SUCCESSFUL"], ["TEXT_SUCCESSFUL"]),
        (["ALL", "TEXT_ALL", "TEXT_DELIVERED"], ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        (["VOICE_ALL", "MEDIA_ALL", "RCS_ALL"], []),
    ],
)
def test_only_what_is_asked_for_arrives(send_text, to_queue, event_types, expected):
    """A destination gets the types that it names, once each, and those that its wildcards cover."""
    read = to_queue(*event_types)

    send_text("Hi", ConfigurationSetName="mine")

    assert expected == read()


def test_disabled_destination_gets_nothing(send_text, to_queue, update):
    """Nothing arrives while a destination is disabled, and later events do when it is enabled again."""
    read = to_queue("ALL")
    update(Enabled=False)
    send_text("Hi", ConfigurationSetName="mine")
    before = read()

    update(Enabled=True)
    send_text("Hi", ConfigurationSetName="mine")

    assert ([], ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]) == (before, read())


def test_message_without_a_set_is_reported_nowhere(send_text, to_queue):
    """A set's destinations receive the events of the messages sent with it, and of no others."""
    read = to_queue("ALL")

    send_text("Hi")

    assert [] == read()


def test_deleted_destination_gets_nothing_more(sms, sms_client, send_text, to_queue):
    """Events after the deletion of a destination do not reach it, even of earlier messages."""
    read = to_queue("ALL")
    sms.clock.freeze()
    send_text("Hi", ConfigurationSetName="mine")

    sms_client.delete_event_destination(ConfigurationSetName="mine", EventDestinationName="one")
    sms.settle()

    assert [] == read()


def test_two_destinations_get_their_own_copies(sms, send_text, create, to_queue, topic_with_queue):
    """Every destination that matches gets the record, and each delivery is listed."""
    read = to_queue("TEXT_DELIVERED")
    create("two", sink={"SnsDestination": {"TopicArn": topic_with_queue[0]}}, MatchingEventTypes=["TEXT_DELIVERED"])

    message_id = send_text("Hi", ConfigurationSetName="mine")

    deliveries = sms.events.deliveries(message_id=message_id, event_type="TEXT_DELIVERED")
    assert ["mine/one", "mine/two"] == [delivery["destination"] for delivery in deliveries]
    assert ["TEXT_DELIVERED", "TEXT_DELIVERED"] == read()


def test_deleted_topic_is_a_failed_delivery_and_no_error_of_the_send(sms, client, send_text, to_queue, topic_with_queue):
    """When a topic is gone the send is accepted and delivered all the same; the failed delivery says why."""
    to_queue("ALL")
    client("sns").delete_topic(TopicArn=topic_with_queue[0])

    message_id = send_text("Hi", ConfigurationSetName="mine")

    deliveries = sms.events.deliveries(message_id=message_id)
    assert ["FAILED", "FAILED"] == [delivery["status"] for delivery in deliveries]
    assert {topic_with_queue[0]} == {delivery["target"] for delivery in deliveries}
    assert all("Topic does not exist" in delivery["error"] for delivery in deliveries)
    assert ["Hi"] == [message.body for message in sms.handset(HANDSET).inbox]


@pytest.mark.parametrize(
    "topic", ["arn:aws:sns:nowhere-1:123456789012:receipts", "arn:aws:sns:eu-west-1:999999999999:receipts"]
)
def test_topic_out_of_reach_is_a_failed_delivery(sms, send_text, create, topic):
    """A topic in an unknown region or another account fails its deliveries and nothing else."""
    create(sink={"SnsDestination": {"TopicArn": topic}})

    message_id = send_text("Hi", ConfigurationSetName="mine")

    assert ["FAILED", "FAILED"] == [delivery["status"] for delivery in sms.events.deliveries(message_id=message_id)]


def test_many_records_arrive_in_order(sms, send_text, to_queue, topic_with_queue):
    """More records than one batch of SNS holds arrive all, in the order in which they were made."""
    to_queue("TEXT_DELIVERED")

    ids = [send_text(f"Text {number}", ConfigurationSetName="mine") for number in range(25)]

    sms.settle()
    made = [record["messageId"] for record in sms.events.records(event_type="TEXT_DELIVERED")]
    assert made == [record["messageId"] for record in topic_with_queue[1]()]
    assert sorted(ids) == sorted(made)


def test_target_must_be_there_where_destinations_are_checked(raises):
    """By the strict profile a topic that does not exist is refused, and one that does is taken."""
    with mock_aws(), mock_sms(config={"limits": {"destinations_checked": True}}):
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        client.create_configuration_set(ConfigurationSetName="mine")
        members = {"ConfigurationSetName": "mine", "EventDestinationName": "to-sns", "MatchingEventTypes": ["ALL"]}

        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE") as response:
            client.create_event_destination(**members, **SNS)
        assert ["snsDestination.topicArn"] == [field["Name"] for field in response["Fields"]]
        boto3.client("sns", region_name="us-east-1").create_topic(Name="receipts")
        assert "to-sns" == client.create_event_destination(**members, **SNS)["EventDestination"]["EventDestinationName"]
