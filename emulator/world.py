"""
The world: its clock, chance, stores and phones, and the subscribers of each fact.

A new service is one folder and one line in `SERVICES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from emulator import bounds
from emulator.faults import Faults
from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.ports import EventRules, Inputs
from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import Snapshotable, encode
from emulator.kernel.stores import Stores
from emulator.kernel.transaction import Transaction
from emulator.messaging import retention
from emulator.messaging.context import messaging
from emulator.messaging.facts import MessageAccepted
from emulator.messaging.limits import guide_rates
from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.reporting.charges import Charges
from emulator.reporting.destinations import Destinations, ReplyRoute
from emulator.reporting.event_log import EventLog
from emulator.reporting.metrics import Metrics
from emulator.reporting.outbox import BackoffElapsed, Outbox
from emulator.services.cognito_codes.service import component as cognito_codes
from emulator.services.end_user_messaging.service import service as end_user_messaging
from emulator.services.push.service import service as push
from emulator.services.sms_voice.service import service as sms_voice
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sns_texts.service import service as sns_texts
from emulator.services.social.service import service as social
from emulator.settings import Settings
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.handsets import Handset, Inbox
from emulator.telecom.throttling import ThrottledCarriers
from emulator.wire.context import NO_INPUTS, Context, RequestState
from emulator.wire.errors import LimitExceededException, NotImplementedYet, PendingLimitExceededException
from emulator.wire.service import Component, Operation, Service

SERVICES: tuple[Service[Any, Any], ...] = (sms_voice_v2, sms_voice, push, sns_texts, social, end_user_messaging)
OTHERS_KEPT = 10_000
"""How many more registrations' deliveries are listed than messages are kept."""
SLACK = 100
"""Messages are dropped together when there are more than are kept by one in so many."""
COMPACTED_AFTER = 4
"""The tables of messages are compacted each time that one in four of the messages that are kept has been dropped."""
COMPONENTS: tuple[Component[Any, Any], ...] = (messaging, *SERVICES, cognito_codes)


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
        "event_log",
        "charges",
        "metrics",
        "destinations",
        "_until_trim",
        "_file_bytes",
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
            each.name: Stores(partial(each.new_store, self), settings.scopes_kept, LimitExceededException)
            for each in COMPONENTS
            if each.stores_name == each.name
        }
        self.request_states: dict[str, Stores[RequestState]] = {
            each.name: Stores(lambda account, region: RequestState()) for each in COMPONENTS
        }
        self._counted = (*self.stores.values(), *self.request_states.values())
        self.scopes: dict[tuple[str, str, str], tuple[Any, RequestState]] = {}
        """Store and request state by component, account and region; saves each request two look-ups."""
        self.messaging_stores: Stores[MessagingStore] = self.stores[messaging.name]
        self.reply_routes: dict[str, list[ReplyRoute]] = {}
        self.outbox = Outbox(self.faults.raise_delivery_fault, settings.messages_kept + OTHERS_KEPT)
        self.event_log = EventLog()
        self.charges = Charges()
        self.metrics = Metrics(self.messaging_stores)
        self.destinations = Destinations(self.messaging_stores, self.outbox, self.reply_routes, settings.message_log_table)
        self._until_trim = 0
        """How many messages may come before it is looked whether too many are kept."""
        self._until_bounds = bounds.EVERY
        """The same for what else is kept, in requests and commands. In no snapshot: commands that only read count too."""
        self._dropped = 0
        """How many messages have been dropped since the tables of messages were compacted."""
        self._file_bytes = 0
        """The size of the files of the messages that are kept."""
        self.bus.defer(self._subscribe)

    def _subscribe(self) -> None:
        # Imported here, since a first answer needs none of them.
        from emulator.reporting.event_streams import EventStreams
        from emulator.reporting.sms_voice_destinations import SmsVoiceDestinations
        from emulator.reporting.sns_delivery_logs import SnsDeliveryLog
        from emulator.reporting.sns_usage_reports import SnsUsageReports
        from emulator.reporting.whatsapp_events import WhatsAppEvents

        self.bus.subscribe(BackoffElapsed, lambda event: self.outbox.end_backoff(event.target))
        self.bus.subscribe(MessageAccepted, self._count_message)
        subscribers = (
            self.event_log,
            self.destinations,
            self.metrics,
            self.charges,
            SmsVoiceDestinations(self.stores[sms_voice.name], self.outbox),
            EventStreams(self.stores[push.name], self.messaging_stores, self.outbox),
            SnsDeliveryLog(self.stores[sns_texts.name], self.seeds, self.outbox),
            SnsUsageReports(self.stores[sns_texts.name], self.messaging_stores, self.outbox),
            WhatsAppEvents(self.messaging_stores, self.outbox, self.destinations),
        )
        for subscriber in subscribers:
            for fact, function in subscriber.subscriptions():
                self.bus.subscribe(fact, function)
        for component in COMPONENTS:
            for event_type, reaction in component.reactions:
                self.bus.subscribe(event_type, partial(self._react, component, reaction))

    def _count_message(self, fact: MessageAccepted) -> None:
        self._until_trim -= 1
        self._file_bytes += retention.file_bytes(fact.message)
        if self._until_trim < 0 or self._file_bytes > retention.FILE_BYTES_MAX:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        """Drop what is older than what is kept; what it costs and counts is summed up first."""
        keep = self.settings.messages_kept
        self._until_trim = keep // SLACK
        # Nearly all are in both; a walk over them would hold up every request.
        kept = max(sum(len(store.messages) for store in self.messaging_stores), len(self.inbox.messages))
        if kept <= keep and self._file_bytes <= retention.FILE_BYTES_MAX:
            return
        self.charges.add_up()
        self.metrics.add_up()
        file_excess = self._file_bytes - retention.FILE_BYTES_MAX
        dropped = retention.drop_oldest(self.messaging_stores, self.inbox, kept - keep, file_excess)
        self._file_bytes -= sum(map(retention.file_bytes, dropped.values()))
        for message_id in dropped:
            self.outbox.forget(message_id)
        for store in self.stores[sns_texts.name]:
            store.forget(dropped)
        self.event_log.forget(dropped)
        self._dropped += len(dropped)
        if self._dropped >= keep // COMPACTED_AFTER:
            self._dropped = 0
            for each in (self.inbox, self.outbox, *self.messaging_stores):
                each.compact()

    def count_change(self) -> None:
        """Count a request or command that may have added something; now and then, drop the oldest of what is too much."""
        self._until_bounds -= 1
        if self._until_bounds > 0:
            return
        self._until_bounds = bounds.EVERY
        if len(self.metrics.facts) > bounds.RECORDS:
            self.metrics.add_up()
        bounds.drop_oldest(self.handsets, bounds.RECORDS)
        bounds.drop_oldest(self.reply_routes, bounds.RESOURCES)
        bounds.drop_oldest(self.faults.faults, bounds.RESOURCES)
        holders = (self.carriers, self.devices, self.destinations, self.metrics, self.charges)
        for holder in (*holders, *(store for stores in self.stores.values() for store in stores)):
            bounds.drop_excess(holder)

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

    def check(self, service: Service[Any, Any], operation: Operation, members: dict[str, Any], request_id: str) -> None:
        """
        Check what can be checked of a request before its unit of work begins.

        Raises:
            ServiceError: why it is refused.
        """
        if operation.handler is None:
            raise NotImplementedYet(f"{service.name} {operation.name} is not implemented by the emulator yet")
        if self.faults.faults:
            self.faults.raise_injected_fault(service.name, operation.name, request_id)
        if operation.deferrable and self.clock.pending_count >= self.settings.timers_kept:
            raise PendingLimitExceededException(self.settings.timers_kept)
        service.check(operation, members)

    def _scope(self, component: Component[Any, Any], account: str, region: str) -> tuple[Any, RequestState]:
        scope = (account, region)
        found = self.stores[component.stores_name][scope], self.request_states[component.name][scope]
        self.scopes[component.name, account, region] = found
        return found

    def count_stores(self) -> tuple[int, ...]:
        """Return how many accounts and regions each part has state of."""
        return tuple(map(len, self._counted))

    def drop_newest(self, counts: tuple[int, ...]) -> None:
        """Drop the state of accounts and regions that was made since they were counted, by what was then refused."""
        if counts == self.count_stores():
            return
        for each, count in zip(self._counted, counts, strict=True):
            for scope in each.scopes()[count:]:
                each.discard(scope)
                for key in [key for key in self.scopes if key[1:] == scope]:
                    del self.scopes[key]

    def _react(self, component: Component[Any, Any], reaction: Callable[..., None], event: Any) -> None:
        with self.transaction(component, event.account, event.region) as ctx:
            reaction(ctx, event)


BROKEN = (TypeError, ValueError, LookupError, AttributeError, RecursionError, OverflowError)
"""What building a world of a broken snapshot may raise."""


def restored_world(snapshot: Mapping[str, Any], run_due: Callable[[], None]) -> World:
    """
    Return the world of a snapshot, checked throughout.

    Raises:
        Exception: one of BROKEN; the snapshot is not valid.
    """
    settings, start, seed = snapshot["settings"], snapshot["world"]["clock"]["now"], snapshot["seed"]
    is_utc = isinstance(start, datetime) and start.tzinfo is not None
    if not isinstance(settings, Settings) or type(seed) is not int or not is_utc:
        raise ValueError("the settings, the seed or the time is not valid")
    world = World(seed, start, settings, run_due)
    world.restore(snapshot["world"])
    world.clock.pending()
    # What can be saved again, and is as it was, has the right parts throughout.
    if encode(world.snapshot()) != encode(snapshot["world"]):
        raise ValueError("it is not what a world saves")
    return world
