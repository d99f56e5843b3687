"""
The other SDKs, each telling the same story: a repeated request with one token, a text, pages, a typed error, receipts, and
a retry after a fault.
"""

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET

HERE = Path(__file__).parent
CLIENTS = HERE.parents[1] / ".clients"
HOW_TO_GET = "`make .clients/ready` gets it where its toolchain is installed"


def needed(path, name):
    """Return a path; skip the test if it is missing."""
    if not path.exists():
        pytest.skip(f"{name} is not there: {HOW_TO_GET}")
    return path


def go():
    """Return the command of the Go program."""
    return [needed(CLIENTS / "go-story", "the program with the Go SDK")]


def python_sdk(program, package):
    """Return the command of a Python program in the environment of the asynchronous SDKs."""
    folder = next(iter((CLIENTS / "async" / "lib").glob("python3*/site-packages")), CLIENTS / "async")
    needed(folder / package, package)
    return [CLIENTS / "async" / "bin" / "python", HERE / program]


SDKS = {
    "go": go,
    "aioboto3": lambda: python_sdk("async_sdk.py", "aioboto3"),
    "capo": lambda: python_sdk("capo_sdk.py", "capo_pinpoint_sms_voice_v2"),
}


@pytest.fixture
def queue_url(topic_with_queue, client):
    """The URL of the queue that the receipts go to."""
    return client("sqs").list_queues()["QueueUrls"][0]


@pytest.mark.parametrize("sdk", SDKS)
def test_an_sdk_tells_its_story(run, sms, sms_client, event_set, queue_url, sdk):
    """What an SDK sends is on the handset, and what it reads is what the emulator says."""
    command = SDKS[sdk]()
    for name in "ABCD":
        sms_client.create_opt_out_list(OptOutListName=name)
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=OTHER_HANDSET)
    sms.control("change_faults", faults=[{"error": "ThrottlingException", "operation": "SendTextMessage", "times": 1}])

    ended = run(*command, event_set, queue_url, OTHER_HANDSET, AWS_REGION="us-east-1")

    assert 0 == ended.returncode, ended.stderr
    told = json.loads(ended.stdout)
    (message,) = sms.inbox.messages()
    assert (told["messageId"], HANDSET, "Grüße 🎉", {"order": "17"}) == (
        message.message_id,
        message.to,
        message.body,
        message.context,
    )
    assert told["number"] == told["again"]
    assert [2, 2, 1] == [len(page) for page in told["pages"]]
    assert ["A", "B", "C", "D", "Default"] == sorted(name for page in told["pages"] for name in page)
    expected = ["ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT", "phone-number", OTHER_HANDSET]
    assert expected == told["error"]
    assert abs((sms.clock.now - datetime.fromisoformat(told["created"].replace("Z", "+00:00"))).total_seconds()) < 60
    assert 2 == told.get("attempts", 2)
    # capo has no client of SQS.
    receipts = [json.loads(json.loads(body)["Message"])["messageId"] for body in told.get("receipts", ())]
    assert sdk == "capo" or {told["messageId"]} == set(receipts)


def test_java_sends_by_pinpoint_and_sns(run, sms, number, topic_with_queue, queue_url):
    """
    The SDK for Java sends through a Pinpoint application and by SNS, retries after a fault, pages, catches typed errors, and
    reads a queue. Its client of `pinpoint-sms-voice-v2` is not to be had from the registry that tests may use.
    """
    if shutil.which("java") is None:
        pytest.skip("Java is not there: install a JDK and Maven")
    needed(CLIENTS / "java" / "target" / "lib", "the Java SDK")
    classes = needed(CLIENTS / "java" / "target" / "classes", "the program with the Java SDK")
    path = f"{classes}:{CLIENTS / 'java' / 'target' / 'lib' / '*'}"
    sms.control("change_faults", faults=[{"error": "503", "operation": "SendMessages", "times": 1}])

    ended = run("java", "-cp", path, "Story", number, HANDSET, topic_with_queue[0], queue_url, AWS_REGION="us-east-1")

    assert 0 == ended.returncode, ended.stderr
    told = json.loads(ended.stdout)
    message, by_sns = sms.inbox.messages()
    assert ["SUCCESSFUL", 200, message.message_id] == told["result"]
    assert ("Grüße 🎉", number, "by SNS") == (message.body, message.sender, by_sns.body)
    assert ["NotFoundException", 404] == told["error"]
    assert "Invalid parameter: PhoneNumber Reason: home is not valid to publish to" == told["invalid"]
    assert [["shop"], ["warehouse"]] == sorted(told["pages"])
    assert 1 == told["received"]


def test_javascript_sends_by_sns_and_pinpoint(javascript, sms, number):
    """The SDK's clients of SNS and Pinpoint send a text each, and catch errors of their classes."""
    needed(CLIENTS / "js" / "node_modules" / "@aws-sdk" / "client-sns", "the JavaScript SDK for SNS")

    told = javascript("others.mjs", number, HANDSET)

    assert {"by SNS", "by Pinpoint"} == {message.body for message in sms.inbox.messages()}
    assert {told["published"], told["sent"]["MessageId"]} == {message.message_id for message in sms.inbox.messages()}
    assert "SUCCESSFUL" == told["sent"]["DeliveryStatus"]
    assert ["InvalidParameterException", True] == told["invalid"]
    assert ["NotFoundException", True] == told["missing"]
