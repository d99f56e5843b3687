"""
Notify: messages made from AWS's templates, sent from the pool of a configuration or from AWS's own numbers.

Sources: notify-*.html, notify-spend-limits.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.messaging.channels import BY_CAPABILITY
from emulator.messaging.context import Context
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
)
from emulator.messaging.limits import request_rates
from emulator.messaging.registrations.requirements import GENERIC_SENDER
from emulator.messaging.send_request import SendRequest, build_send_request
from emulator.messaging.sending import routing
from emulator.messaging.sending.lifecycle import accept
from emulator.messaging.state.content import compose
from emulator.messaging.state.notify import NotifyConfiguration, NotifyTemplate, refusal_of, templates
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.routes import Route
from emulator.messaging.timers import NotifyConfigurationReviewed
from emulator.messaging.voice.scripts import script_call
from emulator.telecom.numbering import calling_code_of_region, country_of, e164
from emulator.wire.service import reaction

TIER_LIMIT = "DAILY_NOTIFY_TIER_MESSAGE_LIMIT"
NOTHING_OFFERED: Mapping[str, str] = {}
SEPARATORS = re.compile(r"(?<=\d)[. ]+")
"""What may separate the digits of a code that is read to the recipient."""
OWN_NUMBER = "+18335550199"
"""A number of AWS's own, for countries without sender ids. # unverified"""


@dataclass(frozen=True, slots=True)
class SentNotify:
    """An accepted message, or one that a dry run would have sent."""

    message_id: str
    template_id: str
    resolved_message_body: str


@reaction(NotifyConfigurationReviewed)
def activate(ctx: Context, event: NotifyConfigurationReviewed) -> None:
    """Approve the display name, unless the control API has decided otherwise."""
    configuration = ctx.store.notify_configurations.find(event.notify_configuration_id)
    if configuration is not None and configuration.status == "PENDING":
        configuration.status = "ACTIVE"


def find_template(template_id: str) -> NotifyTemplate:
    """
    Return AWS's template by its id.

    Raises:
        ResourceNotFoundException: If AWS has no such template.
    """
    template = templates().get(template_id)
    if template is None:
        raise ResourceNotFoundException("notify-template", template_id)
    return template


def choose_template(
    configuration: NotifyConfiguration, template_id: str | None, channel: str, destination: str
) -> NotifyTemplate:
    """
    Return the template of a message, if the configuration may send it to the destination.

    Raises:
        ConflictException: If the configuration is not active.
        ValidationException: If its channels, countries or tier do not allow it, or no template is named.
        ResourceNotFoundException: If the template does not exist.
    """
    if configuration.status != "ACTIVE":
        reference = configuration.notify_configuration_id
        raise ConflictException("NOTIFY_CONFIGURATION_NOT_ACTIVE", "notify-configuration", reference)
    if channel not in configuration.enabled_channels:
        sentence = f"{channel} is not enabled; enabled: {', '.join(configuration.enabled_channels)}"
        raise ValidationException("CHANNEL_NOT_ENABLED", ("notifyConfigurationId", sentence))
    country = country_of(e164(destination))
    chosen = template_id or configuration.default_template_id
    if chosen is None:
        raise missing("templateId")
    template = find_template(chosen)
    enabled = configuration.enabled_countries
    if country not in template.supported_countries or (enabled is not None and country not in enabled):
        raise ValidationException("COUNTRY_NOT_ENABLED", ("destinationPhoneNumber", f"{country} is not enabled"))
    if configuration.tier not in template.tier_access:
        raise invalid("templateId", f"{chosen} is not available in the tier {configuration.tier}")
    return template


def resolve(
    configuration: NotifyConfiguration, template: NotifyTemplate, values: dict[str, str], *, spoken: bool = False
) -> str:
    """
    Return the text of a message: the template with these values of its variables.

    A `spoken` code may have its digits separated, as the guide advises for calls: "1. 2. 3. 4. 5. 6.". Source:
    notify-send-messages.html

    Raises:
        ValidationException: If a variable is missing or unknown, or has an invalid value.
    """
    own = {name for name, metadata in template.variables.items() if metadata["Source"] == "CUSTOMER"}
    for name in sorted(own):
        if name not in values and template.variables[name]["Required"]:
            raise ValidationException("MISSING_PARAMETER", ("templateVariables", f"{name} is required"))
    for name, value in values.items():
        bare = SEPARATORS.sub("", value) if spoken else value
        refusal = refusal_of(template.variables[name], bare) if name in own else "is not a variable of the template"
        if refusal is not None:
            raise invalid("templateVariables", f"{name} {refusal}")
    return template.resolve(values | {"displayName": configuration.display_name})


def check_limits(ctx: Context, configuration: NotifyConfiguration, destination: str, dry_run: bool) -> None:
    """
    Raise an error unless the limits of the configuration's tier allow another message.

    Raises:
        ServiceQuotaExceededException: If the tier's daily messages are used up, or those to the destination.
        ThrottlingException: If the tier's messages per second are used up.
    """
    limits = load_table("messaging/notify/data/notify.json")["limits"]
    of_tier = limits[configuration.tier]
    sent = ctx.store.notify_sent
    sent.forget(ctx.now)
    own = sent.of(configuration.notify_configuration_id)
    if of_tier["has_daily_limit"] and own >= ctx.world.settings.quotas[TIER_LIMIT]:
        raise ServiceQuotaExceededException(TIER_LIMIT)
    if sent.of(e164(destination)) >= limits["messages_per_destination_and_day"]:
        raise ServiceQuotaExceededException("DAILY_DESTINATION_CALL_LIMIT")
    if ctx.world.settings.rates_enforced and not dry_run:
        request_rates.consume(ctx, (f"notify/{configuration.notify_configuration_id}", 1, of_tier["messages_per_second"]))


def count(ctx: Context, configuration: NotifyConfiguration, destination: str) -> None:
    """Count an accepted message."""
    ctx.store.notify_sent.add(ctx.now, configuration.notify_configuration_id, e164(destination))


def choose_route(ctx: Context, request: SendRequest) -> Route:
    """Return the route through the configuration's pool if it has one that can send, else through AWS's own identity."""
    if request.identity is not None:
        try:
            return routing.choose(ctx, request)
        except ConflictException as error:
            if error.members["Reason"] != "NO_ORIGINATION_IDENTITIES_FOUND":
                raise
    named = request.channel == "sms" and calling_code_of_region(request.country) != 1
    sender = GENERIC_SENDER if named else OWN_NUMBER
    return Route(sender, "SHARED_ROUTE", ctx.store.arn("opt-out-list", DEFAULT_LIST))


def send_notify(
    ctx: Context,
    operation_name: str,
    capability: str,
    *,
    configuration_id: str,
    destination: str,
    variables: dict[str, str],
    template_id: str | None = None,
    voice_id: str | None = None,
    offered: Mapping[str, str] = NOTHING_OFFERED,
    dry_run: bool = False,
    **members: Any,
) -> SentNotify:
    """
    Accept a message of a Notify configuration.

    Args:
        ctx: the unit of work.
        operation_name: the API operation that was called.
        capability: SMS or VOICE.
        configuration_id: the id or ARN of the configuration.
        destination: the destination in E.164.
        variables: the values of the template's variables.
        template_id: the template; that of the configuration by default.
        voice_id: the voice of a call; the first of the template by default.
        offered: further values, for variables that the template may have.
        dry_run: check everything, but send nothing.
        members: further fields of the request; see `build_send_request`.

    Raises:
        ServiceError: If the configuration, its template, its limits or a check refuse the message.
    """
    configuration = ctx.store.notify_configurations.get(configuration_id)
    template = choose_template(configuration, template_id, capability, destination)
    if voice_id is not None and voice_id not in template.supported_voice_ids:
        allowed = ", ".join(template.supported_voice_ids)
        raise invalid("voiceId", f"The template does not support the voice {voice_id}; allowed: {allowed}")
    variables = {name: value for name, value in offered.items() if name in template.variables} | variables
    body = resolve(configuration, template, variables, spoken=capability == "VOICE")
    check_limits(ctx, configuration, destination, dry_run)
    channel = BY_CAPABILITY[capability].name
    voice_id = voice_id or template.supported_voice_ids[0]
    call = script_call(ctx, body, voice_id=voice_id) if channel == "voice" else None
    message = build_send_request(
        ctx,
        operation_name,
        channel,
        compose(channel, body, call=call, code=variables.get("code")),
        destination_phone_number=destination,
        identity=configuration.pool_id,
        message_type="TRANSACTIONAL",
        spend_limit="NOTIFY",
        dry_run=dry_run,
        **members,
    )
    message_id = accept(ctx, message, choose_route)
    if not dry_run:
        count(ctx, configuration, destination)
    return SentNotify(message_id, template.template_id, body)
