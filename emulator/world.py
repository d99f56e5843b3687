"""
One world: its clock, chance, stores and telephones, and who in it hears of which fact.

A new service is one line in `SERVICES`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from emulator.faults import Faults
from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.ports import Outside
from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import Kept
from emulator.kernel.stores import Stores
from emulator.reporting.charges import Charges
from emulator.reporting.destinations import Destinations, ReplyRoute
from emulator.reporting.event_streams import EventStreams
from emulator.reporting.metrics import Metrics
from emulator.reporting.outbox import Outbox, TargetRested
from emulator.reporting.voice_destinations import VoiceDestinations
from emulator.services.push import operations as _push_operations  # noqa: F401  registers the handlers
from emulator.services.push.events import AppEventReported
from emulator.services.push.service import service as push
from emulator.services.sms_voice import operations as _sms_voice_operations  # noqa: F401  registers the handlers
from emulator.services.sms_voice.service import service as sms_voice
from emulator.services.sms_voice_v2 import calls as _calls  # noqa: F401  registers what happens in calls
from emulator.services.sms_voice_v2 import consent as _consent  # noqa: F401  registers its reactions
from emulator.services.sms_voice_v2 import fallbacks as _fallbacks  # noqa: F401  registers what follows RCS
from emulator.services.sms_voice_v2 import guide_rates
from emulator.services.sms_voice_v2 import operations as _operations  # noqa: F401  registers the handlers
from emulator.services.sms_voice_v2 import rcs_launches as _launches  # noqa: F401  registers how agents come to be
from emulator.services.sms_voice_v2.events import FeedbackGiven, MessageAccepted, MessageForwarded, MessageMoved
from emulator.services.sms_voice_v2.events_registrations import RegistrationMoved
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.settings import Settings
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.handsets import Handset, Inbox
from emulator.telecom.pacing import PacedCarriers
from emulator.wire.service import Context, Ledger, Service

SERVICES: tuple[Service[Any, Any], ...] = (sms_voice_v2, sms_voice, push)


class World(Kept):
    """One world, from its beginning to its reset. The services see it as their `World`."""

    KEPT = tuple(
        "clock seeds carriers handsets inbox devices faults stores ledgers reply_routes outbox charges metrics"
        " destinations".split()
    )

    def __init__(self, seed: int, start: datetime, settings: Settings, aws: Outside, look: Callable[[], None]) -> None:
        self.settings = settings
        self.look = look
        self.aws = aws
        self.bus = Bus()
        self.clock = Clock(start, self.bus.publish)
        self.seeds = Seeds(seed)
        self.carriers = self._new_carriers()
        self.handsets: dict[str, Handset] = {}
        self.inbox = Inbox()
        self.devices = Devices()
        self.faults = Faults(self.seeds)
        self.stores: dict[str, Stores[Any]] = {s.name: Stores(partial(s.new_store, self)) for s in SERVICES}
        self.ledgers: dict[str, Stores[Ledger]] = {s.name: Stores(lambda account, region: Ledger()) for s in SERVICES}
        self.scopes: dict[tuple[str, str, str], tuple[Any, Ledger]] = {}
        """Store and ledger by service, account and region: two look-ups less for each request."""
        self.sms_stores: Stores[SmsStore] = self.stores[sms_voice_v2.name]
        self.reply_routes: dict[str, list[ReplyRoute]] = {}
        self.outbox = Outbox(self.faults.strike_delivery)
        self.charges = Charges()
        self.metrics = Metrics(self.sms_stores)
        self.destinations = destinations = Destinations(
            self.sms_stores, self.outbox, aws.listens, self.reply_routes, settings.message_log_table
        )
        self.bus.subscribe(MessageAccepted, destinations.message_accepted)
        self.bus.subscribe(MessageAccepted, self.metrics.facts.append)
        self.bus.subscribe(MessageMoved, self.metrics.facts.append)
        self.bus.subscribe(FeedbackGiven, self.metrics.facts.append)
        self.bus.subscribe(TargetRested, lambda event: self.outbox.wake(event.target))
        self.bus.subscribe(MessageAccepted, self.charges.waiting.append)
        self.bus.subscribe(MessageMoved, destinations.message_moved)
        voice_destinations = VoiceDestinations(self.stores[sms_voice.name], self.outbox)
        self.bus.subscribe(MessageMoved, voice_destinations.message_moved)
        self.bus.subscribe(MessageAccepted, voice_destinations.message_accepted)
        self.bus.subscribe(RegistrationMoved, destinations.registration_moved)
        self.bus.subscribe(MessageForwarded, destinations.message_forwarded)
        self.bus.subscribe(AppEventReported, EventStreams(self.outbox).event_reported)
        for service in SERVICES:
            for event_type, reaction in service.reactions:
                self.bus.subscribe(event_type, partial(self._react, service, reaction))

    def _new_carriers(self) -> Carriers:
        if self.settings.rates == "guide":
            return PacedCarriers(self.seeds, clock=self.clock, paces=guide_rates.carrier_paces())
        return Carriers(self.seeds)

    def context(self, service: Service[Any, Any], account: str, region: str, request_id: str = "") -> Context[Any, Any]:
        """What a function of the service is given."""
        store, ledger = self.scopes.get((service.name, account, region)) or self._scope(service.name, account, region)
        return Context(self, account, region, store, ledger, request_id)

    def _scope(self, service_name: str, account: str, region: str) -> tuple[Any, Ledger]:
        scope = (account, region)
        found = self.stores[service_name][scope], self.ledgers[service_name][scope]
        self.scopes[service_name, account, region] = found
        return found

    def _react(self, service: Service[Any, Any], reaction: Callable[..., None], event: Any) -> None:
        context = self.context(service, event.account, event.region)
        reaction(context, event)
        self.bus.publish_all(context.facts)
