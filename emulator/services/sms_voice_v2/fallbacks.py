"""
When RCS does not reach the handset: the same message goes by SMS or MMS.

A message that a pool or the account's identities send by RCS waits 25 seconds for a receipt. One whose request names a
fallback takes it when RCS has failed, or its time to live is over. Source: rcs-sms-fallback.html
"""

from __future__ import annotations

from emulator.services.sms_voice_v2 import routing
from emulator.services.sms_voice_v2.checks import CHECKS_OF_FALLBACKS
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.events import FallbackDue
from emulator.services.sms_voice_v2.sending import fallback_by, reach, schedule_step, withdraw
from emulator.services.sms_voice_v2.service import Context, service
from emulator.services.sms_voice_v2.state.messages import Fallback
from emulator.telecom import tariff


def of(context: Context, draft: Draft) -> Fallback:
    """
    The fallback that a draft of it makes, when RCS has failed.

    Raises:
        ServiceError: no identity can send it there, or what is to send it may not. # unverified: what AWS looks at when
    """
    route = routing.choose(context, draft, without_rcs=True)
    price = tariff.unit_price(draft.channel, draft.country, route.sender_type)
    for check in CHECKS_OF_FALLBACKS:
        check(context, draft, route, price)
    return fallback_by(draft, route, None)


@service.when(FallbackDue)
def fall_back(context: Context, event: FallbackDue) -> None:
    """Send a message again as what it falls back to, unless it has arrived."""
    message = context.store.messages[event.message_id]
    fallback = message.fallback
    if fallback is None or message.final:
        return
    message.fallback = None
    withdraw(context, message)
    if message.channel == "rcs":
        reach(context, message, "FALLEN_BACK_TO_SMS", final=False)
    store = context.store
    store.spend.add(message.spend_limit, message.requested_at, -(message.price + message.carrier_fee))
    message.fall_back(fallback, context.now)
    store.spend.add(message.spend_limit, message.requested_at, message.price + message.carrier_fee)
    message.outcome = context.world.carriers.outcome(message, context.world.handsets.get(message.to))
    schedule_step(context, message)
