"""
What a world keeps has an end: how much of each kind is kept, and what goes when there is more.

What AWS itself limits by a quota is refused where the quota is, and is not listed here. Of all else the oldest goes first.
Messages have a limit of their own: see `messaging.retention`. The limits are far above what any test needs; they are there
so that nothing that runs for days fills the memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.kernel.stores import Table
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.state.protect import ProtectConfiguration
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.sns_texts import SnsTexts
from emulator.messaging.state.spend import Spend
from emulator.messaging.state.whatsapp import WhatsAppAccount, WhatsAppNumber, WhatsAppState
from emulator.messaging.store import MessagingStore
from emulator.reporting.charges import Charges
from emulator.reporting.destinations import Destinations
from emulator.reporting.metrics import Metrics
from emulator.services.end_user_messaging.state import EndUserMessagingStore
from emulator.services.push.state import App, PushStore
from emulator.services.sms_voice.state import SmsVoiceStore
from emulator.telecom.carriers import Carriers
from emulator.telecom.devices import Devices
from emulator.telecom.throttling import ThrottledCarriers

EVERY = 1000
"""After how many requests and commands that succeed it is looked whether too much is kept."""
RESOURCES = 10_000
"""What a tester or an application makes by name, where AWS has no quota."""
RECORDS = 100_000
"""What is remembered of recipients, messages and times."""
OPT_OUTS = 1_000_000
"""Numbers on an opt-out list: to forget one lets messages through."""
FILES = 1000
"""Files, of up to 100 MB each."""

BOUNDS: Mapping[type, Mapping[str, int]] = {
    MessagingStore: {
        "consent": RECORDS,
        "sticky": RECORDS,
        "windows": RECORDS,
        "receipts": RECORDS,
        "call_instructions": RESOURCES,
        "released_sender_ids": RESOURCES,
    },
    OptOutList: {"numbers": OPT_OUTS, "opted_in_at": RECORDS},
    ProtectConfiguration: {"overrides": RECORDS},
    RcsAgent: {"conversations": RECORDS},
    Spend: {"spent": RESOURCES},
    WhatsAppState: {
        "accounts": RESOURCES,
        "unlinked": RESOURCES,
        "sign_ups": RESOURCES,
        "media": FILES,
        "header_handles": RESOURCES,
        "tags": RECORDS,
    },
    WhatsAppAccount: {"numbers": RESOURCES, "flows": RESOURCES, "deleted_names": RESOURCES},
    WhatsAppNumber: {"unique_users": RECORDS},
    SmsVoiceStore: {
        "configuration_sets": RESOURCES,
        "account_destinations": RESOURCES,
        "calls": RECORDS,
        "scheduled": RECORDS,
        "notifications": RECORDS,
        "campaigns": RESOURCES,
    },
    PushStore: {"apps": RESOURCES, "templates": RESOURCES, "tags": RECORDS},
    App: {"endpoints": RECORDS, "one_time_codes": RECORDS, "last_texts": RECORDS},
    EndUserMessagingStore: {
        "code_configurations": RESOURCES,
        "brand_profiles": RESOURCES,
        "jobs": RESOURCES,
        "codes": RECORDS,
        "tags": RECORDS,
    },
    SnsTexts: {"published": RECORDS},
    Carriers: {"rules": RESOURCES},
    ThrottledCarriers: {"rules": RESOURCES},
    Devices: {"by_token": RECORDS},
    Destinations: {"_logged": RECORDS},
    Metrics: {"sums": RECORDS},
    Charges: {"sums": RECORDS},
}
"""How much of each attribute is kept, by the class that has it."""
PARTS: Mapping[type, tuple[str, ...]] = {
    MessagingStore: ("opt_out_lists", "protect_configurations", "rcs_agents", "spend", "whatsapp"),
    WhatsAppState: ("accounts",),
    WhatsAppAccount: ("numbers",),
    PushStore: ("apps",),
}
"""The attributes in which there are objects that have limits of their own."""


def drop_excess(holder: Any) -> None:
    """Drop the oldest of everything of which an object holds too much, and of its parts."""
    for name, most in BOUNDS.get(type(holder), {}).items():
        drop_oldest(getattr(holder, name), most)
    for name in PARTS.get(type(holder), ()):
        for part in _parts(getattr(holder, name)):
            drop_excess(part)


def drop_oldest(rows: Any, most: int) -> None:
    """Drop the first rows of a dict, list, deque or `Table` until there are no more than so many."""
    excess = len(rows) - most
    if excess <= 0:
        return
    if isinstance(rows, dict):
        for key in list(rows)[:excess]:
            del rows[key]
    elif isinstance(rows, Table):
        for row in list(rows)[:excess]:
            rows.remove(row)
    elif isinstance(rows, deque):
        for _ in range(excess):
            rows.popleft()
    else:
        del rows[:excess]


def _parts(found: Any) -> Iterator[Any]:
    if isinstance(found, Mapping):
        return iter(list(found.values()))
    return iter(list(found)) if isinstance(found, Table) else iter((found,))
