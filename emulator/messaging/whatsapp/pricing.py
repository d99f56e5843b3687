"""
What a message costs: AWS's fee, and Meta's for templates.

Meta charges a template when it is delivered, by its category and the recipient's country. In an open window a utility
template is free; after a click on an advertisement all is. Source: Meta, pricing (2026-09); data/prices.json
"""

from __future__ import annotations

from datetime import datetime

from emulator.kernel.tables import load_table
from emulator.messaging.state.messages import Charge
from emulator.messaging.state.whatsapp import WhatsAppNumber

REGULAR = "regular"
FREE_SERVICE = "free_customer_service"
FREE_ENTRY_POINT = "free_entry_point"
SERVICE = "service"
ELSEWHERE = "other"


def price_type(number: WhatsAppNumber, user: str, category: str, at: datetime, *, window_is_charged: bool) -> str:
    """
    Return under which of Meta's types a message falls.

    Args:
        number: the business number.
        user: the user's number.
        category: of the template, or `service` for everything else.
        at: the time.
        window_is_charged: whether utility templates cost in the window too, as announced for 2026-10-01.
    """
    if number.entry_point_is_open(user, at):
        return FREE_ENTRY_POINT
    is_free = category == SERVICE or (category == "utility" and not window_is_charged)
    return FREE_SERVICE if is_free and (category == SERVICE or number.window_is_open(user, at)) else REGULAR


def charge_of(category: str, kind: str, iso: str) -> Charge:
    """Return the charge of an outbound message of this category, price type and recipient's country."""
    table = load_table("messaging/whatsapp/data/prices.json")
    own = table["aws"]["exceptions"].get(iso, {}).get(category, table["aws"]["outbound"])
    if kind != REGULAR or category == SERVICE:
        return Charge(own, 0)
    fees = table["meta"].get(iso, table["meta"][ELSEWHERE])
    return Charge(own, fees[table["meta_columns"].index(category)])


def inbound_charge() -> Charge:
    """Return AWS's charge of an inbound message."""
    return Charge(load_table("messaging/whatsapp/data/prices.json")["aws"]["inbound"], 0)
