"""
Which origination identity carries a message.

A named identity carries it or the send is refused. Without a name, the account's own are tried in AWS's order, the one
that reached this destination within the last 25 hours first; where none fits, the shared route of countries that take
sender ids. Source: phone-pool.html, rcs-sms-fallback.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from emulator.services.sms_voice_v2.errors import ConflictException, ResourceNotFoundException, ValidationException
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.state.opt_out_lists import DEFAULT_LIST
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.telecom.numbering import country, looks_like_a_number, simulator_numbers

PRIORITY = ("SHORT_CODE", "TEN_DLC", "TOLL_FREE", "LONG_CODE", "SIMULATOR")
STICKY_FOR = timedelta(hours=25)
"""Source: rcs-sms-fallback.html"""
SHARED_SENDER = "NOTICE"
"""The generic sender of the shared route. Source: phone-pool-shared-routes.html"""


@dataclass(frozen=True, slots=True)
class Route:
    """Who a message comes from; `number` is None on the shared route."""

    sender: str
    sender_type: str
    opt_out_list_name: str
    number: PhoneNumber | None = None

    @property
    def international(self) -> bool:
        """As `isInternationalSend` in the event records."""
        return self.number is not None and self.number.international_sending_enabled


def choose(
    context: Context, identity: str | None, destination: str, iso: str, capability: str, message_type: str | None
) -> Route:
    """
    The route of a message.

    Raises:
        ResourceNotFoundException: the named identity is not the account's.
        ValidationException: it cannot send to that country.
        ConflictException: no identity can (NO_ORIGINATION_IDENTITIES_FOUND).
    """
    if identity is not None:
        number = find_identity(context, identity)
        if not reaches(number, destination, iso):
            raise ValidationException("INVALID_IDENTITY_FOR_DESTINATION_COUNTRY")
        return by_number(number)
    own = [
        number
        for number in context.store.phone_numbers
        if number.status == "ACTIVE"
        and capability in number.number_capabilities
        and message_type in (None, number.message_type)
        and reaches(number, destination, iso)
    ]
    sticky_id, until = context.store.sticky.get(destination, ("", context.now))
    if own:
        own.sort(key=lambda number: (number.phone_number_id != sticky_id or until <= context.now, _priority(number)))
        return by_number(own[0])
    # Shared routes are not available in the United States. Source: phone-pool-shared-routes.html
    if capability == "SMS" and country(iso).sender_id == "yes" and destination not in simulator_numbers():
        return Route(SHARED_SENDER, "SHARED_ROUTE", DEFAULT_LIST)
    raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "account", context.account)


def find_identity(context: Context, identity: str) -> PhoneNumber:
    """
    The identity by number, id or ARN.

    Raises:
        ResourceNotFoundException: the account has none by that name.
    """
    numbers = context.store.phone_numbers
    number = numbers.find(identity) or numbers.find(f"+{identity}")
    if number is None:
        raise ResourceNotFoundException(_resource_type(identity), identity)
    return number


def _resource_type(identity: str) -> str:
    """What the reference would name if it named something."""
    if identity.startswith("arn:"):
        kind = identity.split(":", 5)[-1].partition("/")[0]
        return kind if kind in ("pool", "sender-id", "rcs-agent") else "phone-number"
    for prefix, kind in (("phone-", "phone-number"), ("pool-", "pool"), ("rcs-", "rcs-agent")):
        if identity.startswith(prefix):
            return kind
    return "phone-number" if looks_like_a_number(identity) else "sender-id"


def by_number(number: PhoneNumber) -> Route:
    """The route of one number."""
    return Route(number.phone_number, number.number_type, number.opt_out_list_name, number)


def _priority(number: PhoneNumber) -> int:
    return PRIORITY.index(number.number_type)


def reaches(number: PhoneNumber, destination: str, iso: str) -> bool:
    """Whether a number of this type and country can send to the destination."""
    if number.number_type == "SIMULATOR":
        simulated = simulator_numbers().get(destination)
        return simulated is not None and simulated["iso_country_code"] == number.iso_country_code
    if iso == number.iso_country_code:
        return True
    if number.number_type != "TOLL_FREE":
        return False
    # US toll-free numbers serve the territories, Canada, and with international sending most of the world.
    there = country(iso)
    return there.us_toll_free or iso == "CA" or (number.international_sending_enabled and there.us_toll_free_international)
