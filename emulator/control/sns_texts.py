"""The texts sent through SNS, in LocalStack's format, for those who migrate from it."""

from __future__ import annotations

from typing import Any, TypedDict

from emulator.control.command import command
from emulator.control.parsing import Account, AnyNumber, Region
from emulator.messaging.state.messages import Message
from emulator.services.sns_texts.texts import OPERATION as SNS_PUBLISH
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.world import World


class LocalStackFilters(TypedDict, total=False):
    """LocalStack's query parameters."""

    accountId: Account
    region: Region
    phoneNumber: AnyNumber


class SnsTexts(TypedDict):
    """Texts by phone number, in LocalStack's format."""

    sms_messages: dict[str, list[dict[str, Any]]]
    region: str


@command("GET /_aws/sns/sms-messages", fields=LocalStackFilters)
def sns_texts(world: World, **filters: Any) -> SnsTexts:
    """List the texts sent through SNS, in the format of LocalStack's `/_aws/sns/sms-messages`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for message in _sns_texts(world, filters):
        entry: dict[str, Any] = {
            "PhoneNumber": message.to,
            "TopicArn": None,
            "SubscriptionArn": None,
            "MessageId": message.message_id,
            "Message": message.body,
            "MessageAttributes": {},
            "MessageStructure": None,
            "Subject": None,
        }
        found.setdefault(message.to, []).append(entry)
    return {"sms_messages": found, "region": filters.get("region") or DEFAULT_REGION}


@command("DELETE /_aws/sns/sms-messages", fields=LocalStackFilters, status=204)
def delete_sns_texts(world: World, **filters: Any) -> None:
    """Delete the texts sent through SNS from the inbox."""
    for message in _sns_texts(world, filters):
        world.inbox.remove(message)


def _sns_texts(world: World, filters: dict[str, Any]) -> list[Message]:
    wanted = (filters.get("accountId") or DEFAULT_ACCOUNT, filters.get("region") or DEFAULT_REGION)
    return [
        message
        for message in world.inbox.messages.values()
        if message.operation == SNS_PUBLISH
        and (message.account, message.region) == wanted
        and filters.get("phoneNumber") in (None, message.to)
    ]
