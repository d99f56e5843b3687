"""The AWS command line."""

import json

from emulator.testing import HANDSET

REFUSED = 255
"""The exit status of version 1 when the service refuses; that of version 2 is 254."""


def lease(aws_json):
    return aws_json(
        "request-phone-number",
        "--iso-country-code=US",
        "--message-type=TRANSACTIONAL",
        "--number-capabilities=SMS",
        "--number-type=TEN_DLC",
        "--tags=Key=team,Value=login",
    )


def test_leases_a_number(aws_json, sms_client):
    """A number that the command line leases is the account's, and its printed times are times."""
    leased = lease(aws_json)

    (number,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert (leased["PhoneNumber"], leased["PhoneNumberId"]) == (number["PhoneNumber"], number["PhoneNumberId"])
    assert [{"Key": "team", "Value": "login"}] == leased["Tags"]
    assert number["CreatedTimestamp"].timestamp() == float(leased["CreatedTimestamp"])


def test_sends_a_text(aws_json, sms, number):
    """A text that the command line sends is on the handset."""
    sent = aws_json(
        "send-text-message",
        f"--destination-phone-number={HANDSET}",
        f"--origination-identity={number}",
        "--message-body=Grüße",
        "--context=order=17",
    )

    (message,) = sms.inbox.messages()
    assert (sent["MessageId"], "Grüße", {"order": "17"}) == (message.message_id, message.body, message.context)


def test_pages(aws_json, sms_client):
    """`--max-items` cuts the list, and its token leads on; without it all pages are read."""
    for name in "ABCD":
        sms_client.create_opt_out_list(OptOutListName=name)

    first = aws_json("describe-opt-out-lists", "--max-items=3", "--page-size=2")
    second = aws_json("describe-opt-out-lists", "--page-size=2", f"--starting-token={first['NextToken']}")
    whole = aws_json("describe-opt-out-lists", "--page-size=1")

    assert (3, 2, 5) == tuple(len(page["OptOutLists"]) for page in (first, second, whole))
    assert whole["OptOutLists"] == first["OptOutLists"] + second["OptOutLists"]


def test_refusal(aws, sms_client, number):
    """A refusal is printed in AWS's words, and ends with the status of a client's error."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    ended = aws(
        "send-text-message",
        f"--destination-phone-number={HANDSET}",
        f"--origination-identity={number}",
        "--message-body=Hi",
    )

    assert (REFUSED, "") == (ended.returncode, ended.stdout)
    assert (
        "An error occurred (ConflictException) when calling the SendTextMessage operation: "
        'Conflict Occurred - Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT" '
        f'ResourceType="phone-number" ResourceId="{HANDSET}"'
    ) in ended.stderr


def test_repeats_and_retries(aws_json, sqs_json, sms, event_set, topic_with_queue):
    """One token leases one number, a send after a fault is sent once, and its receipts are read from the queue."""
    wanted = ("request-phone-number", "--iso-country-code=US", "--message-type=TRANSACTIONAL", "--number-type=TEN_DLC")
    first, second = (aws_json(*wanted, "--number-capabilities=SMS", "--client-token=one") for _ in range(2))
    sms.control("change_faults", faults=[{"error": "ThrottlingException", "operation": "SendTextMessage", "times": 1}])

    sent = aws_json(
        "send-text-message",
        f"--destination-phone-number={HANDSET}",
        f"--origination-identity={first['PhoneNumberId']}",
        f"--configuration-set-name={event_set}",
        "--message-body=Hi",
    )

    queue = sqs_json("list-queues")["QueueUrls"][0]
    received = sqs_json("receive-message", f"--queue-url={queue}", "--max-number-of-messages=10")["Messages"]
    assert first["PhoneNumberId"] == second["PhoneNumberId"]
    assert [sent["MessageId"]] == [message.message_id for message in sms.inbox.messages()]
    assert {sent["MessageId"]} == {json.loads(json.loads(row["Body"])["Message"])["messageId"] for row in received}


def test_query(aws, number):
    """`--query` and `--output text` work on what is answered."""
    ended = aws("describe-phone-numbers", "--query=PhoneNumbers[0].PhoneNumber", "--output=text")

    assert (0, f"{number}\n") == (ended.returncode, ended.stdout)
