"""
The world: its clock, chance, stores and phones, and the subscribers of each fact.

A new service is one folder and one line in `SERVICES`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from emulator.faults import Faults
from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.ports import EventRules, Inputs
from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Stores
from emulator.kernel.transaction import Transaction
from emulator.messaging.context import messaging
from emulator.messaging.limits import guide_rates
from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.reporting.charges import Charges
from emulator.reporting.destinations import Destinations, ReplyRoute
from emulator.reporting.event_streams import EventStreams
from emulator.reporting.metrics import Metrics
from emulator.reporting.outbox import BackoffElapsed, Outbox
from emulator.reporting.sms_voice_destinations import SmsVoiceDestinations
from emulator.services.push.service import service as push
from emulator.services.sms_voice.service import service as sms_voice
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.settings import Settings
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.handsets import Handset, Inbox
from emulator.telecom.throttling import ThrottledCarriers
from emulator.wire.context import NO_INPUTS, Context, RequestState
from emulator.wire.service import Component, Service

SERVICES: tuple[Service[Any, Any], ...] = (sms_voice_v2, sms_voice, push)
COMPONENTS: tuple[Component[Any, Any], ...] = (messaging, *SERVICES)


class World(Snapshotable):
    """One world, from its start until the next reset. The messaging system and the services see it as their `World`."""

    SNAPSHOT_FIELDS = (
        "clock",
        "seeds",
        "carriers",
        "handsets",
        "inbox",
        "devices",
        "faults",
        "stores",
        "request_states",
        "reply_routes",
        "outbox",
        "charges",
        "metrics",
        "destinations",
    )

    def __init__(self, seed: int, start: datetime, settings: Settings, run_due: Callable[[], None]) -> None:
        self.settings = settings
        self.run_due = run_due
        self.bus = Bus()
        self.clock = Clock(start, self.bus.publish)
        self.seeds = Seeds(seed)
        self.carriers = self._new_carriers()
        self.handsets: dict[str, Handset] = {}
        self.inbox: Inbox[Message] = Inbox()
        self.devices = Devices()
        self.faults = Faults(self.seeds)
        self.stores: dict[str, Stores[Any]] = {
            each.name: Stores(partial(each.new_store, self)) for each in COMPONENTS if each.stores_name == each.name
        }
        self.request_states: dict[str, Stores[RequestState]] = {
            each.name: Stores(lambda account, region: RequestState()) for each in COMPONENTS
        }
        self.scopes: dict[tuple[str, str, str], tuple[Any, RequestState]] = {}
        """Store and request state by component, account and region; saves each request two look-ups."""
        self.messaging_stores: Stores[MessagingStore] = self.stores[messaging.name]
        self.reply_routes: dict[str, list[ReplyRoute]] = {}
        self.outbox = Outbox(self.faults.raise_delivery_fault)
        self.charges = Charges()
        self.metrics = Metrics(self.messaging_stores)
        self.destinations = Destinations(self.messaging_stores, self.outbox, self.reply_routes, settings.message_log_table)
        self._subscribe()

    def _subscribe(self) -> None:
        self.bus.subscribe(BackoffElapsed, lambda event: self.outbox.end_backoff(event.target))
        subscribers = (
            self.destinations,
            self.metrics,
            self.charges,
            SmsVoiceDestinations(self.stores[sms_voice.name], self.outbox),
            EventStreams(self.stores[push.name], self.messaging_stores, self.outbox),
        )
        for subscriber in subscribers:
            for fact, function in subscriber.subscriptions():
                self.bus.subscribe(fact, function)
        for component in COMPONENTS:
            for event_type, reaction in component.reactions:
                self.bus.subscribe(event_type, partial(self._react, component, reaction))

    def _new_carriers(self) -> Carriers:
        if self.settings.rates == "guide":
            return ThrottledCarriers(self.seeds, clock=self.clock, limits=guide_rates.carrier_rates())
        return Carriers(self.seeds)

    def set_event_rules(self, rules: EventRules) -> None:
        """Set which accounts and regions have a rule on their event bus; done whenever the world is entered."""
        self.destinations.event_rules = rules

    def transaction(
        self,
        component: Component[Any, Any],
        account: str,
        region: str,
        request_id: str = "",
        inputs: Inputs = NO_INPUTS,
        outer: Transaction | None = None,
    ) -> Context[Any, Any]:
        """
        Return a unit of work, to be used in a `with` statement: its facts are published on success, and dropped on an
        error.

        Args:
            component: the component whose functions will act.
            account: the account to act for.
            region: the region to act in.
            request_id: the request that it is part of.
            inputs: what was read for it from other AWS services.
            outer: the unit of work that this one is part of, and that publishes the facts of both.
        """
        name = component.name
        store, request_state = self.scopes.get((name, account, region)) or self._scope(component, account, region)
        return Context(self, account, region, store, request_state, request_id=request_id, inputs=inputs, outer=outer)

    def _scope(self, component: Component[Any, Any], account: str, region: str) -> tuple[Any, RequestState]:
        scope = (account, region)
        found = self.stores[component.stores_name][scope], self.request_states[component.name][scope]
        self.scopes[component.name, account, region] = found
        return found

    def _react(self, component: Component[Any, Any], reaction: Callable[..., None], event: Any) -> None:
        with self.transaction(component, event.account, event.region) as ctx:
            reaction(ctx, event)
