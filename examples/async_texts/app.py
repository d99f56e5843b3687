"""Text many people at once from asyncio: boto3 is synchronous, so that each call gets a thread, of which there are ten."""

import asyncio
import os

import boto3
from botocore.config import Config

AT_ONCE = 10


async def text_all(phones, body):
    """Text everybody; return the message ids, or what went wrong, by phone."""
    # A client is safe to share between threads, and has as many connections as it needs.
    sms = boto3.client("pinpoint-sms-voice-v2", config=Config(max_pool_connections=AT_ONCE, retries={"mode": "standard"}))
    turn = asyncio.Semaphore(AT_ONCE)

    async def text(phone):
        async with turn:
            answer = await asyncio.to_thread(
                sms.send_text_message,
                DestinationPhoneNumber=phone,
                OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
                MessageBody=body,
            )
        return answer["MessageId"]

    return dict(zip(phones, await asyncio.gather(*map(text, phones), return_exceptions=True), strict=True))
