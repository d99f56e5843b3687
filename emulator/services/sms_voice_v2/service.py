"""The service object, and what its functions may ask of the world."""

from __future__ import annotations

from typing import Any, Protocol

from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.ports import Outside
from emulator.kernel.seeds import Seeds
from emulator.kernel.stores import Stores
from emulator.services.sms_voice_v2.errors import refusal, reuse_refusal, token_refusal
from emulator.services.sms_voice_v2.rates import admit
from emulator.services.sms_voice_v2.settings import Settings
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.handsets import Handset, Inbox
from emulator.wire.service import Context as WireContext
from emulator.wire.service import Service


class World(Protocol):
    """The world, as far as this service needs it."""

    clock: Clock
    seeds: Seeds
    bus: Bus
    settings: Settings
    carriers: Carriers
    handsets: dict[str, Handset]
    inbox: Inbox
    sms_stores: Stores[SmsStore]
    aws: Outside

    def look(self) -> None:
        """Have happened what is due by now, as far as the clock's mode goes."""


Context = WireContext[SmsStore, World]


def _new_store(world: World, account: str, region: str) -> SmsStore:
    return SmsStore(account, region, world.settings.tier, world.clock.now)


service: Service[SmsStore, World] = Service(
    "pinpoint-sms-voice-v2",
    _new_store,
    signing_name="sms-voice",
    target_prefix="PinpointSMSVoiceV2",
    namespace="com.amazonaws.pinpointsmsvoicev2",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=reuse_refusal,
    admit=admit,
)
operation = service.operation


class SharedWorld(World, Protocol):
    """The world, as far as the services need it that share these telephones."""

    devices: Devices

    def context(self, service: Service[Any, Any], account: str, region: str, request_id: str = "") -> Any:
        """What a function of the service is given."""
        ...


def sms_context(context: WireContext[Any, SharedWorld]) -> Context:
    """The same account and region here, for a function of another service."""
    found: Context = context.world.context(service, context.account, context.region, context.request_id)
    return found
