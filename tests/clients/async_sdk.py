"""The story of aioboto3: its results are printed as JSON."""

import asyncio
import json
import sys

import aioboto3


async def main(configuration_set, queue, opted_out):
    """Send, page, make a mistake, repeat a request, and read the receipts."""
    session = aioboto3.Session(region_name="us-east-1")
    async with session.client("pinpoint-sms-voice-v2") as sms, session.client("sqs") as sqs:
        wanted = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL", "NumberType": "TEN_DLC"}
        wanted |= {"NumberCapabilities": ["SMS"], "ClientToken": "one-number"}
        number = await sms.request_phone_number(**wanted)
        again = await sms.request_phone_number(**wanted)
        text = {"OriginationIdentity": number["PhoneNumberId"], "MessageBody": "Grüße 🎉", "Context": {"order": "17"}}
        sent = await sms.send_text_message(
            DestinationPhoneNumber="+14255550100", ConfigurationSetName=configuration_set, **text
        )
        pages = sms.get_paginator("describe_opt_out_lists").paginate(PaginationConfig={"PageSize": 2})
        names = [[row["OptOutListName"] for row in page["OptOutLists"]] async for page in pages]
        try:
            await sms.send_text_message(DestinationPhoneNumber=opted_out, **text)
            error = None
        except sms.exceptions.ConflictException as refusal:
            answer = refusal.response
            error = [answer["Error"]["Code"], answer["Reason"], answer["ResourceType"], answer["ResourceId"]]
        received = await sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        story = {
            "number": number["PhoneNumberId"],
            "again": again["PhoneNumberId"],
            "created": number["CreatedTimestamp"].isoformat(),
            "messageId": sent["MessageId"],
            "attempts": sent["ResponseMetadata"]["RetryAttempts"] + 1,
            "pages": names,
            "error": error,
            "receipts": [message["Body"] for message in received.get("Messages", ())],
        }
        json.dump(story, sys.stdout)


asyncio.run(main(*sys.argv[1:]))
