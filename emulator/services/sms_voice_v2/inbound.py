"""
A text from a handset to a number of the account: keywords, opt-out and opt-in, the automatic answer, the two-way channel.

Sources: keywords.html, keywords-actions.html, opt-out-list-self-managed.html, two-way-sms-payload.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.services.sms_voice_v2 import routing, sharing
from emulator.services.sms_voice_v2.events import MessageAccepted, MessageForwarded, NumberOptedIn, NumberOptedOut
from emulator.services.sms_voice_v2.events_registrations import OptInConfirmed
from emulator.services.sms_voice_v2.sending import answer
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.state.keywords import Keyword
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.services.sms_voice_v2.state.pools import Pool
from emulator.services.sms_voice_v2.state.rcs import RcsAgent
from emulator.telecom import segments
from emulator.telecom.numbering import country_of

MANDATORY_WORDS = frozenset({"HELP", "STOP"})


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a text from a handset."""

    inbound_message_id: str
    keyword: str | None
    action: str | None
    reply: str | None

    @classmethod
    def of(cls, message: Message, keyword: Keyword | None, obeyed: Keyword | None) -> Received:
        """The keyword that the text has, and what was done and answered where it was obeyed."""
        return cls(
            message.message_id,
            keyword.keyword if keyword else None,
            obeyed.keyword_action if obeyed else None,
            obeyed.keyword_message if obeyed else None,
        )


def receive(context: Context, number: PhoneNumber, sender: str, body: str) -> Received:
    """Take in a text that `sender` has written to one of the account's numbers."""
    owner = routing.settings_owner(context, number)
    # On a toll-free number the carrier does the opt-out, and knows no word but STOP. Source: keywords.html
    keyword = owner.keywords.match(body, synonyms=number.number_type != "TOLL_FREE")
    mandatory = keyword is not None and keyword.keyword in MANDATORY_WORDS
    # With self-managed opt-outs HELP and STOP are left to the two-way channel.
    obeyed = None if mandatory and owner.self_managed_opt_outs_enabled else keyword
    # Looked up before anything is answered: it is what the person answers to.
    previous = _last_message_to(context, number, sender)
    message = _message(context, number, sender, body)
    take_in(context, message)
    if obeyed is not None:
        act(context, owner, sender, obeyed)
        answer(context, number, sender, obeyed.keyword_message)
    forwarded = not mandatory or owner.self_managed_opt_outs_enabled
    if forwarded:
        channel = owner.two_way_channel_arn if owner.two_way_enabled else None
        context.emit(MessageForwarded(message, channel, _payload(context, number, message, keyword, previous)))
    return Received.of(message, keyword, obeyed)


def _message(context: Context, number: PhoneNumber, sender: str, body: str) -> Message:
    split = segments.split(body)
    return new_message(
        context,
        sender,
        channel="sms",
        to=number.phone_number,
        body=body,
        operation="ReceiveTextMessage",
        parts=split.parts,
        encoding=split.encoding,
        identity_arn=number.phone_number_arn,
        identity_type="phone-number",
    )


def new_message(context: Context, sender: str, **members: Any) -> Message:
    """A message from a handset, which nobody knows of yet."""
    return Message(
        message_id=context.world.seeds.uuid("inbound", version=5),
        account=context.account,
        region=context.region,
        direction="inbound",
        sender=sender,
        sender_type="HANDSET",
        status="RECEIVED",
        requested_at=context.now,
        country=country_of(sender),
        final=True,
        **members,
    )


def take_in(context: Context, message: Message) -> None:
    """Have the account and the inbox know of a message from a handset."""
    message.move("RECEIVED", context.now, None, True)
    context.store.messages[message.message_id] = message
    context.world.inbox.add(message)
    context.emit(MessageAccepted(message))


def act(context: Context, owner: PhoneNumber | RcsAgent | Pool, sender: str, keyword: Keyword) -> None:
    """Do what a keyword is for: put its sender on the owner's opt-out list, or take them off."""
    opt_out_list = sharing.opt_out_list(context, owner.opt_out_list_arn)
    if keyword.keyword_action == "OPT_OUT":
        opt_out_list.opt_out(sender, context.now, by_end_user=True)
        context.emit(NumberOptedOut(context.account, context.region, opt_out_list.opt_out_list_arn, sender, True))
    elif keyword.keyword_action == "OPT_IN" and opt_out_list.opt_in_by_end_user(sender):
        context.emit(NumberOptedIn(context.account, context.region, opt_out_list.opt_out_list_arn, sender, True))
    elif keyword.keyword_action == "OPT_IN":
        context.emit(OptInConfirmed(context.account, context.region, opt_out_list.opt_out_list_arn, sender))


def _payload(
    context: Context, number: PhoneNumber, message: Message, keyword: Keyword | None, previous: str | None
) -> dict[str, str]:
    """The notification's members in AWS's order."""
    payload = {
        "originationNumber": message.sender,
        "destinationNumber": number.phone_number,
        # Seen from a US long code when no keyword matched.
        "messageKeyword": keyword.keyword if keyword else f"keyword_{context.account}",
        "messageBody": message.body,
        "inboundMessageId": message.message_id,
    }
    if previous is not None:
        payload["previousPublishedMessageId"] = previous
    return payload


def _last_message_to(context: Context, number: PhoneNumber, handset: str) -> str | None:
    # Not from the inbox: the tester may have emptied that.
    for message in reversed(context.store.messages.values()):
        if message.to == handset and message.sender == number.phone_number:
            return message.message_id
    return None
