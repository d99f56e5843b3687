"""The types that moto lacks, or has otherwise: subscriptions, policies, alarms, streams, and stacks within stacks."""

import json

import pytest

from emulator.testing import HANDSET

LIST = {"Type": "AWS::SMSVOICE::OptOutList", "Properties": {"OptOutListName": {"Ref": "Name"}}}
NESTED = json.dumps(
    {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"List": LIST},
        "Outputs": {"List": {"Value": {"Fn::GetAtt": ["List", "Arn"]}}},
    }
)


def subscription(**properties):
    """Return a subscription of the topic."""
    return {"Type": "AWS::SNS::Subscription", "Properties": {"TopicArn": {"Ref": "Topic"}, **properties}}


TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts"}}
PHONE = {"Protocol": "sms", "Endpoint": HANDSET}


def test_phone_is_subscribed(stack, sms, client):
    """A subscription of the protocol sms reaches the phone, by its filter policy, until it is removed."""

    def publish(level):
        attributes = {"level": {"DataType": "String", "StringValue": level}}
        topic = stack.physical_id("Topic")
        client("sns").publish(TopicArn=topic, Message=level, MessageAttributes=attributes)
        sms.settle()
        return [text.body for text in sms.handset(HANDSET).inbox]

    stack.create({"Topic": TOPIC, "Phone": subscription(**PHONE)}, {"Phone": {"Ref": "Phone"}})
    (listed,) = client("sns").list_subscriptions()["Subscriptions"]
    assert (listed["SubscriptionArn"], ["low"]) == (stack.outputs["Phone"], publish("low"))

    stack.update({"Topic": TOPIC, "Phone": subscription(**PHONE, FilterPolicy={"level": ["high"]})})
    assert listed["SubscriptionArn"] == stack.physical_id("Phone")
    assert ["low"] == publish("low")
    assert ["low", "high"] == publish("high")

    stack.update({"Topic": TOPIC})
    assert ["low", "high"] == publish("high")


def test_phone_in_the_topic(stack, sms, client):
    """A topic can have its subscriptions with it."""
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [PHONE]}}
    stack.create({"Topic": topic})

    client("sns").publish(TopicArn=stack.physical_id("Topic"), Message="Look!")
    sms.settle()

    assert ["Look!"] == [text.body for text in sms.handset(HANDSET).inbox]


def test_phone_that_is_not_one(stack):
    """What SNS refuses fails the stack with SNS's reason."""
    assert "ROLLBACK_COMPLETE" == stack.create({"Topic": TOPIC, "Phone": subscription(Protocol="sms", Endpoint="phone")})

    assert "(InvalidParameter)" in stack.reason("Phone", "CREATE_FAILED")


def test_required_properties(stack):
    """A subscription without an endpoint is refused before SNS is called."""
    stack.create({"Topic": TOPIC, "Phone": subscription(Protocol="sms")})

    assert "#: required key [Endpoint] not found" in stack.reason("Phone", "CREATE_FAILED")


def test_subscribed_function_is_a_delivery(stack, sms, client):
    """What a topic has for a function is delivered like all that leaves the emulator, and shown if it cannot be."""
    missing = "arn:aws:lambda:us-east-1:123456789012:function:missing"
    stack.create({"Topic": TOPIC, "Function": subscription(Protocol="lambda", Endpoint=missing)})

    client("sns").publish(TopicArn=stack.physical_id("Topic"), Message="Look!")
    sms.settle(within_seconds=0)

    (delivery,) = [each for each in sms.world.outbox.log if each.target.kind == "lambda"]
    assert ("missing", "Look!", "FAILED") == (delivery.target.arn, delivery.body, delivery.status)


def test_alarm_policies_and_stream(stack, client):
    """Alarms, the policies of queues and topics, and delivery streams are made, changed and deleted."""

    def policy(action):
        return {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}]}

    def resources(threshold, action):
        alarm = {
            "Namespace": "AWS/SMSVoice",
            "MetricName": "TextMessageDeliveryFailed",
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": threshold,
        }
        s3 = {"BucketARN": "arn:aws:s3:::events", "RoleARN": "arn:aws:iam::123456789012:role/events"}
        return {
            "Topic": TOPIC,
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm},
            "QueuePolicy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": policy(f"sqs:{action}")},
            },
            "TopicPolicy": {
                "Type": "AWS::SNS::TopicPolicy",
                "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": policy(f"sns:{action}")},
            },
            "Stream": {
                "Type": "AWS::KinesisFirehose::DeliveryStream",
                "Properties": {"S3DestinationConfiguration": s3},
            },
        }

    outputs = {"Alarm": {"Fn::GetAtt": ["Alarm", "Arn"]}, "Stream": {"Fn::GetAtt": ["Stream", "Arn"]}}
    assert "CREATE_COMPLETE" == stack.create(resources(5, "SendMessage"), outputs)
    assert "UPDATE_COMPLETE" == stack.update(resources(7, "ReceiveMessage"), outputs)

    (alarm,) = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (stack.outputs["Alarm"], 7) == (alarm["AlarmArn"], alarm["Threshold"])
    named = {"QueueUrl": stack.physical_id("Queue"), "AttributeNames": ["Policy"]}
    assert "sqs:ReceiveMessage" in client("sqs").get_queue_attributes(**named)["Attributes"]["Policy"]
    topic = client("sns").get_topic_attributes(TopicArn=stack.physical_id("Topic"))
    assert "sns:ReceiveMessage" in topic["Attributes"]["Policy"]
    (stream,) = client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    assert stack.outputs["Stream"].endswith(stream)

    assert stack.delete() is None
    assert [] == client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [] == client("firehose").list_delivery_streams()["DeliveryStreamNames"]


# --- Stacks within stacks ---------------------------------------------------------------------------------------------


@pytest.fixture
def nested(client):
    """Return a function that gives the resource of a nested stack, whose template is in S3."""
    client("s3").create_bucket(Bucket="templates")

    def resource(name, body=NESTED):
        client("s3").put_object(Bucket="templates", Key="lists.json", Body=body.encode())
        url = "https://templates.s3.amazonaws.com/lists.json"
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": {"Name": name}}}

    return resource


def names(client):
    """Return the names of the opt-out lists."""
    listed = client("pinpoint-sms-voice-v2").describe_opt_out_lists()["OptOutLists"]
    return [row["OptOutListName"] for row in listed if row["OptOutListName"] != "Default"]


def test_nested_stack(stack, client, nested):
    """A nested stack gives its outputs, is updated with its parent, and deleted with it."""
    outputs = {"List": {"Fn::GetAtt": ["Inner", "Outputs.List"]}}
    assert "CREATE_COMPLETE" == stack.create({"Inner": nested("a")}, outputs)
    assert (["a"], True) == (names(client), stack.outputs["List"].endswith("opt-out-list/a"))
    (inner,) = client("cloudformation").describe_stacks(StackName=stack.physical_id("Inner"))["Stacks"]
    assert (stack.described["StackId"], "CREATE_COMPLETE") == (inner["ParentId"], inner["StackStatus"])

    assert "UPDATE_COMPLETE" == stack.update({"Inner": nested("b")}, outputs)
    assert (["b"], True) == (names(client), stack.outputs["List"].endswith("opt-out-list/b"))

    assert stack.delete() is None
    assert ([], []) == (names(client), client("cloudformation").describe_stacks()["Stacks"])


def test_failed_nested_stack(stack, client, nested):
    """A nested stack that fails takes its parent with it, and says what failed in it."""
    assert "ROLLBACK_COMPLETE" == stack.create({"Inner": nested("Default")})

    reason = stack.reason("Inner", "CREATE_FAILED")
    assert "was not successfully created: The following resource(s) failed to create: [List]." in reason
    assert ["texts"] == [each["StackName"] for each in client("cloudformation").describe_stacks()["Stacks"]]


def test_nested_template_that_is_not_there(stack, client, nested):
    """A template that is not in S3 fails the parent with S3's reason."""
    inner = nested("a")
    client("s3").delete_object(Bucket="templates", Key="lists.json")

    assert "ROLLBACK_COMPLETE" == stack.create({"Inner": inner})
    assert "S3 error" in stack.reason("Inner", "CREATE_FAILED")
