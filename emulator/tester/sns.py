"""The texts that SNS has sent, as LocalStack shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sns.texts import OPERATION as SNS_PUBLISH
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION

if TYPE_CHECKING:
    from emulator.engine import Emulator


def sns_texts(
    emulator: Emulator,
    *,
    account: Any = None,
    region: Any = None,
    number: Any = None,
) -> dict[str, Any]:
    """What SNS has sent to phone numbers, in the shape of LocalStack's `/_aws/sns/sms-messages`, for those moving over."""
    found: dict[str, list[dict[str, Any]]] = {}
    for message in _sns_texts(emulator, account, region, number):
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
    return {"sms_messages": found, "region": region or DEFAULT_REGION}


def delete_sns_texts(
    emulator: Emulator,
    *,
    account: Any = None,
    region: Any = None,
    number: Any = None,
) -> None:
    """Take them out of the inbox."""
    for message in _sns_texts(emulator, account, region, number):
        emulator.world.inbox.remove(message)


def _sns_texts(emulator: Emulator, account: Any, region: Any, number: Any) -> list[Message]:
    wanted = (account or DEFAULT_ACCOUNT, region or DEFAULT_REGION)
    return [
        message
        for message in emulator.world.inbox.messages.values()
        if isinstance(message, Message)
        and message.operation == SNS_PUBLISH
        and (message.account, message.region) == wanted
        and number in (None, message.to)
    ]


COMMANDS: tuple[Callable[..., Any], ...] = (
    sns_texts,
    delete_sns_texts,
)
