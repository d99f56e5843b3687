"""The request to send a message, on any channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.channels import CHANNELS, Limit
from emulator.messaging.context import Context
from emulator.messaging.errors import invalid
from emulator.messaging.state.applications import Application
from emulator.messaging.state.calls import Call
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.content import Content, compose
from emulator.messaging.state.messages import TIME_TO_LIVE_DEFAULT, Charge, Fallback, charge_of
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
        operation: the API operation that was called.
        to: the destination in E.164.
        country: the ISO code of the destination.
        identity: the origination identity that the request names.
        max_price: in dollars: for one part, for a minute of a call, or for a whole RCS message.
        message_id: the id that was already announced for it; None for a new one.
        service: the AWS service that sends it for the account, by its principal; None for the account itself.
        shared_route: whether it can be sent to any country without an identity of the account, as SNS does.
        verification: whether it is a verification code, which the sandbox also sends to numbers not verified yet.
        free: whether it costs nothing, as the first verification code sent to a number.
        defect: the status in which its carrier will end it, because of the content of its files.
        application: the Pinpoint application that sends it.
        spend_limit: AWS's name of the limit that it counts towards, if it is not that of its channel.
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
    service: str | None = None
    shared_route: bool = False
    protect_configuration: ProtectConfiguration | None = None
    verification: bool = False
    free: bool = False
    defect: Status | None = None
    fallback: Fallback | None = None
    spend_limit: Limit | None = None
    application: Application | None = None

    @property
    def capability(self) -> str:
        """The capability that the origination number needs."""
        return CHANNELS[self.channel].capability

    @property
    def limit(self) -> Limit:
        """AWS's name of the monthly spend limit that it counts towards; empty for a push notification."""
        return CHANNELS[self.channel].spend_limit if self.spend_limit is None else self.spend_limit

    def cost(self, price: Price) -> Charge:
        """Return the charge for all parts at this price."""
        parts = self.content.parts
        return charge_of(price.price * parts, price.carrier_fee * parts, self.limit)

    def as_channel(self, channel: ChannelName, content: Content, **changes: Any) -> SendRequest:
        """Return the same request for another channel; `changes` are further fields to replace."""
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
    Return the protect configuration that applies: the request's, else the configuration set's, else the account's.

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
    Return the request of a send operation, completed by the defaults of its configuration set.

    The parameters are the fields of the operation, with `time_to_live` in seconds; `members` are further fields of
    SendRequest.

    Raises:
        ValidationException: If no country has the calling code of the destination.
        ResourceNotFoundException: If the configuration set or the protect configuration does not exist.
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
