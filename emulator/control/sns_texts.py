"""The texts sent through SNS, in LocalStack's format, for those who migrate from it."""

from __future__ import annotations

from typing import Any, TypedDict

from emulator.control.command import command
from emulator.control.parsing import Account, AnyNumber, Region
from emulator.messaging.state.messages import Message
from emulator.messaging.state.sns_texts import OPERATION, PublishedText, SnsTexts
from emulator.services.sns_texts.service import service
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.world import World


class LocalStackFilters(TypedDict, total=False):
    """LocalStack's query parameters."""

    accountId: Account
    region: Region
    phoneNumber: AnyNumber


class SnsTextsView(TypedDict):
    """Texts by phone number, in LocalStack's format."""

    sms_messages: dict[str, list[dict[str, Any]]]
    region: str


@command("GET /_aws/sns/sms-messages", fields=LocalStackFilters)
def sns_texts(world: World, **filters: Any) -> SnsTextsView:
    """List the texts sent through SNS, in the format of LocalStack's `/_aws/sns/sms-messages`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for message in _sns_texts(world, filters):
        published = _published(world, message)
        entry: dict[str, Any] = {
            "PhoneNumber": message.to,
            "TopicArn": published.topic_arn,
            "SubscriptionArn": published.subscription_arn,
            "MessageId": message.message_id,
            "Message": message.body,
            "MessageAttributes": published.attributes,
            "MessageStructure": published.message_structure,
            "Subject": published.subject,
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
        if message.operation == OPERATION
        and (message.account, message.region) == wanted
        and filters.get("phoneNumber") in (None, message.to)
    ]


def _published(world: World, message: Message) -> PublishedText:
    store: SnsTexts | None = world.stores[service.name].find((message.account, message.region))
    return (store and store.published.get(message.message_id)) or PublishedText({})
