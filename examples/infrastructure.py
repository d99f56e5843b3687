"""
The infrastructure of an application, created with boto3 on the emulator's one endpoint, and used.

A topic and a queue for replies, a function that answers them, a table for conversations, a log group, an alarm: the
same that examples/terraform/main.tf creates with Terraform. A reply passes through all of them; then a failing campaign
sets off the alarm. Run it as it is: it starts its own server.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from contextlib import contextmanager
from pathlib import Path

import boto3

RECIPIENT, DEAD_NUMBER = "+14255550100", "+14255550199"
NUMBER = "+12065550100"
TABLE, LOG_GROUP = "eum-conversations", "/aws/sms-voice/application"
FUNCTION = Path(__file__).parent / "terraform" / "index.py"
TAGS = {"Application": "EndUserMessaging"}
CONFIG = f"""
[limits]
message_log_table = "{TABLE}"

[[phone_numbers]]
phone_number = "{NUMBER}"
two_way_channel_arn = "arn:aws:sns:us-east-1:123456789012:eum-inbound-sms-replies"

[[handsets]]
number = "{DEAD_NUMBER}"
outcome = "UNREACHABLE"
"""
FAILURES = 101


@contextmanager
def server():
    """Run a server in its own process, and yield its address."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as config:
        config.write(CONFIG)
        config.flush()
        command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--clock", "stepping", "--config", config.name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                for line in process.stdout:
                    found = re.search(r"is at (http://\S+);", line)
                    if found:
                        yield found.group(1)
                        break
            finally:
                process.terminate()


def control(url, method, path, body):
    """Call the control API."""
    request = urllib.request.Request(f"{url}/_emulator/{path}", json.dumps(body).encode(), method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def make_topics_and_queue(client):
    """Create the topics for replies and for alarms, each with a queue, and return the ARN of the latter."""
    topics = {}
    for topic, queue in (("eum-inbound-sms-replies", "eum-sms-replies-queue"), ("eum-alerts", "eum-alerts-queue")):
        tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
        topics[topic] = client("sns").create_topic(Name=topic, Tags=tags)["TopicArn"]
        attributes = {"MessageRetentionPeriod": "86400", "VisibilityTimeout": "300"}
        url = client("sqs").create_queue(QueueName=queue, Attributes=attributes, tags=TAGS)["QueueUrl"]
        arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        client("sns").subscribe(TopicArn=topics[topic], Protocol="sqs", Endpoint=arn)
    return topics["eum-alerts"]


def make_table_and_log_group(client):
    """Create the table of conversations, whose old items expire, and the log group with its event destination."""
    keys = {"ConversationId": "HASH", "Timestamp": "RANGE"}
    client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
    )
    expires = {"Enabled": True, "AttributeName": "ExpirationTime"}
    client("dynamodb").update_time_to_live(TableName=TABLE, TimeToLiveSpecification=expires)
    client("logs").create_log_group(logGroupName=LOG_GROUP, tags=TAGS)
    client("logs").put_retention_policy(logGroupName=LOG_GROUP, retentionInDays=30)
    client("sms-voice").create_event_destination(
        EventDestinationName="application",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["TEXT_SUCCESS", "TEXT_FAILURE"],
            "CloudWatchLogsEventDestination": {"LogGroupName": LOG_GROUP},
        },
    )


def make_function(client):
    """Create the function that answers replies, and return its ARN."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = client("iam").create_role(RoleName="eum-sms-reply-processor", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(FUNCTION, "index.py")
    queue = client("sqs").get_queue_url(QueueName="eum-sms-replies-queue")["QueueUrl"]
    return client("lambda").create_function(
        FunctionName="eum-sms-reply-processor",
        Role=role,
        Handler="index.handler",
        Runtime="python3.11",
        Timeout=60,
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"SQS_QUEUE_URL": queue, "DYNAMODB_TABLE": TABLE}},
    )["FunctionArn"]


def make_alarm(client, topic):
    """Create the alarm on failed deliveries."""
    client("cloudwatch").put_metric_alarm(
        AlarmName="eum-high-sms-failure-rate",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        MetricName="SMSDeliveryFailures",
        Namespace="AWS/SMSV2",
        Period=300,
        Statistic="Sum",
        Threshold=100,
        AlarmActions=[topic],
    )


def received(client, queue):
    """Return the SNS messages in a queue."""
    url = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    found = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in found]


def follow_a_reply(client, url):
    """Have the recipient confirm an order, and show the reply wherever it arrives."""
    send_text = client("pinpoint-sms-voice-v2").send_text_message
    send_text(DestinationPhoneNumber=RECIPIENT, OriginationIdentity=NUMBER, MessageBody="Your order is #12345. Yes or no?")
    control(url, "POST", f"handsets/{RECIPIENT}/messages", {"to": NUMBER, "body": "Yes, confirm my order"})
    control(url, "POST", "settle", {})

    (reply,) = received(client, "eum-sms-replies-queue")
    print(f"In the queue: {reply['originationNumber']} wrote: {reply['messageBody']}")
    texts = control(url, "GET", f"messages?to={RECIPIENT}&direction=outbound", {})["messages"]
    print(f"The function answered: {texts[-1]['body']}")
    items = client("dynamodb").query(
        TableName=TABLE,
        KeyConditionExpression="ConversationId = :id",
        ExpressionAttributeValues={":id": {"S": f"{RECIPIENT}#{NUMBER}"}},
    )["Items"]
    for item in items:
        if "Intent" in item:
            print(f"In the table, the function's note: {item['Intent']['S']}")
        else:
            print(f"In the table: {item['Direction']['S']:<8} {item['Status']['S']:<10} {item['Message']['S']}")
    for event in client("logs").filter_log_events(logGroupName=LOG_GROUP)["events"]:
        record = json.loads(event["message"])
        print(f"In the log group: {record.get('eventType') or record['EventSubType']}")


def set_the_alarm_off(client, url):
    """Have more texts fail than the alarm tolerates."""

    def state():
        (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=["eum-high-sms-failure-rate"])["MetricAlarms"]
        return alarm["StateValue"]

    before = state()
    control(url, "POST", "clock", {"mode": "frozen"})
    for _ in range(FAILURES):
        client("pinpoint-sms-voice-v2").send_text_message(
            DestinationPhoneNumber=DEAD_NUMBER, OriginationIdentity=NUMBER, MessageBody="Sale!"
        )
    control(url, "POST", "settle", {"within_seconds": 5})
    print(f"{FAILURES} texts failed, and the alarm went from {before} to {state()}")
    (alert,) = received(client, "eum-alerts-queue")
    print(f"Its topic received: {alert['AlarmName']} is in {alert['NewStateValue']}")


def main():
    """Create everything, and use it; the example ends with an error if anything goes wrong."""
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    models = [sys.executable, "-m", "emulator", "models"]
    os.environ["AWS_DATA_PATH"] = subprocess.run(models, capture_output=True, text=True, check=True).stdout.strip()
    with server() as url:
        session, clients = boto3.session.Session(region_name="us-east-1"), {}

        def client(name):
            if name not in clients:
                clients[name] = session.client(name, endpoint_url=url)
            return clients[name]

        alerts = make_topics_and_queue(client)
        make_table_and_log_group(client)
        make_alarm(client, alerts)
        routes = [{"kind": "lambda", "target": make_function(client)}]
        control(url, "PUT", f"reply-routes/{NUMBER}", routes)
        print("Created: two topics with a queue each, a table, a log group, an alarm, a function")
        follow_a_reply(client, url)
        set_the_alarm_off(client, url)


if __name__ == "__main__":
    main()
