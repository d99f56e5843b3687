"""Accounts as the tester sees and sets them: tier and limits, numbers, codes to be verified, costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from emulator.services.push.service import service as push
from emulator.services.push.state import PushStore
from emulator.services.sms_voice_v2.reviews import REVIEWERS
from emulator.services.sms_voice_v2.state.spend import SPEND_LIMITS
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.tester import rcs
from emulator.tester.errors import BadCommand
from emulator.tester.readers import any_number, check_scope, one_of, true_or_false, whole
from emulator.tester.views import iso
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION

if TYPE_CHECKING:
    from emulator.engine import Emulator


def show_account(emulator: Emulator, *, account: str | None = None, region: str | None = None) -> dict[str, Any]:
    """The settings of an account in a region."""
    check_scope(account=account, region=region)
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    return {
        "account": store.account,
        "region": store.region,
        "tier": store.tier,
        "enabled": store.enabled,
        "reputation": store.reputation,
        "reviewer": store.reviewer,
        "spend_limits": dict(store.spend.most),
    }


def change_account(
    emulator: Emulator, /, *, account: str | None = None, region: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Change an account's settings; what is left out stays."""
    check_scope(account=account, region=region)
    for name, value in changes.items():
        if name not in ACCOUNT:
            raise BadCommand(f"an account has no {name}; it has {', '.join(ACCOUNT)}", name)
        ACCOUNT[name](value, name)
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    store.tier = changes.get("tier", store.tier)
    store.enabled = changes.get("enabled", store.enabled)
    store.reputation = changes.get("reputation", store.reputation)
    store.reviewer = changes.get("reviewer", store.reviewer)
    store.spend.most.update(changes.get("spend_limits", {}))
    return show_account(emulator, account=account, region=region)


def spend_limits(value: Any, field: str) -> dict[str, int]:
    """MaxLimits in whole dollars a month, by AWS's word for the channel."""
    if not isinstance(value, dict):
        raise BadCommand(f'{field} must be an object such as {{"TEXT": 100}}', field)
    for word, limit in value.items():
        one_of(word, tuple(SPEND_LIMITS), field)
        whole(limit, field)
    return value


ACCOUNT: dict[str, Callable[[Any, str], Any]] = {
    "tier": lambda value, field: one_of(value, ("SANDBOX", "PRODUCTION"), field),
    "enabled": true_or_false,
    "reputation": lambda value, field: one_of(value, ("good", "insufficient"), field),
    "reviewer": lambda value, field: one_of(value, REVIEWERS, field),
    "spend_limits": spend_limits,
}
"""What can be said of an account, and how each member is read."""


def list_numbers(emulator: Emulator, *, account: Any = None, region: Any = None) -> dict[str, list[dict[str, Any]]]:
    """The numbers and RCS agents of all accounts, which a handset can write to."""
    check_scope(account=account, region=region)
    return {
        "agents": rcs.list_agents(emulator, account, region),
        "numbers": [
            {
                "number": row.phone_number,
                "account": store.account,
                "region": store.region,
                "country": row.iso_country_code,
                "number_type": row.number_type,
                "status": row.status,
            }
            for store in emulator.world.sms_stores
            if _is_in(store, account, region)
            for row in store.phone_numbers
        ],
    }


def verification_codes(
    emulator: Emulator, *, to: Any = None, account: Any = None, region: Any = None
) -> dict[str, list[dict[str, Any]]]:
    """The codes that were sent and not used yet, to numbers to be verified and as one-time passwords; the newest last."""
    check_scope(account=account, region=region)
    wanted = any_number(to) if to else None
    newest_last = sorted(_codes(emulator, account, region), key=itemgetter(0))
    return {
        "codes": [
            {"to": number, "code": code, "channel": channel, "sent_at": iso(sent_at)}
            for sent_at, number, code, channel in newest_last
            if wanted in (None, number)
        ]
    }


def _codes(emulator: Emulator, account: Any, region: Any) -> Iterator[tuple[datetime, str, str, str | None]]:
    for store in emulator.world.sms_stores:
        if _is_in(store, account, region):
            for row in store.verified_numbers:
                if row.code is not None and row.code_sent_at is not None:
                    yield row.code_sent_at, row.destination_phone_number, row.code, row.code_channel
    for push_store in emulator.world.stores[push.name]:
        if _is_in(push_store, account, region):
            for app in push_store.apps.values():
                for (_, number), sent in app.one_time_codes.items():
                    yield sent.sent_at, number, sent.code, "TEXT"


def _is_in(store: SmsStore | PushStore, account: Any, region: Any) -> bool:
    return account in (None, store.account) and region in (None, store.region)


def costs(emulator: Emulator, *, account: Any = None, region: Any = None) -> list[dict[str, Any]]:
    """What was spent."""
    check_scope(account=account, region=region)
    rows = emulator.world.charges.report()
    return [row for row in rows if account in (None, row["account"]) and region in (None, row["region"])]


COMMANDS: tuple[Callable[..., Any], ...] = (
    show_account,
    change_account,
    list_numbers,
    verification_codes,
    costs,
)
