"""
What a message costs: AWS's fee, and Meta's.

Meta charges a template when it is delivered, by its category and the recipient's country. In an open window a utility
template is free; after a click on an advertisement all is. Source: Meta, pricing (2026-09); data/prices.json
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.state.messages import Charge
from emulator.messaging.state.whatsapp import WhatsAppNumber
from emulator.settings import Settings
from emulator.telecom.numbering import country_of

REGULAR = "regular"
FREE_SERVICE = "free_customer_service"
FREE_ENTRY_POINT = "free_entry_point"
SERVICE, UTILITY, AUTHENTICATION = "service", "utility", "authentication"
ABROAD = "authentication-international"
"""The category of authentication templates to certain countries, from a business in another one that sends very many."""
OTHER = "Other"
SERVICE_FREE_A_MONTH = 1000
"""Free-form messages of a number that stay free in a calendar month from 2026-10-01 on. Source: Meta, pricing"""


def _table() -> dict[str, Any]:
    return load_table("messaging/whatsapp/data/prices.json")


@cache
def _markets() -> dict[str, str]:
    """Return Meta's market of each country that has no rate of its own."""
    return {iso: name for name, countries in _table()["meta_markets"].items() for iso in countries.split()}


def _meta_fee(category: str, iso: str) -> int | None:
    table = _table()
    fees = table["meta"].get(iso) or table["meta"][_markets().get(iso, OTHER)]
    fee: int | None = fees[table["meta_columns"].index(UTILITY if category == SERVICE else category)]
    return fee


def billed_category(settings: Settings, number: WhatsAppNumber, category: str, iso: str) -> str:
    """Return the category that a message is charged by: that of its template, unless the international rate applies."""
    is_abroad = settings.whatsapp_authentication_international and country_of(number.phone_number) != iso
    applies = is_abroad and category == AUTHENTICATION and _meta_fee(ABROAD, iso) is not None
    return ABROAD if applies else category


def price_type(settings: Settings, number: WhatsAppNumber, user: str, category: str, at: datetime) -> str:
    """
    Return under which of Meta's types a message falls, and count it if it is free-form.

    Args:
        settings: whether Meta charges in the window too.
        number: the business number.
        user: the user's number.
        category: of the template, or `service` for everything else.
        at: the time.
    """
    if number.entry_point_is_open(user, at):
        return FREE_ENTRY_POINT
    in_window = number.window_is_open(user, at)
    if category == SERVICE:
        month = f"{at:%Y-%m}"
        number.services = (month, number.services[1] + 1 if number.services[0] == month else 1)
        is_free = not settings.whatsapp_window_is_charged or number.services[1] <= SERVICE_FREE_A_MONTH
    else:
        is_free = category == UTILITY and in_window and not settings.whatsapp_window_is_charged
    return FREE_SERVICE if is_free else REGULAR


def charge_of(category: str, kind: str, iso: str) -> Charge:
    """Return the charge of an outbound message of this category, price type and recipient's country."""
    fees = _table()["aws"]
    own = fees["exceptions"].get(iso, {}).get(category, fees["outbound"])
    return Charge(own, _meta_fee(category, iso) or 0 if kind == REGULAR else 0)


def inbound_charge() -> Charge:
    """Return AWS's charge of an inbound message."""
    return Charge(_table()["aws"]["inbound"], 0)
