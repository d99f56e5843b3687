"""
Calls: the permissions that users give, and calls from both sides.

A call of the business rings, and is answered as the handset behaves. A connected call makes room for requests again; after
four calls in a row that nobody has answered the permission is revoked. The codes are Meta's; that they are refusals at once,
which the model's AccessDeniedByMetaException and ConflictException allow, is # unverified.
Sources: Meta, "Obtain user call permissions" (2026-06-26) and "Business-initiated calls"
"""

from __future__ import annotations

from datetime import datetime, timedelta

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import CallPermission, Document, WhatsAppAccount, WhatsAppCall, WhatsAppNumber
from emulator.messaging.timers import WhatsAppCallStepDue
from emulator.messaging.whatsapp import ids
from emulator.messaging.whatsapp.accounts import get_number, report
from emulator.messaging.whatsapp.errors import ConflictException, MetaError, ResourceNotFoundException
from emulator.messaging.whatsapp.fields import Field, check_fields, objects, text
from emulator.messaging.whatsapp.receiving import open_window, revoke_calls
from emulator.telecom.carriers import RINGS_WAITING_FOR, WAIT
from emulator.telecom.handsets import Handset
from emulator.wire.service import reaction

NOT_ENABLED, UNCALLABLE, CALLS_LIMIT, NO_PERMISSION, REQUESTS_LIMIT = 138000, 138001, 138012, 138006, 138009
RINGS_FOR = timedelta(seconds=5)
RINGS_IN_VAIN_FOR = timedelta(seconds=30)
CALLS_KEPT = 1000
"""Calls that a number remembers; the oldest is dropped first."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
REQUEST_LIMITS = (("PT24H", DAY, 1), ("P7D", WEEK, 2))
CALL_LIMITS = (("PT24H", DAY, 100),)
"""How many requests for permission, and connected calls, are allowed in a time."""
UNANSWERED_MAX = 4
ACTIONS = ("connect", "pre_accept", "accept", "reject", "terminate")
FIELDS = (
    text("messaging_product", choices=("whatsapp",)),
    text("action", choices=ACTIONS),
    Field("session", "object"),
    text("session.sdp_type", choices=("offer", "answer")),
    text("session.sdp"),
)
RINGING, CONNECTED, ENDED = "ringing", "connected", "ended"
ANSWER_SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
"""The handset's answer: a session without media."""


def permission_of(number: WhatsAppNumber, user: str, now: datetime) -> tuple[str, datetime | None]:
    """Return what a user allows, as AWS names it, and until when."""
    permission = number.contacts[user].calls if user in number.contacts else CallPermission()
    if permission.is_permanent:
        return "permanent", None
    if permission.expires_at is not None and now < permission.expires_at:
        return "temporary", permission.expires_at
    return "no_permission", None


def actions_of(number: WhatsAppNumber, user: str, now: datetime) -> list[Document]:
    """Return what a business may do about calls to a user, with the limits."""
    permission = number.contacts[user].calls if user in number.contacts else CallPermission()
    allowed = permission_of(number, user, now)[0] != "no_permission"
    requests = limits_of(permission.requests, REQUEST_LIMITS, now)
    calls = limits_of(permission.calls, CALL_LIMITS, now)
    return [
        {
            "actionName": "send_call_permission_request",
            "canPerformAction": not allowed and has_room(requests),
            "limits": requests,
        },
        {"actionName": "start_call", "canPerformAction": allowed and has_room(calls), "limits": calls},
    ]


def has_room(limits: list[Document]) -> bool:
    """Return True if none of the limits is used up."""
    return all(limit["currentUsage"] < limit["maxAllowed"] for limit in limits)


def limits_of(times: list[datetime], limits: tuple[tuple[str, timedelta, int], ...], now: datetime) -> list[Document]:
    """Return what is used of each limit, as AWS shows it."""
    rows = []
    for period, length, most in limits:
        recent = [at for at in times if at > now - length]
        row: Document = {"timePeriod": period, "maxAllowed": most, "currentUsage": len(recent)}
        # Only a limit that is reached has a time at which it resets: the service model, WhatsAppCallPermissionLimit.
        rows.append(row | ({"limitExpirationTime": recent[-most] + length} if len(recent) >= most else {}))
    return rows


def handle(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, event: Document) -> str:
    """
    Carry out a call event of the business, and return the id of the call.

    Raises:
        InvalidParametersException: a field is missing or not valid, or Meta refuses by one of its codes.
        ResourceNotFoundException: there is no such call.
        ConflictException: the call is in another state.
    """
    try:
        check_fields(event, FIELDS)
        if event["action"] == "connect":
            check_fields(event, (text("to"), *objects("session")))
            return _start(ctx, account, number, event)
        check_fields(event, (text("call_id"),))
    except MetaError as error:
        raise error.as_refusal() from error
    call = number.calls.get(event["call_id"])
    if call is None:
        raise ResourceNotFoundException(f"Call not found: {event['call_id']}")
    if call.status == ENDED or (event["action"] != "terminate" and (not call.from_user or call.status != RINGING)):
        raise ConflictException(f"The call is {call.status}")
    if event["action"] == "accept":
        _connected(ctx, number, call)
    elif event["action"] in ("reject", "terminate"):
        end(ctx, account, number, call)
    return call.call_id


def _start(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, event: Document) -> str:
    user = f"+{str(event['to']).removeprefix('+')}"
    handset = ctx.world.handsets.get(user) or Handset(user)
    if not (number.call_settings or {}).get("callEnabled"):
        raise MetaError(NOT_ENABLED)
    if not handset.whatsapp:
        raise MetaError(UNCALLABLE)
    if permission_of(number, user, ctx.now)[0] == "no_permission":
        raise MetaError(NO_PERMISSION)
    permission = number.contact(user).calls
    permission.calls = [at for at in permission.calls if at > ctx.now - DAY]
    if not has_room(limits_of(permission.calls, CALL_LIMITS, ctx.now)):
        raise MetaError(CALLS_LIMIT)
    if any(call.user == user and call.status != ENDED for call in number.calls.values()):
        raise ConflictException("There is a call with this user already")
    call = _new_call(ctx, number, user, from_user=False)
    _report_status(ctx, account, number, call, "RINGING")
    answers = handset.answers == "answer"
    due = WhatsAppCallStepDue(ctx.account, ctx.region, number.phone_number_id, call.call_id, CONNECTED if answers else ENDED)
    in_vain = RINGS_WAITING_FOR if handset.answers == WAIT else RINGS_IN_VAIN_FOR
    ctx.world.clock.schedule(RINGS_FOR if answers else in_vain, due)
    return call.call_id


def _new_call(ctx: Context, number: WhatsAppNumber, user: str, *, from_user: bool) -> WhatsAppCall:
    call = WhatsAppCall(ids.new_call_id(ctx.world.seeds, user.removeprefix("+")), user, from_user, RINGING, ctx.now)
    number.calls[call.call_id] = call
    if len(number.calls) > CALLS_KEPT:
        del number.calls[next(iter(number.calls))]
    return call


@reaction(WhatsAppCallStepDue)
def step(ctx: Context, event: WhatsAppCallStepDue) -> None:
    """Answer a call of the business, or let it ring in vain."""
    try:
        account, number = get_number(ctx, event.phone_number_id)
    except ResourceNotFoundException:
        return  # the account was unlinked meanwhile
    call = number.calls.get(event.call_id)
    if call is None or call.status != RINGING:
        return
    if event.status == ENDED:
        _end_unanswered(ctx, account, number, call)
    else:
        answer(ctx, account, number, call)


def _end_unanswered(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, call: WhatsAppCall) -> None:
    end(ctx, account, number, call)
    permission = number.contact(call.user).calls
    permission.unanswered += 1
    if permission.unanswered == UNANSWERED_MAX:
        revoke_calls(ctx, number, call.user)


def answer(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, call: WhatsAppCall) -> None:
    """Have a user answer a call of the business."""
    _connected(ctx, number, call)
    _report_status(ctx, account, number, call, "ACCEPTED")
    session = {"session": {"sdp_type": "answer", "sdp": ANSWER_SDP}}
    report(ctx, account, "calls", {"calls": [_connect(ctx, number, call, "BUSINESS_INITIATED") | session]}, number)


def _connected(ctx: Context, number: WhatsAppNumber, call: WhatsAppCall) -> None:
    call.status, call.answered_at = CONNECTED, ctx.now
    permission = number.contact(call.user).calls
    permission.requests.clear()
    if not call.from_user:
        permission.calls.append(ctx.now)
        permission.unanswered = 0


def call_business(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, user: str) -> WhatsAppCall:
    """Have a user call a business, which opens the window."""
    open_window(ctx, number, user)
    call = _new_call(ctx, number, user, from_user=True)
    session = {"session": {"sdp_type": "offer", "sdp": ANSWER_SDP}}
    report(ctx, account, "calls", {"calls": [_connect(ctx, number, call, "USER_INITIATED") | session]}, number)
    return call


def hang_up(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, call: WhatsAppCall) -> None:
    """Have a user end a call; one of the business that still rings is declined."""
    if call.from_user or call.status == CONNECTED:
        end(ctx, account, number, call)
        return
    _report_status(ctx, account, number, call, "REJECTED")
    # unverified: a call that is declined counts as unanswered
    _end_unanswered(ctx, account, number, call)


def end(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, call: WhatsAppCall) -> None:
    """End a call, and report how long it took; one that nobody has answered counts as completed too, as with Meta."""
    ended = _connect(ctx, number, call, "USER_INITIATED" if call.from_user else "BUSINESS_INITIATED")
    ended |= {"event": "terminate", "status": "COMPLETED"}
    if call.answered_at is not None:
        ended |= {
            "start_time": str(int(call.answered_at.timestamp())),
            "end_time": str(int(ctx.now.timestamp())),
            "duration": int((ctx.now - call.answered_at).total_seconds()),
        }
    call.status = ENDED
    report(ctx, account, "calls", {"calls": [ended]}, number)


def _connect(ctx: Context, number: WhatsAppNumber, call: WhatsAppCall, direction: str) -> Document:
    user = call.user.removeprefix("+")
    sides = (user, number.digits) if call.from_user else (number.digits, user)
    return {
        "id": call.call_id,
        "from": sides[0],
        "to": sides[1],
        "event": "connect",
        "timestamp": str(int(ctx.now.timestamp())),
        "direction": direction,
    }


def _report_status(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, call: WhatsAppCall, status: str) -> None:
    row = {
        "id": call.call_id,
        "timestamp": str(int(ctx.now.timestamp())),
        "type": "call",
        "status": status,
        "recipient_id": call.user.removeprefix("+"),
    }
    report(ctx, account, "calls", {"statuses": [row]}, number)
