"""
When a number takes calls. Meta rejects hours that overlap or run backwards, and more than two entries for a day.

Source: Meta, "Call settings"
"""

from __future__ import annotations

from itertools import pairwise
from zoneinfo import available_timezones

from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import INVALID

VISIBILITIES = ("DEFAULT", "DISABLE_ALL")
PERMISSIONS = ("ENABLED", "DISABLED")
HOURS_A_DAY = 2


def check_settings(settings: Document) -> None:
    """
    Check the call settings of a number.

    Raises:
        MetaError: a value is not known, or hours overlap or run backwards.
    """
    for name, known in (("callIconVisibility", VISIBILITIES), ("callbackPermissionStatus", PERMISSIONS)):
        if settings.get(name, known[0]) not in known:
            raise MetaError(INVALID, f"{name} must be one of {{{', '.join(known)}}}")
    hours = settings.get("callHours")
    if hours is None:
        return
    if hours["timezone"] not in available_timezones():
        raise MetaError(INVALID, f"unknown timezone: {hours['timezone']}")
    by_day: dict[str, list[tuple[int, int]]] = {}
    for row in hours["weeklyOperatingHours"]:
        by_day.setdefault(row["dayOfWeek"], []).append((_minutes(row["openTime"]), _minutes(row["closeTime"])))
    for row in hours.get("holidaySchedule") or ():
        by_day.setdefault(row["date"], []).append((_minutes(row["startTime"]), _minutes(row["endTime"])))
    for day, spans in by_day.items():
        _check_spans(day, sorted(spans))


def _minutes(time: Document) -> int:
    return int(time["hours"]) * 60 + int(time["minutes"])


def _check_spans(day: str, spans: list[tuple[int, int]]) -> None:
    if len(spans) > HOURS_A_DAY:
        raise MetaError(INVALID, f"{day} has more than {HOURS_A_DAY} entries")
    if any(end <= start for start, end in spans):
        raise MetaError(INVALID, f"the hours of {day} run backwards")
    if any(second[0] < first[1] for first, second in pairwise(spans)):
        raise MetaError(INVALID, f"the hours of {day} overlap")
