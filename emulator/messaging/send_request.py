"""What a send operation asks for, whatever the channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from emulator.messaging.channels import CHANNELS, Limit
from emulator.messaging.context import Context
from emulator.messaging.errors import invalid
from emulator.messaging.state.calls import Call
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.content import Content, compose
from emulator.messaging.state.messages import TIME_TO_LIVE_DEFAULT, Charge, Fallback
from emulator.messaging.state.protect import ProtectConfiguration
from emulator.messaging.store import MessagingStore
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164
from emulator.telecom.tariff import Price
from emulator.telecom.vocabulary import ChannelName, Status


@dataclass(slots=True, kw_only=True)
class SendRequest:
    """
    A message to be sent.

    Attributes:
        operation: the API call that asks for it.
        to: the destination in E.164.
        country: the ISO code of the destination.
        identity: the origination identity that the request names.
        max_price: in dollars, for one part, a minute, or a whole RCS message.
        message_id: the id that was promised for it; a new one by default.
        shared_route: it needs no identity of the account, wherever it goes: what SNS sends.
        verification: it is a verification code: the sandbox sends it to numbers that are not verified yet.
        free: it costs nothing: the first verification code of a number.
        defect: the status in which a carrier will end it, because of what its files turn out to be.
        spend_limit: AWS's word for the limit that it counts towards, where that is not its channel's.
    """

    operation: str
    channel: ChannelName
    to: str
    country: str
    content: Content
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
    shared_route: bool = False
    protect_configuration: ProtectConfiguration | None = None
    verification: bool = False
    free: bool = False
    defect: Status | None = None
    fallback: Fallback | None = None
    spend_limit: Limit | None = None

    @property
    def capability(self) -> str:
        """The capability that its number needs."""
        return CHANNELS[self.channel].capability

    @property
    def limit(self) -> Limit:
        """AWS's word for the monthly spend limit that it counts towards; empty for a push."""
        return CHANNELS[self.channel].spend_limit if self.spend_limit is None else self.spend_limit

    def cost(self, price: Price) -> Charge:
        """Return what all its parts cost at this price."""
        parts = self.content.parts
        return Charge(price.price * parts, price.carrier_fee * parts, self.limit)

    def as_channel(self, channel: ChannelName, content: Content, **changes: Any) -> SendRequest:
        """Return the same request for another channel."""
        return replace(self, channel=channel, content=content, **changes)


def text_request(operation: str, to: str, body: str, **members: Any) -> SendRequest:
    """Return the request for a text; `members` are further fields of SendRequest."""
    content = compose("sms", body)
    return SendRequest(operation=operation, channel="sms", to=to, country=country_of(to), content=content, **members)


def call_request(operation: str, to: str, body: str, call: Call, **members: Any) -> SendRequest:
    """Return the request for a call; `members` are further fields of SendRequest."""
    content = compose("voice", body, call=call)
    return SendRequest(operation=operation, channel="voice", to=to, country=country_of(to), content=content, **members)


def find_protection(
    store: MessagingStore, protect_configuration_id: str | None, configuration_set: ConfigurationSet | None
) -> ProtectConfiguration | None:
    """
    Return the protect configuration that applies: the request's, else the set's, else the account's.

    Source: protect-*.html
    """
    if protect_configuration_id is not None:
        return store.protect_configurations.get(protect_configuration_id)
    if configuration_set is not None and configuration_set.protect_configuration_id is not None:
        return store.protect_configurations.get(configuration_set.protect_configuration_id)
    return store.account_default_protect


def build_send_request(
    ctx: Context,
    operation: str,
    channel: ChannelName,
    content: Content,
    /,
    *,
    destination_phone_number: str,
    identity: str | None = None,
    message_type: str | None = None,
    configuration_set_name: str | None = None,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
    time_to_live: int | None = None,
    **members: Any,
) -> SendRequest:
    """
    Return the request of a send operation, with what its configuration set adds.

    Args:
        time_to_live: seconds.
        members: further fields of SendRequest.

    Raises:
        ValidationException: no country has the destination's calling code.
        ResourceNotFoundException: no such configuration set or protect configuration.
    """
    to = e164(destination_phone_number)
    country = country_of(to)
    if country == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")  # unverified
    request = SendRequest(
        operation=operation,
        channel=channel,
        to=to,
        country=country,
        content=content,
        identity=identity,
        message_type=message_type,
        **members,
    )
    request.feedback_enabled = bool(message_feedback_enabled)
    if time_to_live:
        request.time_to_live = timedelta(seconds=time_to_live)
    configuration_set = None
    if configuration_set_name is not None:
        configuration_set = ctx.store.configuration_sets.get(configuration_set_name)
        request.configuration_set = configuration_set.configuration_set_name
        request.default_sender_id = configuration_set.default_sender_id
        request.message_type = message_type or configuration_set.default_message_type
        if message_feedback_enabled is None:
            request.feedback_enabled = bool(configuration_set.default_message_feedback_enabled)
    request.protect_configuration = find_protection(ctx.store, protect_configuration_id, configuration_set)
    return request
