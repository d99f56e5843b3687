"""aiobotocore in process, at the versions that aioboto3 pins, in an environment of its own."""

import pytest

ANSWER = """
import asyncio, json
import aiobotocore, aiobotocore.session
from emulator import mock_sms

async def story(sms):
    session = aiobotocore.session.get_session()
    async with session.create_client("pinpoint-sms-voice-v2", region_name="us-east-1") as client:
        number = (await client.request_phone_number(
            IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TEN_DLC"
        ))["PhoneNumber"]
        send = lambda: client.send_text_message(
            DestinationPhoneNumber="+14255550100", OriginationIdentity=number, MessageBody="Your code is 123456"
        )
        await send()
        sms.faults.add("ThrottlingException", times=1)
        await send()
        sms.faults.clear()
        await client.put_opted_out_number(OptOutListName="Default", OptedOutNumber="+14255550100")
        try:
            await send()
        except client.exceptions.ConflictException as error:
            return error.response["Reason"]

with mock_sms() as sms:
    reason = asyncio.run(story(sms))
    bodies = [message.body for message in sms.inbox.messages()]
print(json.dumps([bodies, reason]))
"""

OTHERS = """
import asyncio, json
import aioboto3
from emulator import mock_sms

async def story():
    session = aioboto3.Session(region_name="us-east-1")
    async with session.client("sqs") as sqs, session.client("sns") as sns:
        await sqs.create_queue(QueueName="jobs")
        await sns.publish(PhoneNumber="+14255550100", Message="Hi")
        return (await sqs.list_queues())["QueueUrls"]

with mock_sms() as sms:
    queues = asyncio.run(story())
    bodies = [message.body for message in sms.inbox.messages()]
print(json.dumps([len(queues), bodies]))
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ANSWER, [["Your code is 123456"] * 2, "DESTINATION_PHONE_NUMBER_OPTED_OUT"]),
        (OTHERS, [1, ["Hi"]]),
    ],
    ids=["ours", "others"],
)
def test_in_process(asynchronous, code, expected):
    """Asynchronous clients are answered in process: ours with retries and refusals, and those of other services."""
    assert expected == asynchronous(code, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
