"""
Fallbacks: a message that RCS does not deliver is sent by SMS or MMS.

A message that a pool or the account's identities send by RCS waits 25 seconds for a receipt. A message whose request
names a fallback uses it when RCS has failed, or its time to live is over. Source: rcs-sms-fallback.html
"""

from __future__ import annotations

from dataclasses import replace

from emulator.messaging.context import Context
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import routing
from emulator.messaging.sending.checks import CHECKS_OF_FALLBACKS
from emulator.messaging.sending.lifecycle import fallback_by, schedule_step, set_status, withdraw
from emulator.messaging.state.messages import Fallback
from emulator.messaging.timers import FallbackDue
from emulator.telecom import tariff
from emulator.wire.service import reaction


def build_fallback(ctx: Context, request: SendRequest) -> Fallback:
    """
    Return the fallback described by a request of its own, to be used when RCS has failed.

    Raises:
        ServiceError: If no identity can send it to the destination, or the identity may not. # unverified: AWS's checks
    """
    route = routing.choose(ctx, request, without_rcs=True)
    price = tariff.unit_price(request.channel, request.country, route.sender_type)
    for check in CHECKS_OF_FALLBACKS:
        check(ctx, request, route, price)
    return fallback_by(request, route, None)


@reaction(FallbackDue)
def fall_back(ctx: Context, event: FallbackDue) -> None:
    """Send a message by its fallback, unless it has reached a final status."""
    message = ctx.store.messages.get(event.message_id)
    fallback = None if message is None else message.carriage.fallback
    if message is None or fallback is None or message.final:
        return
    message.carriage = replace(message.carriage, fallback=None)
    withdraw(ctx, message)
    if message.channel == "rcs":
        set_status(ctx, message, "FALLEN_BACK_TO_SMS", final=False)
    store = ctx.store
    store.spend.add(message.charge.limit, message.requested_at, -message.charge.total)
    message.fall_back(fallback, ctx.now)
    store.spend.add(message.charge.limit, message.requested_at, message.charge.total)
    outcome = ctx.world.carriers.outcome(message, ctx.world.handsets.get(message.to))
    message.carriage = replace(message.carriage, outcome=outcome)
    schedule_step(ctx, message)
