"""The messaging system as a component of the World, and the part of the World that its functions use."""

from __future__ import annotations

from typing import Any, Protocol

from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.ports import Inputs
from emulator.kernel.seeds import Seeds
from emulator.kernel.stores import Stores
from emulator.kernel.transaction import Transaction
from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.settings import Settings
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.handsets import Handset, Inbox
from emulator.wire.context import NO_INPUTS
from emulator.wire.context import Context as WireContext
from emulator.wire.service import Component


class World(Protocol):
    """The part of the World that the messaging system and the APIs on top of it use."""

    clock: Clock
    seeds: Seeds
    bus: Bus
    settings: Settings
    carriers: Carriers
    handsets: dict[str, Handset]
    inbox: Inbox[Message]
    devices: Devices
    messaging_stores: Stores[MessagingStore]

    def run_due(self) -> None:
        """Run the timers that are due, as the mode of the clock allows."""

    def transaction(
        self,
        component: Component[Any, Any],
        account: str,
        region: str,
        request_id: str = "",
        inputs: Inputs = NO_INPUTS,
        outer: Transaction | None = None,
    ) -> WireContext[Any, Any]:
        """Return a unit of work for the component, to be opened by `with`."""


Context = WireContext[MessagingStore, World]

messaging: Component[MessagingStore, World] = Component(
    "messaging",
    lambda world, account, region: MessagingStore(account, region, world.settings.tier, world.clock.now),
    "emulator.messaging",
)


def as_messaging(ctx: WireContext[Any, World]) -> Context:
    """Return a unit of work of the messaging system, nested in that of an API, for the same account and region."""
    inner: Context = ctx.world.transaction(messaging, ctx.account, ctx.region, ctx.request_id, ctx.inputs, outer=ctx)
    return inner


def messaging_store(ctx: WireContext[Any, World]) -> MessagingStore:
    """Return the messaging state of the caller's account and region; for the functions of an API."""
    return ctx.world.messaging_stores[ctx.account, ctx.region]
