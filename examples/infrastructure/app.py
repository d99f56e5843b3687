"""
The infrastructure of an application that texts, created by boto3; terraform/main.tf creates the same with Terraform.

A topic and a queue for replies, a table of conversations, a log group for receipts, an alarm on failures, and a
function. Everything can be run again: what exists is kept, or set to what is written here.
"""

import io
import json
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import boto3

NAME = "eum"
TABLE, LOG_GROUP = "eum-conversations", "/aws/sms-voice/application"
TAGS = {"Application": "EndUserMessaging"}
FUNCTION = Path(__file__).with_name("index.py")


def deploy(number_id):
    """Create everything for one of our numbers, and return what was created, by kind."""
    made = {"topic": topic("eum-inbound-sms-replies"), "alerts": topic("eum-alerts")}
    made["queue"] = queue("eum-sms-replies-queue", made["topic"])
    sms = boto3.client("pinpoint-sms-voice-v2")
    sms.update_phone_number(PhoneNumberId=number_id, TwoWayEnabled=True, TwoWayChannelArn=made["topic"])
    made["table"], made["log_group"] = table(), log_group()
    events_to_log_group(sms, made["log_group"], role("eum-events", "sms-voice.amazonaws.com"))
    alarm(made["alerts"])
    made["function"] = function(role("eum-sms-reply-processor", "lambda.amazonaws.com"), made["queue"])
    return made


def topic(name):
    """Create a topic and return its ARN."""
    tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    return boto3.client("sns").create_topic(Name=name, Tags=tags)["TopicArn"]


def queue(name, topic_arn):
    """Create a queue that a topic may write to and does, and return its URL."""
    sqs = boto3.client("sqs")
    attributes = {"MessageRetentionPeriod": "86400", "VisibilityTimeout": "300"}
    url = sqs.create_queue(QueueName=name, Attributes=attributes, tags=TAGS)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    policy = {"Version": "2012-10-17", "Statement": [{**allow, "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}}}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    boto3.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return url


def table():
    """Create the table of conversations, whose old items expire, and return its name."""
    dynamodb, keys = boto3.client("dynamodb"), {"ConversationId": "HASH", "Timestamp": "RANGE"}
    with suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        )
        dynamodb.get_waiter("table_exists").wait(TableName=TABLE)
        expires = {"Enabled": True, "AttributeName": "ExpirationTime"}
        dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification=expires)
    return TABLE


def log_group():
    """Create the log group and return its ARN."""
    logs = boto3.client("logs")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=LOG_GROUP, tags=TAGS)
    logs.put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=30)
    return logs.describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"][0]["arn"].removesuffix(":*")


def events_to_log_group(sms, log_group_arn, role_arn):
    """Create a configuration set whose receipts go to the log group."""
    with suppress(sms.exceptions.ConflictException):
        sms.create_configuration_set(ConfigurationSetName=NAME)
    with suppress(sms.exceptions.ConflictException):
        sms.create_event_destination(
            ConfigurationSetName=NAME,
            EventDestinationName="log",
            MatchingEventTypes=["TEXT_ALL"],
            CloudWatchLogsDestination={"IamRoleArn": role_arn, "LogGroupArn": log_group_arn},
        )


def role(name, service):
    """Create a role that a service may assume, and return its ARN; what it may do is for you to say."""
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    return iam.get_role(RoleName=name)["Role"]["Arn"]


def function(role_arn, queue_url):
    """Create the function that processes replies, and return its ARN."""
    client, code = boto3.client("lambda"), io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(FUNCTION, "index.py")
    common = {"FunctionName": "eum-sms-reply-processor", "Role": role_arn, "Handler": "index.handler", "Timeout": 60}
    common |= {"Runtime": "python3.11", "Environment": {"Variables": {"SQS_QUEUE_URL": queue_url, "DYNAMODB_TABLE": TABLE}}}
    with suppress(client.exceptions.ResourceConflictException):
        return client.create_function(Code={"ZipFile": code.getvalue()}, **common)["FunctionArn"]
    return client.update_function_configuration(**common)["FunctionArn"]


def alarm(topic_arn):
    """Create the alarm on more than a hundred failed deliveries in five minutes."""
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName="eum-high-sms-failure-rate",
        Namespace="AWS/SMSV2",
        MetricName="SMSDeliveryFailures",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=100,
        AlarmActions=[topic_arn],
    )


if __name__ == "__main__":
    for kind, created in deploy(*sys.argv[1:]).items():
        print(f"{kind:<10}{created}")
