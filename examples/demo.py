"""
A one-time code from boto3 to a handset, and a reply.

Starts a server on a free port, sends a code through it with unmodified boto3, replies STOP as the recipient, shows that
the next send is refused, and reads every receipt from an SQS queue.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from contextlib import contextmanager

import boto3
from botocore.exceptions import ClientError

HANDSET = "+14255550100"
RECEIPTS_EXPECTED = 4  # SUCCESSFUL and DELIVERED for each of the two texts


@contextmanager
def server():
    """Run a server in its own process, and yield its address."""
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout:
                found = re.search(r"is at (http://\S+);", line)
                if found:
                    yield found.group(1)
                    break
        finally:
            process.terminate()


def control(url, path, body=None):
    """Call the control API, to act as the recipient."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{url}/_emulator/{path}", data) as answer:
        return json.load(answer)


def receipts(sqs, queue, count):
    """Return the event records in the queue, once there are `count`."""
    found = []
    while len(found) < count:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10).get("Messages", []):
            found.append(json.loads(json.loads(message["Body"])["Message"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1")
    with server() as url:
        print(f"The emulator is at {url}\n")
        sms, sns, sqs = (boto3.client(name, endpoint_url=url) for name in ("pinpoint-sms-voice-v2", "sns", "sqs"))

        number = sms.request_phone_number(
            IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
        )["PhoneNumber"]
        print(f"Leased {number}")

        topic = sns.create_topic(Name="receipts")["TopicArn"]
        queue = sqs.create_queue(QueueName="receipts")["QueueUrl"]
        queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn)
        sms.create_configuration_set(ConfigurationSetName="demo")
        sms.create_event_destination(
            ConfigurationSetName="demo",
            EventDestinationName="to-sns",
            MatchingEventTypes=["TEXT_ALL"],
            SnsDestination={"TopicArn": topic},
        )
        print("Created a configuration set whose events go to SNS, and from there to SQS\n")

        def send(body):
            return sms.send_text_message(
                DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody=body, ConfigurationSetName="demo"
            )["MessageId"]

        send("Your verification code is 493817. It is valid for 10 minutes.")
        control(url, f"messages/wait?to={HANDSET}&status=DELIVERED")
        send("Reply HELP for help, STOP to unsubscribe.")
        inbox = control(url, f"messages/wait?to={HANDSET}&status=DELIVERED&count=2")["messages"]
        print(f"On the handset {HANDSET}:")
        for message in inbox:
            print(f"  {message['from']}: {message['body']}")
        assert "493817" in inbox[0]["body"]

        answer = control(url, f"handsets/{HANDSET}/messages", {"to": number, "body": "STOP"})
        print(f"\nThe recipient replies STOP, and receives: {answer['reply']}\n")
        assert answer["action"] == "OPT_OUT"

        try:
            send("One more thing")
        except ClientError as error:
            print(f"The next send is refused:\n  {error}\n")
            assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
        else:
            raise SystemExit("The send to an opted-out number was accepted")

        print("The receipts in the SQS queue:")
        for record in receipts(sqs, queue, RECEIPTS_EXPECTED):
            print(f"  {record['eventType']:<16} {record['messageId']}  {record['messageStatusDescription']}")
    print("\nEverything worked.")


if __name__ == "__main__":
    main()
