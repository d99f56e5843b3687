"""Each kind of destination by a consumer behind it, which events match, and the checks of the strict profile."""

import json
import sys
from types import ModuleType

import pytest
from botocore.hooks import HierarchicalEmitter

from emulator import Emulator
from emulator.aws import EmbeddedAws
from emulator.aws.clients import forget_moto
from emulator.engine import utc_now
from emulator.front.mock import answering
from emulator.messaging.event_types import event_types

STORY = ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]
ROLE = "arn:aws:iam::123456789012:role/none"
TOPIC = "arn:aws:sns:us-east-1:123456789012:none"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:none"
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/none"
ENDS = (
    "DELIVERED INVALID INVALID_MESSAGE UNREACHABLE CARRIER_UNREACHABLE BLOCKED CARRIER_BLOCKED SPAM UNKNOWN TTL_EXPIRED"
).split()


def test_every_destination_gets_the_same_records(
    sms, configure, send_text, role, topic_with_queue, log_group, delivery_stream, on_bus
):
    """One message's records are read from a queue, a log group, a bucket and a rule of the bus: the same everywhere."""
    configure("sns", ["ALL"], SnsDestination={"TopicArn": topic_with_queue[0]})
    configure("logs", ["ALL"], CloudWatchLogsDestination={"IamRoleArn": role, "LogGroupArn": log_group[0]})
    configure("firehose", ["ALL"], KinesisFirehoseDestination={"IamRoleArn": role, "DeliveryStreamArn": delivery_stream[0]})

    message_id = send_text(ConfigurationSetName="mine", Context={"order": "é"})

    assert 0 == sms.settle()["undelivered"]
    expected = sms.events.records(message_id=message_id)
    assert STORY == [record["eventType"] for record in expected]
    assert expected == topic_with_queue[1]() == log_group[1]() == delivery_stream[1]()
    assert STORY == [envelope["detail"]["eventType"] for envelope in on_bus()]


def test_log_group_may_be_named_with_its_star(sms, configure, send_text, role, log_group):
    """DescribeLogGroups gives ARNs that end in `:*`; those are taken too."""
    configure("logs", ["TEXT_DELIVERED"], CloudWatchLogsDestination={"IamRoleArn": role, "LogGroupArn": f"{log_group[0]}:*"})

    send_text(ConfigurationSetName="mine")

    sms.settle()
    assert ["TEXT_DELIVERED"] == [record["eventType"] for record in log_group[1]()]


def test_notification_of_sns_is_bare(sms, client, configure, send_text, queue):
    """The SNS envelope of a record has neither a subject nor attributes."""
    sns = client("sns")
    topic = sns.create_topic(Name="bare")["TopicArn"]
    arn, read = queue("bare")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    configure("sns", ["TEXT_DELIVERED"], SnsDestination={"TopicArn": topic})

    message_id = send_text(ConfigurationSetName="mine")

    sms.settle()
    (envelope,) = read()
    assert ("Notification", topic, message_id) == (
        envelope["Type"],
        envelope["TopicArn"],
        json.loads(envelope["Message"])["messageId"],
    )
    assert not envelope.keys() & {"Subject", "MessageAttributes"}


def test_bus_of_another_account_hears_nothing(sms, client, send_text, on_bus):
    """Events go to the default bus of the account and region that has sent."""
    for account, region in (("210987654321", "us-east-1"), ("testing", "eu-west-1")):
        api = client("pinpoint-sms-voice-v2", account=account, region=region)
        api.send_text_message(DestinationPhoneNumber="+819012345678", MessageBody="Hi")

    sms.settle()
    assert [] == on_bus()


def test_rule_may_choose_by_the_record(sms, client, queue, send_text):
    """A rule whose pattern names a status gets that one only."""
    events = client("events")
    pattern = {"detail-type": ["Text Message Delivery Status Updated"], "detail": {"messageStatus": ["BLOCKED"]}}
    events.put_rule(Name="blocked", EventPattern=json.dumps(pattern))
    arn, read = queue("blocked")
    events.put_targets(Rule="blocked", Targets=[{"Id": "queue", "Arn": arn}])
    sms.handset("+14255550199").behave(outcome="BLOCKED")

    send_text()
    blocked = send_text(to="+14255550199")

    sms.settle()
    assert [blocked] == [envelope["detail"]["messageId"] for envelope in read()]


# --- Matching ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ENDS)
def test_each_type_goes_where_it_is_asked_for(sms, configure, send_text, topic_with_queue, status):
    """A destination for one type of event gets it once, and nothing else though a text of every end was sent."""
    topic, read = topic_with_queue
    configure("one", [f"TEXT_{status}"], SnsDestination={"TopicArn": topic})
    for index, end in enumerate(ENDS):
        number = f"+142555501{index:02d}"
        sms.handset(number).behave(outcome=end)
        send_text(to=number, ConfigurationSetName="mine")

    sms.settle()
    assert [f"TEXT_{status}"] == [record["eventType"] for record in read()]


@pytest.mark.parametrize("wildcard", ["ALL", "TEXT_ALL"])
def test_wildcard_covers_every_type(sms, configure, send_text, topic_with_queue, wildcard):
    """A wildcard gets a receipt of every type of text."""
    topic, read = topic_with_queue
    configure("one", [wildcard], SnsDestination={"TopicArn": topic})
    for index, end in enumerate(ENDS):
        number = f"+142555501{index:02d}"
        sms.handset(number).behave(outcome=end)
        send_text(to=number, ConfigurationSetName="mine")

    sms.settle()
    assert {"TEXT_SUCCESSFUL", *(f"TEXT_{end}" for end in ENDS)} == {record["eventType"] for record in read()}


def test_every_type_of_the_model_can_be_asked_for_but_one(sms_client, configure, raises):
    """All that the enum names is taken in one request, up to TEXT_SENT, which is refused."""
    shape = sms_client.meta.service_model.operation_model("CreateEventDestination").input_shape
    known = shape.members["MatchingEventTypes"].member.enum
    assert set(event_types()) == set(known)

    types = [name for name in known if name != "TEXT_SENT"]
    answer = configure("all", types, SnsDestination={"TopicArn": TOPIC})

    assert types == answer["EventDestination"]["MatchingEventTypes"]
    with raises("ValidationException"):
        configure("sent", ["TEXT_SENT"], SnsDestination={"TopicArn": TOPIC})


# --- What is not there ------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(reach, client):
    """A world of the strict profile in place of the lenient one; the mock only, since a server has one profile."""
    if reach == "server":
        pytest.skip("the server of the session is lenient")
    with answering(Emulator(profile="strict", config={"limits": {"rates_enforced": False}})):
        yield client("pinpoint-sms-voice-v2")


MISSING = [
    ({"SnsDestination": {"TopicArn": TOPIC}}, "snsDestination.topicArn", TOPIC),
    (
        {"CloudWatchLogsDestination": {"IamRoleArn": ROLE, "LogGroupArn": GROUP}},
        "cloudWatchLogsDestination.iamRoleArn",
        "Could not assume IAM role",
    ),
    (
        {"KinesisFirehoseDestination": {"IamRoleArn": ROLE, "DeliveryStreamArn": STREAM}},
        "kinesisFirehoseDestination.iamRoleArn",
        "Could not assume IAM role",
    ),
    (
        {"CloudWatchLogsDestination": {"IamRoleArn": "{role}", "LogGroupArn": GROUP}},
        "cloudWatchLogsDestination.logGroupArn",
        GROUP,
    ),
    (
        {"KinesisFirehoseDestination": {"IamRoleArn": "{role}", "DeliveryStreamArn": STREAM}},
        "kinesisFirehoseDestination.deliveryStreamArn",
        "Could not access Kinesis Firehose Stream",
    ),
    (
        {"CloudWatchLogsDestination": {"IamRoleArn": "arn:nothing-that-is-known", "LogGroupArn": GROUP}},
        "cloudWatchLogsDestination.iamRoleArn",
        "Could not assume IAM role",
    ),
    (
        {"SnsDestination": {"TopicArn": TOPIC.replace("us-east-1", "mars-north-1")}},
        "snsDestination.topicArn",
        "mars-north-1",
    ),
]


@pytest.mark.parametrize(("sink", "field", "words"), MISSING)
def test_strict_profile_refuses_what_it_cannot_reach(strict, role, raises, sink, field, words):
    """A role or target that does not exist is refused in AWS's words, its member named, and no destination is made."""
    strict.create_configuration_set(ConfigurationSetName="mine")
    sink = json.loads(json.dumps(sink).replace("{role}", role))

    with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE") as refusal:
        strict.create_event_destination(
            ConfigurationSetName="mine", EventDestinationName="one", MatchingEventTypes=["ALL"], **sink
        )
    (broken,) = refusal["Fields"]
    assert field == broken["Name"]
    assert words in broken["Message"]
    (shown,) = strict.describe_configuration_sets()["ConfigurationSets"]
    assert [] == shown["EventDestinations"]


def test_strict_profile_takes_what_exists(strict, role, topic_with_queue, log_group, delivery_stream, raises):
    """An existing target is accepted, and an update to a missing one changes nothing."""
    strict.create_configuration_set(ConfigurationSetName="mine")
    sinks = [
        {"SnsDestination": {"TopicArn": topic_with_queue[0]}},
        {"CloudWatchLogsDestination": {"IamRoleArn": role, "LogGroupArn": log_group[0]}},
        {"KinesisFirehoseDestination": {"IamRoleArn": role, "DeliveryStreamArn": delivery_stream[0]}},
    ]
    for place, sink in enumerate(sinks):
        named = {"ConfigurationSetName": "mine", "EventDestinationName": f"at-{place}"}
        strict.create_event_destination(**named, MatchingEventTypes=["ALL"], **sink)
    with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
        strict.update_event_destination(
            ConfigurationSetName="mine",
            EventDestinationName="at-0",
            Enabled=False,
            SnsDestination={"TopicArn": TOPIC},
        )

    (shown,) = strict.describe_configuration_sets()["ConfigurationSets"]
    assert sinks == [{name: row[name] for name in row if name.endswith("Destination")} for row in shown["EventDestinations"]]
    assert shown["EventDestinations"][0]["Enabled"]


@pytest.mark.parametrize("sink", [sink for sink, _, _ in MISSING])
def test_lenient_profile_fails_the_delivery_instead(sms, configure, send_text, role, sink):
    """The destination is created and the send accepted; the control API shows that deliveries fail, and why."""
    configure("one", ["ALL"], **json.loads(json.dumps(sink).replace("{role}", role)))

    message_id = send_text(ConfigurationSetName="mine")

    assert 2 == sms.settle(within_seconds=5)["undelivered"]
    deliveries = sms.events.deliveries(message_id=message_id)
    assert [("mine/one", "FAILED")] * 2 == [(d["destination"], d["status"]) for d in deliveries]
    assert all(d["error"] for d in deliveries)


def test_region_that_aws_lacks_hurts_nobody(sms, client, on_bus):
    """A text of a region that the embedded services do not know is sent, though another region's bus listens."""
    api = client("pinpoint-sms-voice-v2", region="eusc-de-east-1")

    message_id = api.send_text_message(DestinationPhoneNumber="+819012345678", MessageBody="Hi")["MessageId"]

    sms.settle()
    assert ["SUCCESSFUL", "DELIVERED"] == [record["messageStatus"] for record in sms.events.records(message_id=message_id)]
    assert [] == on_bus()


def test_moto_that_is_still_being_imported_has_no_part(monkeypatch):
    """Half-imported modules of moto, as another thread's import leaves them, have no rule, alarm or handler."""
    for name in ("moto.events.models", "moto.cloudwatch.models", "moto.core.models"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    aws = EmbeddedAws(utc_now, None)

    assert ("123456789012", "us-east-1") not in aws.event_rules()
    assert not forget_moto(HierarchicalEmitter())
    aws.evaluate_alarms("123456789012", "us-east-1", ["AWS/SMSVoice"], utc_now())
