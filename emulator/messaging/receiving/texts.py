"""
Inbound texts, from a handset to a number: keywords, opt-out and opt-in, the automatic answer, the two-way channel.

Sources: keywords.html, keywords-actions.html, opt-out-list-self-managed.html, two-way-sms-payload.html
"""

from __future__ import annotations

from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging import sharing
from emulator.messaging.context import Context
from emulator.messaging.facts import MessageAccepted, MessageForwarded, NumberOptedIn, NumberOptedOut, OptInConfirmed
from emulator.messaging.sending import routing
from emulator.messaging.sending.lifecycle import answer
from emulator.messaging.state.content import compose
from emulator.messaging.state.keywords import Keyword
from emulator.messaging.state.messages import Message, Origin
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Pool
from emulator.messaging.state.rcs import RcsAgent
from emulator.telecom.numbering import country_of

HANDSET = "HANDSET"
"""The sender type of a handset."""
MANDATORY_WORDS = frozenset({"HELP", "STOP"})


@dataclass(frozen=True, slots=True)
class Received:
    """How a text from a handset was handled."""

    inbound_message_id: str
    keyword: str | None
    action: str | None
    reply: str | None

    @classmethod
    def of(cls, message: Message, keyword: Keyword | None, executed: Keyword | None) -> Received:
        """Return the keyword of the text, and the action and answer of the keyword that was executed."""
        return cls(
            message.message_id,
            keyword.keyword if keyword else None,
            executed.keyword_action if executed else None,
            executed.keyword_message if executed else None,
        )


def receive(ctx: Context, number: PhoneNumber, sender: str, body: str) -> Received:
    """Process a text that `sender` has sent to one of the account's numbers."""
    owner = routing.settings_holder(ctx, number)
    # On a toll-free number the carrier handles opt-outs, and knows no word but STOP. Source: keywords.html
    keyword = owner.keywords.match(body, synonyms=number.number_type != "TOLL_FREE")
    mandatory = keyword is not None and keyword.keyword in MANDATORY_WORDS
    # With self-managed opt-outs HELP and STOP are left to the two-way channel.
    executed = None if mandatory and owner.self_managed_opt_outs_enabled else keyword
    # Looked up before a keyword is answered: it is the message that the user replies to.
    previous = _last_message_to(ctx, number, sender)
    message = _message(ctx, number, sender, body)
    record_inbound(ctx, message)
    if executed is not None:
        act(ctx, owner, sender, executed)
        answer(ctx, number, sender, executed.keyword_message)
    forwarded = not mandatory or owner.self_managed_opt_outs_enabled
    if forwarded:
        channel = owner.two_way_channel_arn if owner.two_way_enabled else None
        ctx.emit(MessageForwarded(message, channel, _payload(ctx, number, message, keyword, previous)))
    return Received.of(message, keyword, executed)


def _message(ctx: Context, number: PhoneNumber, sender: str, body: str) -> Message:
    origin = Origin(sender, HANDSET, number.phone_number_arn, "phone-number")
    return new_message(
        ctx, origin, channel="sms", to=number.phone_number, content=compose("sms", body), operation="ReceiveTextMessage"
    )


def new_message(ctx: Context, origin: Origin, **members: Any) -> Message:
    """Return a message from a handset, which is not stored yet; `members` are further fields of Message."""
    return Message(
        message_id=ctx.world.seeds.uuid("inbound", version=5),
        account=ctx.account,
        region=ctx.region,
        direction="inbound",
        origin=origin,
        status="RECEIVED",
        requested_at=ctx.now,
        country=country_of(origin.sender),
        final=True,
        **members,
    )


def record_inbound(ctx: Context, message: Message) -> None:
    """Store a message from a handset in the account and in the inbox."""
    message.add_status("RECEIVED", ctx.now, None, True)
    ctx.store.add_message(message)
    ctx.world.inbox.add(message)
    ctx.emit(MessageAccepted(message))


def act(ctx: Context, owner: PhoneNumber | RcsAgent | Pool, sender: str, keyword: Keyword) -> None:
    """Execute the action of a keyword: add its sender to the owner's opt-out list, or remove them."""
    opt_out_list = sharing.opt_out_list(ctx, owner.opt_out_list_arn)
    if keyword.keyword_action == "OPT_OUT":
        opt_out_list.opt_out(sender, ctx.now, by_end_user=True)
        ctx.emit(NumberOptedOut(ctx.account, ctx.region, opt_out_list.opt_out_list_arn, sender, True))
    elif keyword.keyword_action == "OPT_IN" and opt_out_list.opt_in_by_end_user(sender):
        ctx.emit(NumberOptedIn(ctx.account, ctx.region, opt_out_list.opt_out_list_arn, sender, True))
    elif keyword.keyword_action == "OPT_IN":
        ctx.emit(OptInConfirmed(ctx.account, ctx.region, opt_out_list.opt_out_list_arn, sender))


def _payload(
    ctx: Context, number: PhoneNumber, message: Message, keyword: Keyword | None, previous: str | None
) -> dict[str, str]:
    """Return the fields of the notification, in AWS's order."""
    payload = {
        "originationNumber": message.sender,
        "destinationNumber": number.phone_number,
        # Seen from a US long code when no keyword matched.
        "messageKeyword": keyword.keyword if keyword else f"keyword_{ctx.account}",
        "messageBody": message.body,
        "inboundMessageId": message.message_id,
    }
    if previous is not None:
        payload["previousPublishedMessageId"] = previous
    return payload


def _last_message_to(ctx: Context, number: PhoneNumber, handset: str) -> str | None:
    sent = ctx.store.messages_to.newest_first(handset)
    return next((message.message_id for message in sent if message.sender == number.phone_number), None)
