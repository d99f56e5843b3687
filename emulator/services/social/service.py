"""The service object of `socialmessaging`: this API works on the messaging system's own state."""

from __future__ import annotations

from emulator.kernel.tables import load_table
from emulator.messaging.context import Context as Context
from emulator.messaging.context import World, messaging
from emulator.messaging.errors import ThrottlingException
from emulator.messaging.limits.request_rates import consume
from emulator.messaging.store import MessagingStore
from emulator.messaging.whatsapp.errors import ThrottledRequestException
from emulator.services.social.errors import refusal, token_refusal, write_refusal
from emulator.wire.service import Service


def throttle(ctx: Context, operation_name: str) -> None:
    """
    Count a request towards the operation's rate, where rates are enforced.

    Raises:
        ThrottledRequestException: there are too many in this second.
    """
    rate = load_table("messaging/whatsapp/data/quotas.json")["requests_per_second"].get(operation_name)
    if rate is None or not ctx.world.settings.rates_enforced:
        return
    try:
        consume(ctx, (f"request/{operation_name}", 1, rate))
    except ThrottlingException as error:
        raise ThrottledRequestException from error


service: Service[MessagingStore, World] = Service(
    "socialmessaging",
    messaging.new_store,
    "emulator.services.social.operations",
    stores_of=messaging,
    signing_name="social-messaging",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
    write_refusal=write_refusal,
    throttle=throttle,
)
