"""
Notify: messages made from AWS's templates, sent from the pool of a configuration or from AWS's own numbers.

Sources: notify-*.html, notify-spend-limits.html
"""

from __future__ import annotations

import re
from datetime import timedelta

from emulator.kernel.tables import load_table
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
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import routing
from emulator.messaging.state.notify import NotifyConfiguration, NotifyTemplate, refusal_of, templates
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.routes import Route
from emulator.messaging.timers import NotifyConfigurationReviewed
from emulator.telecom.numbering import calling_code_of_region, country_of, e164
from emulator.wire.service import reaction

DAY = timedelta(days=1)
SEPARATORS = re.compile(r"(?<=\d)[. ]+")
"""What may separate the digits of a code that is read to the recipient."""
OWN_NUMBER = "+18335550199"
"""A number of AWS's own, for countries without sender ids. # unverified"""


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
    now = ctx.now
    sent = ctx.store.notify_sent = [row for row in ctx.store.notify_sent if row[0] > now - DAY]
    own = sum(sender == configuration.notify_configuration_id for _, sender, _ in sent)
    if of_tier["messages_per_day"] is not None and own >= of_tier["messages_per_day"]:
        raise ServiceQuotaExceededException("DAILY_NOTIFY_TIER_MESSAGE_LIMIT")
    if sum(to == e164(destination) for _, _, to in sent) >= limits["messages_per_destination_and_day"]:
        raise ServiceQuotaExceededException("DAILY_DESTINATION_CALL_LIMIT")
    if ctx.world.settings.rates_enforced and not dry_run:
        request_rates.consume(ctx, (f"notify/{configuration.notify_configuration_id}", 1, of_tier["messages_per_second"]))


def count(ctx: Context, configuration: NotifyConfiguration, destination: str) -> None:
    """Count an accepted message."""
    ctx.store.notify_sent.append((ctx.now, configuration.notify_configuration_id, e164(destination)))


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
