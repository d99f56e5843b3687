"""One-time codes: those that the emulator has made, and that nobody has used yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import NotFound
from emulator.control.parsing import Account, AnyNumber, Region
from emulator.control.views import iso
from emulator.messaging.receiving.inbound import stores_of
from emulator.services.cognito_codes.service import component as cognito_codes
from emulator.services.end_user_messaging.service import NAME as END_USER_MESSAGING
from emulator.services.push.service import service as push
from emulator.world import World

Sent = tuple[datetime, str, str, str | None]
"""When a code was sent, to which number, the code, and its channel: TEXT or VOICE."""


class Code(TypedDict):
    """A code that was sent and not used yet."""

    to: str
    code: str
    channel: str | None
    sent_at: str


class Codes(TypedDict):
    """Codes, oldest first."""

    codes: list[Code]


@command("GET /verification-codes")
def verification_codes(
    world: World, *, to: AnyNumber | None = None, account: Account | None = None, region: Region | None = None
) -> Codes:
    """List the codes that were sent and not used yet: of number verification, one-time codes, and Cognito."""
    newest_last = sorted(_codes(world, account, region), key=itemgetter(0))
    return {
        "codes": [
            {"to": number, "code": code, "channel": channel, "sent_at": iso(sent_at)}
            for sent_at, number, code, channel in newest_last
            if to in (None, number)
        ]
    }


@command()
def last_code(world: World, *, to: AnyNumber) -> str:
    """
    Return the newest unused code that was sent to this number.

    Raises:
        NotFound: there is none.
    """
    codes = verification_codes(world, to=to)["codes"]
    if not codes:
        raise NotFound(f"no unused code was sent to {to}")
    return codes[-1]["code"]


def _codes(world: World, account: str | None, region: str | None) -> Iterator[Sent]:
    for store in stores_of(world, account, region):
        for row in store.verified_numbers:
            if row.code is not None and row.code_sent_at is not None:
                yield row.code_sent_at, row.destination_phone_number, row.code, row.code_channel
    for push_store in _of_scope(world, push.name, account, region):
        for app in push_store.apps.values():
            for (_, number), sent in app.one_time_codes.items():
                yield sent.sent_at, number, sent.code, "TEXT"
    for name in (END_USER_MESSAGING, cognito_codes.name):
        for code_store in _of_scope(world, name, account, region):
            for issued in code_store.codes.values():
                if not issued.is_used:
                    yield issued.sent_at, issued.to, issued.code, issued.channel


def _of_scope(world: World, name: str, account: str | None, region: str | None) -> Iterator[Any]:
    # A service that the installed botocore does not know has no stores.
    for store in world.stores.get(name, ()):
        if account in (None, store.account) and region in (None, store.region):
            yield store


class CodesClient:
    """The unused codes in Python: `sms.codes`; `control` executes a command by its name."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def last(self, *, to: str) -> str:
        """
        Return the newest unused code that was sent to this number.

        Raises:
            LookupError: it was sent none, or has used it.
        """
        code: str = self._control("last_code", to=to)
        return code

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the unused codes, oldest first; filters: to, account, region."""
        found: list[dict[str, Any]] = self._control("verification_codes", **filters)["codes"]
        return found
