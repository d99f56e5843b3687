"""Queues, and example consumers behind each kind of destination."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "sms-voice.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture
def queue(client):
    """Makes an SQS queue: gives its ARN, and a function that reads and deletes the bodies that came, JSON decoded."""

    def make(name):
        sqs = client("sqs")
        url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

        def read():
            found = []
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    found.append(json.loads(message["Body"]))
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return found

        return arn, read

    return make


@pytest.fixture
def role(client):
    """The ARN of a role that exists."""
    return client("iam").create_role(RoleName="events", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]


@pytest.fixture
def log_group(client):
    """A log group's ARN, and a function that reads the records in it, whatever their stream."""
    logs = client("logs")
    logs.create_log_group(logGroupName="/sms/events")
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/sms/events"

    def read():
        streams = logs.describe_log_streams(logGroupName="/sms/events")["logStreams"]
        return [
            json.loads(event["message"])
            for stream in streams
            for event in logs.get_log_events(
                logGroupName="/sms/events", logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    return arn, read


@pytest.fixture
def delivery_stream(client, role):
    """A Firehose stream into a bucket: its ARN, and a function that reads the records of all objects."""
    s3 = client("s3")
    s3.create_bucket(Bucket="records")
    arn = client("firehose").create_delivery_stream(
        DeliveryStreamName="records",
        ExtendedS3DestinationConfiguration={"RoleARN": role, "BucketARN": "arn:aws:s3:::records"},
    )["DeliveryStreamARN"]

    def read():
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="records").get("Contents", ())]
        texts = [s3.get_object(Bucket="records", Key=key)["Body"].read().decode() for key in keys]
        return [json.loads(line) for text in texts for line in text.splitlines()]

    return arn, read


@pytest.fixture
def on_bus(client, queue):
    """A rule of the default bus that sends our events to a queue: gives a function that reads the envelopes."""
    events = client("events")
    events.put_rule(Name="sms", EventPattern=json.dumps({"source": ["aws.sms-voice"]}))
    arn, read = queue("bus")
    events.put_targets(Rule="sms", Targets=[{"Id": "queue", "Arn": arn}])
    return read


@pytest.fixture
def configure(sms_client):
    """Makes a destination of the set `mine`: `configure("name", ["ALL"], SnsDestination={…})`."""
    sms_client.create_configuration_set(ConfigurationSetName="mine")

    def make(name, event_types, **sink):
        return sms_client.create_event_destination(
            ConfigurationSetName="mine", EventDestinationName=name, MatchingEventTypes=event_types, **sink
        )

    return make


@pytest.fixture
def python_function(client, role):
    """Makes a Lambda function of Python source whose handler is `handler`; gives its ARN."""

    def make(source, **members):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("app.py", source)
        wanted = {"FunctionName": "replies", "Runtime": "python3.12", "Role": role, "Handler": "app.handler"}
        code = {"ZipFile": archive.getvalue()}
        return client("lambda").create_function(**wanted | {"Code": code} | members)["FunctionArn"]

    return make


@pytest.fixture
def total(sms, client):
    """
    The sum of a metric over the last hour, or another statistic; None when there is no data point.

    Asked for no dimension, the embedded CloudWatch sums up all of them, so what has several is read by one.
    """
    cloudwatch = client("cloudwatch")

    def read(name, dimensions=(), namespace="AWS/SMSVoice", statistic="Sum"):
        points = cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=list(dimensions),
            StartTime=sms.clock.now - timedelta(hours=1),
            EndTime=sms.clock.now + timedelta(minutes=1),
            Period=7200,
            Statistics=[statistic],
        )["Datapoints"]
        found = [point[statistic] for point in points]
        return None if not found else max(found) if statistic == "Maximum" else sum(found)

    return read
