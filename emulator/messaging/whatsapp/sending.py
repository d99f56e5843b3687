"""
The life of a WhatsApp message: AWS accepts nearly everything, Meta decides, and the phone reports delivered and read.

Every refusal of Meta is a status that comes later. Sources: the user guide, sending and statuses; Meta, message status
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.facts import MessageAccepted, MessageChanged, MessageStatusChanged
from emulator.messaging.state.content import UNICODE, Content, Extras
from emulator.messaging.state.messages import Charge, Message, Origin
from emulator.messaging.state.whatsapp import (
    ENTRY_POINT_WINDOW,
    Document,
    WhatsAppAccount,
    WhatsAppContent,
    WhatsAppNumber,
)
from emulator.messaging.timers import WhatsAppStepDue
from emulator.messaging.whatsapp import conversation, display, ids, pacing, pricing
from emulator.messaging.whatsapp.checks import (
    META_CHECKS,
    NOT_ON_WHATSAPP,
    TEMPLATE_PAUSED,
    Submission,
    user_by_bsuid,
)
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError
from emulator.messaging.whatsapp.payloads import readable_text
from emulator.messaging.whatsapp.template_messages import quick_replies
from emulator.telecom.carriers import Outcome
from emulator.telecom.handsets import Handset
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of
from emulator.telecom.vocabulary import Status
from emulator.wire.service import reaction

NO_DESTINATION = "Invalid destination phone number or message Id"  # seen in a published log
WITH_PLUS = re.compile(r"\+[1-9]\d{6,14}")
WITHOUT_PLUS = re.compile(r"\+?[1-9]\d{6,14}")
BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
SENT_AFTER = timedelta(seconds=1)
DELIVERED_AFTER_MIN, DELIVERED_AFTER_SPREAD = timedelta(seconds=1), timedelta(seconds=2)
READ_AFTER = timedelta(seconds=3)
PLAYED_AFTER = timedelta(seconds=2)
"""How long each status takes after the one before: some seconds, as in published samples. # unverified"""
CALL_ANSWERS = (
    ("Allow", {"response": "accept", "response_source": "user_action"}),
    ("Always allow", {"response": "accept", "is_permanent": True, "response_source": "user_action"}),
    ("Don't allow", {"response": "reject", "response_source": "user_action"}),
)


def find_user(ctx: Context, number: WhatsAppNumber, payload: Document) -> str:
    """
    Return the number of the user whom a message is for; a business-scoped id where nobody is known by it.

    Raises:
        InvalidParametersException: the message has no usable destination.
    """
    to, recipient = payload.get("to"), payload.get("recipient")
    pattern = WITHOUT_PLUS if ctx.world.settings.whatsapp_plus_optional else WITH_PLUS
    if isinstance(to, str) and pattern.fullmatch(to):
        return to if to.startswith("+") else f"+{to}"
    if to is None and isinstance(recipient, str) and BSUID.fullmatch(recipient):
        return user_by_bsuid(ctx, number, recipient) or recipient
    raise InvalidParametersException(NO_DESTINATION)


def mark_as_read(ctx: Context, number: WhatsAppNumber, payload: Document) -> str:
    """
    Show the user that a message was read, and all before it, and return an id; no event follows. An unknown message is
    ignored. # unverified: Meta answers with 131009, which AWS's answer comes before

    Source: Meta, "Mark messages as read"

    Raises:
        InvalidParametersException: the request names no message.
    """
    wamid = payload.get("message_id")
    if not isinstance(wamid, str) or not wamid:
        raise InvalidParametersException(NO_DESTINATION)
    user: str | None = None
    for message in reversed(ctx.store.messages.values()):
        content = message.whatsapp
        if content is None or message.direction != "inbound" or content.number is not number:
            continue
        user = user or (message.sender if content.wamid == wamid else None)
        if user == message.sender and not content.is_read:
            content.is_read = True
            ctx.emit(MessageChanged(message))
    return ctx.world.seeds.uuid("message")


def accept(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, payload: Document) -> str:
    """
    Accept a message, decide what Meta makes of it, and return its id.

    Raises:
        InvalidParametersException: the message has no usable destination; anything else is a failed status.
    """
    if payload.get("status") == "read":
        return mark_as_read(ctx, number, payload)
    user = find_user(ctx, number, payload)
    handset = ctx.world.handsets.get(user) or Handset(user)
    sent = Submission(account, number, user, payload, handset, by_bsuid="to" not in payload)
    failure = _refusal(ctx, sent)
    message = _new_message(ctx, sent)
    content = message.whatsapp
    assert content is not None
    if failure is not None:
        content.error = failure.as_webhook()
    else:
        _take_effect(ctx, sent, content)
        message.charge = _charge(ctx, sent, content)
    outcome = ctx.world.carriers.outcome(message, ctx.world.handsets.get(user))
    message.carriage = replace(message.carriage, outcome=outcome)
    ctx.store.add_message(message)
    ctx.world.inbox.add(message)
    ctx.emit(MessageAccepted(message))
    _schedule_first(ctx, message, outcome, sent)
    return message.message_id


def _refusal(ctx: Context, sent: Submission) -> MetaError | None:
    try:
        for check in META_CHECKS:
            check(ctx, sent)
    except MetaError as error:
        return error
    return None


def _new_message(ctx: Context, sent: Submission) -> Message:
    seeds, number, payload = ctx.world.seeds, sent.number, sent.payload
    kind = sent.kind or str(payload.get("type", "text"))
    shown = _shown(sent)
    body = str(shown.get("body", "")) if not sent.kind or sent.kind == "template" else readable_text(payload, sent.kind)
    content = WhatsAppContent(
        wamid=ids.new_wamid(seeds, sent.user.removeprefix("+"), ids.OUTBOUND),
        number=number,
        user=sent.user,
        kind=kind,
        payload=payload,
        category=sent.category,
        is_voice=kind == "audio" and payload["audio"].get("voice") is True if sent.kind else False,
        choices=list(_choices(sent)) if sent.kind else [],
        shown=shown,
        quoted=conversation.quote(ctx, sent.user, payload["context"]["message_id"])
        if sent.kind and "context" in payload
        else None,
    )
    return Message(
        message_id=seeds.uuid("message"),
        account=ctx.account,
        region=ctx.region,
        channel="whatsapp",
        direction="outbound",
        origin=Origin(number.phone_number, "WHATSAPP", number.arn, "phone-number-id"),
        to=sent.user,
        country=country_of(sent.user) if sent.user.startswith("+") else UNKNOWN_COUNTRY,
        content=Content(body, UNICODE, 1, Extras(tuple(sent.files), whatsapp=content, code=_code_in(sent, shown))),
        operation="SendWhatsAppMessage",
        requested_at=ctx.now,
        status="ACCEPTED",
        message_type=sent.category.upper() if sent.kind else None,
    )


def _code_in(sent: Submission, shown: Document) -> str | None:
    buttons = shown.get("buttons", ()) if sent.category == "authentication" else ()
    return next((button["code"] for button in buttons if "code" in button), None)


def _shown(sent: Submission) -> Document:
    """Return what the phone shows of a message that has parts; nothing of one that Meta could not read."""
    if sent.template is not None and sent.is_template:
        return display.template_shown(sent.template, sent.payload["template"])
    return display.interactive_shown(sent.payload["interactive"]) if sent.kind.startswith("interactive.") else {}


def _take_effect(ctx: Context, sent: Submission, content: WhatsAppContent) -> None:
    """Note what a message that goes out changes: the entry point window, the use of a flow, a request for calls."""
    contact = sent.number.contact(sent.user)
    came = contact.from_advertisement
    if came is not None:
        if ctx.now < came + timedelta(days=1):
            contact.entry_point_ends = ctx.now + ENTRY_POINT_WINDOW
        contact.from_advertisement = None
    if sent.kind == "reaction":
        conversation.react(ctx, sent.user, "business", sent.payload["reaction"])
    if sent.flow is not None:
        sent.flow.sends.append(ctx.now)
    if sent.kind == "interactive.call_permission_request":
        contact.calls.requests.append(ctx.now)
    if ctx.world.settings.whatsapp_webhook_version < 24:
        content.conversation_id = ctx.world.seeds.hex_id("conversation")


def _charge(ctx: Context, sent: Submission, content: WhatsAppContent) -> Charge:
    settings, country = ctx.world.settings, country_of(sent.user)
    content.category = pricing.billed_category(settings, sent.number, sent.category, country)
    content.price_type = pricing.price_type(settings, sent.number, sent.user, content.category, ctx.now)
    return pricing.charge_of(content.category, content.price_type, country)


def _choices(sent: Submission) -> Iterator[Document]:
    """Yield what the user can tap: the text, and the members of the webhook's message."""
    if sent.template is not None and sent.is_template:
        for button in quick_replies(sent.template, sent.payload["template"]):
            yield {"text": button["text"], "message": {"type": "button", "button": button}}
        return
    if not sent.kind.startswith("interactive."):
        return
    action = sent.payload["interactive"]["action"]
    if sent.kind == "interactive.button":
        for button in action["buttons"]:
            reply = {"id": button["reply"]["id"], "title": button["reply"]["title"]}
            if sent.template is None:
                yield _choice(reply["title"], "button_reply", reply)
            else:
                # Direct Send makes a template of the message, and its buttons are quick replies. Source: Meta, Direct Send
                tapped = {"payload": reply["id"], "text": reply["title"]}
                yield {"text": reply["title"], "message": {"type": "button", "button": tapped}}
    elif sent.kind == "interactive.list":
        for row in (row for section in action["sections"] for row in section["rows"]):
            reply = {name: row[name] for name in ("id", "title", "description") if name in row}
            yield _choice(row["title"], "list_reply", reply)
    elif sent.kind == "interactive.carousel":
        yield from map(_card_choice, display.card_replies(action["cards"]))
    elif sent.kind == "interactive.call_permission_request":
        for text, answer in CALL_ANSWERS:
            yield _choice(text, "call_permission_reply", answer)


def _card_choice(reply: Document) -> Document:
    title = str(reply.get("title", ""))
    return _choice(title, "button_reply", {"id": reply.get("id", title), "title": title})


def _choice(text: str, kind: str, reply: Document) -> Document:
    return {"text": text, "message": {"type": "interactive", "interactive": {"type": kind, kind: reply}}}


# --- The statuses -----------------------------------------------------------------------------------------------------


def _schedule_first(ctx: Context, message: Message, outcome: Outcome, sent: Submission) -> None:
    content, template = message.whatsapp, sent.template
    assert content is not None
    if content.error is None and outcome.status == "FAILED":
        content.error = MetaError(NOT_ON_WHATSAPP, outcome.description).as_webhook()
    status: Status = "SENT" if content.error is None else "FAILED"
    held = pacing.hold(ctx, sent.account, template) if template is not None and content.error is None else pacing.NOT_HELD
    content.held_for = template.meta_template_id if held and template is not None else None
    after = SENT_AFTER + outcome.delay + held
    _schedule(ctx, message, status, after, final=status == "FAILED" or content.kind == "reaction")


def _schedule(ctx: Context, message: Message, status: Status, after: timedelta, *, final: bool) -> None:
    due = WhatsAppStepDue(ctx.account, ctx.region, message.message_id, status, final)
    message.timer = ctx.world.clock.schedule(after, due)


@reaction(WhatsAppStepDue)
def apply_step(ctx: Context, event: WhatsAppStepDue) -> None:
    """Bring a message to its next status, and schedule the following one."""
    message = ctx.store.messages.get(event.message_id)
    if message is None:
        return  # it is older than what is kept
    content, outcome = message.whatsapp, message.carriage.outcome
    assert content is not None
    assert outcome is not None
    if content.held_for is not None and pacing.is_dropped(ctx, content.held_for):
        content.error = MetaError(
            TEMPLATE_PAUSED, "The message was held, and dropped for the template's quality"
        ).as_webhook()
        set_status(ctx, message, "FAILED", final=True)
        return
    content.held_for = None
    set_status(ctx, message, event.status, final=event.final)
    if event.status == "SENT" and not event.final:
        handset = ctx.world.handsets.get(message.to)
        is_blocked = handset is not None and content.number.phone_number in handset.whatsapp_blocks
        # Whoever has blocked the business gets nothing more: the message stays sent, as providers of the API report.
        if outcome.status in ("SENT", "NO_RECEIPT") or is_blocked:
            return
        spread = ctx.world.seeds.fraction(f"whatsapp/{message.message_id}")
        _schedule(ctx, message, "DELIVERED", DELIVERED_AFTER_MIN + DELIVERED_AFTER_SPREAD * spread, final=True)
    elif event.status == "DELIVERED" and outcome.reads:
        _schedule(ctx, message, "READ", READ_AFTER, final=True)
    elif event.status == "READ" and content.is_voice:
        _schedule(ctx, message, "PLAYED", PLAYED_AFTER, final=True)


def read(ctx: Context, message: Message) -> None:
    """Have the user read a message that was delivered; a voice note is then played."""
    content = message.whatsapp
    assert content is not None
    if message.timer is not None:
        ctx.world.clock.cancel(message.timer)
    set_status(ctx, message, "READ", final=True)
    if content.is_voice:
        _schedule(ctx, message, "PLAYED", PLAYED_AFTER, final=True)


def set_status(ctx: Context, message: Message, status: Status, *, final: bool) -> None:
    """Bring a message to a status, and report it."""
    content = message.whatsapp
    details = (
        content.error["error_data"]["details"] if content is not None and content.error and status == "FAILED" else None
    )
    entry = message.add_status(status, ctx.now, details, final)
    ctx.emit(MessageStatusChanged(message, entry))


def force_status(ctx: Context, message: Message, status: Status, error_code: int | None) -> None:
    """Bring a message to a status at once, whatever was to come; `error_code` is Meta's, for FAILED."""
    content = message.whatsapp
    assert content is not None
    if message.timer is not None:
        ctx.world.clock.cancel(message.timer)
    if status == "FAILED":
        content.error = MetaError(NOT_ON_WHATSAPP if error_code is None else error_code).as_webhook()
    set_status(ctx, message, status, final=status != "SENT")
