"""
One-time codes as a FastAPI application: `POST /codes` sends one, `POST /sessions` logs in with it.

Run it by `uvicorn app:app`. Codes are kept in DynamoDB (hash key `Phone`) as digests, valid for ten minutes and five
attempts.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Annotated

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, Field

VALID_FOR, ATTEMPTS = timedelta(minutes=10), 5
app = FastAPI()


class Phone(BaseModel):
    """Whom to send a code to."""

    phone: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]


class Login(Phone):
    """A phone and the code that it has received."""

    code: Annotated[str, Field(pattern=r"^\d{6}$")]


class Codes:
    """The codes and the clients that they need."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> None:
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.now = now

    def send(self, phone: str) -> None:
        """Text a new code, which replaces an earlier one."""
        code = f"{secrets.randbelow(10**6):06}"
        expires = int((self.now() + VALID_FOR).timestamp())
        item = {"Phone": phone, "Digest": digest(phone, code), "ExpiresAt": expires, "Attempts": ATTEMPTS}
        self.table.put_item(Item=item)
        self.sms.send_text_message(
            DestinationPhoneNumber=phone,
            OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
            MessageBody=f"Your verification code: {code} (valid 10 min)",
            MessageType="TRANSACTIONAL",
        )

    def check(self, phone: str, code: str) -> bool:
        """Return whether the code is the valid one; each call uses up an attempt, and a success the code."""
        try:
            item = self.table.update_item(
                Key={"Phone": phone},
                UpdateExpression="SET Attempts = Attempts - :one",
                ConditionExpression="Attempts > :none AND ExpiresAt > :now",
                ExpressionAttributeValues={":one": 1, ":none": 0, ":now": int(self.now().timestamp())},
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        if not hmac.compare_digest(item["Digest"], digest(phone, code)):
            return False
        return "Attributes" in self.table.delete_item(Key={"Phone": phone}, ReturnValues="ALL_OLD")


def digest(phone: str, code: str) -> str:
    """Return what is stored of a code."""
    return hmac.new(os.environ["CODE_KEY"].encode(), f"{phone}:{code}".encode(), hashlib.sha256).hexdigest()


@cache
def codes() -> Codes:
    """Return the codes that all requests share; a test overrides it."""
    return Codes()


@app.post("/codes", status_code=202)
def send_code(wanted: Phone, codes: Annotated[Codes, Depends(codes)]) -> None:
    """Send a code."""
    try:
        codes.send(wanted.phone)
    except ClientError as error:
        if error.response.get("Reason") == "DESTINATION_PHONE_NUMBER_OPTED_OUT":
            raise HTTPException(409, "This number has opted out of our texts.") from error
        if error.response["Error"]["Code"] == "ThrottlingException":
            raise HTTPException(503, "Try again in a minute.", {"Retry-After": "60"}) from error
        raise


@app.post("/sessions", status_code=201)
def log_in(login: Login, codes: Annotated[Codes, Depends(codes)]) -> dict[str, str]:
    """Log in with a code."""
    if not codes.check(login.phone, login.code):
        raise HTTPException(401, "Wrong or expired code.")
    return {"phone": login.phone}
