"""The audit trail of consent: who opted out or in, when and how."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypedDict

from emulator.control.command import File, command
from emulator.control.parsing import Account, AnyNumber, Region, Time, choice
from emulator.control.views import iso
from emulator.messaging.receiving.inbound import stores_of
from emulator.messaging.state.consent import ConsentRecord
from emulator.world import World

ACTIONS = ("OPT_OUT", "OPT_IN")
CAUSES = ("KEYWORD", "API", "CONFIRMATION", "WHATSAPP")


class ConsentView(TypedDict):
    """One opt-out or opt-in."""

    at: str
    account: str
    region: str
    number: str
    action: str
    cause: str
    opt_out_list_arn: str


class Consent(TypedDict):
    """Consent records, oldest first."""

    records: list[ConsentView]


@command("GET /consent")
def list_consent(
    world: World,
    *,
    number: AnyNumber | None = None,
    action: Annotated[str, choice(*ACTIONS)] | None = None,
    cause: Annotated[str, choice(*CAUSES)] | None = None,
    account: Account | None = None,
    region: Region | None = None,
    since: Time | None = None,
    before: Time | None = None,
    format: Annotated[str, choice("json", "csv")] = "json",  # noqa: A002
) -> Consent | File:
    """List who opted out or in, when and how; oldest first, as JSON or CSV."""
    rows = [
        row
        for store in stores_of(world, account, region)
        for row in store.consent
        if number in (None, row.number)
        and action in (None, row.action)
        and cause in (None, row.cause)
        and (since is None or row.at >= since)
        and (before is None or row.at < before)
    ]
    records: list[Any] = [asdict(row) | {"at": iso(row.at)} for row in sorted(rows, key=lambda row: row.at)]
    return File(_csv(records).encode(), "text/csv", trusted=True) if format == "csv" else {"records": records}


def _csv(records: Iterable[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ConsentRecord.__dataclass_fields__))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()
