"""What a send operation asks for, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from emulator.messaging.context import Context
from emulator.messaging.errors import invalid
from emulator.messaging.state.calls import Call
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.media import Media
from emulator.messaging.state.messages import Fallback
from emulator.messaging.state.protect import ProtectConfiguration
from emulator.messaging.state.rcs import RcsContent
from emulator.messaging.state.spend import LIMIT_OF_CHANNEL
from emulator.messaging.store import MessagingStore
from emulator.telecom import segments
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164
from emulator.telecom.segments import Segments

TIME_TO_LIVE_DEFAULT = timedelta(hours=72)


@dataclass(slots=True)
class SendRequest:
    """A message to be: `to` is E.164 with its plus, `capability` the one that its number needs."""

    operation: str
    channel: str
    capability: str
    to: str
    country: str
    body: str
    identity: str | None = None
    message_type: str | None = None
    keyword: str | None = None
    configuration_set: str | None = None
    max_price: str | None = None
    time_to_live: timedelta = TIME_TO_LIVE_DEFAULT
    context: dict[str, str] | None = None
    destination_country_parameters: dict[str, str] | None = None
    feedback_enabled: bool = False
    dry_run: bool = False
    default_sender_id: str | None = None
    message_id: str | None = None
    """The id that was promised for it; a new one by default."""
    shared_route: bool = False
    """Needs no identity of the account's, wherever it goes: what SNS sends."""
    protect_configuration: ProtectConfiguration | None = None
    verification: bool = False
    """A verification code: the sandbox sends it to numbers that are not verified yet."""
    free: bool = False
    """Costs nothing: the first verification code of a number."""
    media: tuple[Media, ...] = ()
    defect: str | None = None
    """The status in which a carrier will end it, because of what its files turn out to be."""

    call: Call | None = None
    rcs: RcsContent | None = None
    fallback: Fallback | None = None
    spend_limit: str | None = None
    """AWS's word for the limit that it counts towards, where that is not its channel's."""
    limit: str = field(init=False)
    """AWS's word for the monthly spend limit that it counts towards; empty for a push."""
    segments: Segments = field(init=False)
    """How it is encoded, and in how many parts it is sent and charged: only texts are split."""

    def __post_init__(self) -> None:
        self.limit = self.spend_limit or LIMIT_OF_CHANNEL.get(self.channel, "")
        if self.rcs is not None:
            self.segments = Segments("UNICODE", self.rcs.segments)
        else:
            split = segments.split(self.body)
            self.segments = split if self.channel == "sms" else Segments(split.encoding, 1)


def protecting(
    store: MessagingStore, protect_configuration_id: str | None, configuration_set: ConfigurationSet | None
) -> ProtectConfiguration | None:
    """Which protect configuration applies: the request's, else the set's, else the account's. Source: protect-*.html"""
    if protect_configuration_id is not None:
        return store.protect_configurations.get(protect_configuration_id)
    if configuration_set is not None and configuration_set.protect_configuration_id is not None:
        return store.protect_configurations.get(configuration_set.protect_configuration_id)
    return store.account_default_protect


def build_send_request(
    ctx: Context,
    operation: str,
    channel: str,
    destination_phone_number: str,
    body: str,
    /,
    *,
    capability: str,
    identity: str | None = None,
    message_type: str | None = None,
    configuration_set_name: str | None = None,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
    time_to_live: int | None = None,
    **members: Any,
) -> SendRequest:
    """
    A message to be; `members` are further fields of SendRequest.

    Raises:
        ValidationException: no country has the destination's calling code.
        ResourceNotFoundException: no such configuration set or protect configuration.
    """
    to = e164(destination_phone_number)
    country = country_of(to)
    if country == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")  # unverified
    wanted = SendRequest(operation, channel, capability, to, country, body, identity, message_type, **members)
    wanted.feedback_enabled = bool(message_feedback_enabled)
    if time_to_live:
        wanted.time_to_live = timedelta(seconds=time_to_live)
    configuration_set = None
    if configuration_set_name is not None:
        configuration_set = ctx.store.configuration_sets.get(configuration_set_name)
        wanted.configuration_set = configuration_set.configuration_set_name
        wanted.default_sender_id = configuration_set.default_sender_id
        wanted.message_type = message_type or configuration_set.default_message_type
        if message_feedback_enabled is None:
            wanted.feedback_enabled = bool(configuration_set.default_message_feedback_enabled)
    wanted.protect_configuration = protecting(ctx.store, protect_configuration_id, configuration_set)
    return wanted
