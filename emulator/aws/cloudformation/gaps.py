"""
Resource types that moto lacks, though it has their APIs: those that belong to the way of a text.

Each is a row of GAPS, and acts by a client of the API.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

Properties = Mapping[str, Any]
SUBSCRIPTION_ATTRIBUTES = ("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
GONE = frozenset({"NotFound", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "ResourceNotFoundException"})


@dataclass(frozen=True, slots=True)
class Gap:
    """
    One resource type.

    Attributes:
        service: the API, by boto3's name.
        create: is called with a client, a generated name and the properties; returns the physical id and the attributes.
        update: is called with a client, the physical id, the properties before and after.
        delete: is called with a client, the physical id and the properties.
        required: the properties that a resource must have.
        create_only: the properties whose change takes a new resource.
        attributes: what Fn::GetAtt can return.
    """

    service: str
    create: Callable[[Any, str, Properties], tuple[str, Mapping[str, Any]]]
    update: Callable[[Any, str, Properties, Properties], None]
    delete: Callable[[Any, str, Properties], None]
    required: tuple[str, ...] = ()
    create_only: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- AWS::SNS::Subscription -------------------------------------------------------------------------------------------


def _subscribe(client: Any, name: str, properties: Properties) -> tuple[str, Mapping[str, Any]]:
    attributes = {each: _text(properties[each]) for each in SUBSCRIPTION_ATTRIBUTES if each in properties}
    answer = client.subscribe(
        TopicArn=properties["TopicArn"],
        Protocol=properties["Protocol"],
        Endpoint=properties["Endpoint"],
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    arn: str = answer["SubscriptionArn"]
    return arn, {"Arn": arn}


def _change_subscription(client: Any, arn: str, before: Properties, desired: Properties) -> None:
    defaults = {"RawMessageDelivery": False, "FilterPolicyScope": "MessageAttributes"}
    for name in SUBSCRIPTION_ATTRIBUTES:
        value = desired.get(name, defaults.get(name, {}))
        if before.get(name) != desired.get(name):
            client.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=_text(value))


def _unsubscribe(client: Any, arn: str, properties: Properties) -> None:
    _unless_gone(lambda: client.unsubscribe(SubscriptionArn=arn))


# --- Policies of topics and queues ------------------------------------------------------------------------------------


def _topic_policy(client: Any, name: str, properties: Properties) -> tuple[str, Mapping[str, Any]]:
    _set_topic_policies(client, properties, json.dumps(properties["PolicyDocument"]))
    return name, {"Id": name}


def _set_topic_policies(client: Any, properties: Properties, policy: str) -> None:
    for arn in properties["Topics"]:
        client.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def _change_topic_policy(client: Any, name: str, before: Properties, desired: Properties) -> None:
    _set_topic_policies(client, desired, json.dumps(desired["PolicyDocument"]))


def _queue_policy(client: Any, name: str, properties: Properties) -> tuple[str, Mapping[str, Any]]:
    _set_queue_policies(client, properties, json.dumps(properties["PolicyDocument"]))
    return name, {"Id": name}


def _set_queue_policies(client: Any, properties: Properties, policy: str) -> None:
    for url in properties["Queues"]:
        client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _change_queue_policy(client: Any, name: str, before: Properties, desired: Properties) -> None:
    _set_queue_policies(client, desired, json.dumps(desired["PolicyDocument"]))


def _drop_queue_policy(client: Any, name: str, properties: Properties) -> None:
    _unless_gone(lambda: _set_queue_policies(client, properties, ""))


# --- AWS::CloudWatch::Alarm -------------------------------------------------------------------------------------------


def _alarm(client: Any, name: str, properties: Properties) -> tuple[str, Mapping[str, Any]]:
    given = {"AlarmName": name, **properties}
    client.put_metric_alarm(**_alarm_members(given))
    (row,) = client.describe_alarms(AlarmNames=[given["AlarmName"]])["MetricAlarms"]
    return given["AlarmName"], {"Arn": row["AlarmArn"]}


def _change_alarm(client: Any, name: str, before: Properties, desired: Properties) -> None:
    client.put_metric_alarm(**_alarm_members({**desired, "AlarmName": name}))


def _alarm_members(properties: Properties) -> dict[str, Any]:
    """Return the members of PutMetricAlarm, which are the properties; a parameter of a template may be text."""
    shape = {"Threshold": float, "Period": int, "EvaluationPeriods": int, "DatapointsToAlarm": int}
    return {name: shape[name](value) if name in shape else value for name, value in properties.items()}


def _drop_alarm(client: Any, name: str, properties: Properties) -> None:
    client.delete_alarms(AlarmNames=[name])


# --- AWS::KinesisFirehose::DeliveryStream -----------------------------------------------------------------------------


def _delivery_stream(client: Any, name: str, properties: Properties) -> tuple[str, Mapping[str, Any]]:
    given = {"DeliveryStreamName": name, **properties}
    arn: str = client.create_delivery_stream(**given)["DeliveryStreamARN"]
    return given["DeliveryStreamName"], {"Arn": arn}


def _drop_delivery_stream(client: Any, name: str, properties: Properties) -> None:
    _unless_gone(lambda: client.delete_delivery_stream(DeliveryStreamName=name))


def _nothing(*_: Any) -> None:
    return


def _unless_gone(act: Callable[[], Any]) -> None:
    try:
        act()
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise


GAPS: Mapping[str, Gap] = {
    "AWS::SNS::Subscription": Gap(
        "sns",
        _subscribe,
        _change_subscription,
        _unsubscribe,
        required=("TopicArn", "Protocol", "Endpoint"),
        create_only=("TopicArn", "Protocol", "Endpoint"),
        attributes=frozenset({"Arn"}),
    ),
    "AWS::SNS::TopicPolicy": Gap(
        "sns",
        _topic_policy,
        _change_topic_policy,
        _nothing,
        required=("PolicyDocument", "Topics"),
        attributes=frozenset({"Id"}),
    ),
    "AWS::SQS::QueuePolicy": Gap(
        "sqs",
        _queue_policy,
        _change_queue_policy,
        _drop_queue_policy,
        required=("PolicyDocument", "Queues"),
        attributes=frozenset({"Id"}),
    ),
    "AWS::CloudWatch::Alarm": Gap(
        "cloudwatch",
        _alarm,
        _change_alarm,
        _drop_alarm,
        required=("ComparisonOperator", "EvaluationPeriods"),
        create_only=("AlarmName",),
        attributes=frozenset({"Arn"}),
    ),
    "AWS::KinesisFirehose::DeliveryStream": Gap(
        "firehose",
        _delivery_stream,
        _nothing,
        _drop_delivery_stream,
        create_only=("DeliveryStreamName", "DeliveryStreamType", "KinesisStreamSourceConfiguration"),
        attributes=frozenset({"Arn"}),
    ),
}
"""By type."""
