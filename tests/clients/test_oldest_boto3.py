"""The oldest boto3 that setup.cfg admits, as a client and as what the emulator reads its model from."""

import re
from pathlib import Path

SETUP = Path(__file__).parents[2] / "setup.cfg"

SEND = """
number = client.request_phone_number(
    IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
)["PhoneNumber"]
def send():
    return client.send_text_message(
        DestinationPhoneNumber="+14255550100", OriginationIdentity=number, MessageBody="Your code is 123456"
    )["MessageId"]
"""

CLIENT = f"""
import boto3, json
client = boto3.client("pinpoint-sms-voice-v2")
{SEND}
message_id = send()
client.put_opted_out_number(OptOutListName="Default", OptedOutNumber="+14255550100")
try:
    send()
except client.exceptions.ConflictException as error:
    reason = error.response["Reason"]
lists = [page["OptOutLists"][0]["OptOutListName"] for page in client.get_paginator("describe_opt_out_lists").paginate()]
print(json.dumps([boto3.__version__, message_id, reason, lists]))
"""

MOCK = f"""
import boto3, json
from emulator import mock_sms
from emulator.engine import SERVICES
with mock_sms() as sms:
    client = boto3.client("pinpoint-sms-voice-v2", endpoint_url="http://127.0.0.1:9")
    {SEND.replace(chr(10), chr(10) + "    ")}
    send()
    sms.handset("+14255550100").reply("STOP")
    try:
        send()
    except client.exceptions.ConflictException as error:
        reason = error.response["Reason"]
    bodies = [message.body for message in sms.inbox.messages(direction="outbound")]
coverage = SERVICES[0].coverage()
print(json.dumps([boto3.__version__, bodies[0], reason, len(coverage), sum(coverage.values())]))
"""

UNAVAILABLE = """
import json
from emulator import mock_sms
with mock_sms() as sms:
    unavailable = sms.control.show_health()["unavailable"]
    print(json.dumps([unavailable, sms.codes.records(), sms.brand_profiles.records()]))
"""

MOTO = f"""
import boto3, json
from moto import mock_aws
from emulator import mock_sms
with mock_aws(), mock_sms() as sms:
    topic = boto3.client("sns").create_topic(Name="receipts")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="receipts")["QueueUrl"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:receipts")
    client = boto3.client("pinpoint-sms-voice-v2")
    client.create_configuration_set(ConfigurationSetName="events")
    client.create_event_destination(
        ConfigurationSetName="events",
        EventDestinationName="to-sns",
        MatchingEventTypes=["ALL"],
        SnsDestination={{"TopicArn": topic}},
    )
    {SEND.replace(chr(10), chr(10) + "    ").replace("MessageBody=", 'ConfigurationSetName="events", MessageBody=')}
    send()
    found = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
print(json.dumps(len(found)))
"""


def oldest_version():
    """The version that setup.cfg asks for at least."""
    return re.search(r"boto3>=(\S+)", SETUP.read_text())[1]


def test_as_a_client(oldest, sms):
    """Its client sends, pages, and catches a refusal by name."""
    version, message_id, reason, lists = oldest(CLIENT)

    assert oldest_version() == version
    assert [message_id] == [message.message_id for message in sms.inbox.messages()]
    assert ("DESTINATION_PHONE_NUMBER_OPTED_OUT", ["Default"]) == (reason, lists)


def test_as_the_model(oldest, sms_client):
    """Where it is the boto3 beside us, the mock works from its model; operations that it lacks are just not there."""
    version, body, reason, modelled, implemented = oldest(MOCK)

    assert oldest_version() == version
    assert ("Your code is 123456", "DESTINATION_PHONE_NUMBER_OPTED_OUT") == (body, reason)
    assert 0 < implemented <= modelled < len(sms_client.meta.service_model.operation_names)


def test_says_what_it_lacks(oldest):
    """It starts without the services that are newer, says what they need, and has neither codes nor profiles of theirs."""
    unavailable, codes, profiles = oldest(UNAVAILABLE)

    assert unavailable["endusermessaging"].startswith("needs botocore 1.43.107 or newer; 1.")
    assert ([], []) == (codes, profiles)


def test_beside_moto(oldest):
    """Receipts reach a queue of moto's under it too."""
    assert 2 == oldest(MOTO, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
