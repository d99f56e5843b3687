"""Figures over the kept messages: how they ended over time, and what each sender has cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict

from emulator.control.command import command
from emulator.control.parsing import Account, Region
from emulator.control.search import STATES
from emulator.control.views import iso
from emulator.engine import Engine
from emulator.messaging.state.messages import Message
from emulator.telecom.tariff import dollars

BUCKETS = (60, 300, 900, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600)
"""Lengths of a bucket in seconds; the shortest is used that keeps the buckets within `BUCKETS_MAX`."""
BUCKETS_MAX = 60
SENDERS_MAX = 20
"""How many senders are listed, the most expensive first."""
COUNTED = ("delivered", "failed", "pending", "inbound")


class Bucket(TypedDict):
    """Messages by when they were requested; `at` is the beginning of the bucket."""

    at: str
    delivered: int
    failed: int
    pending: int
    inbound: int


class SenderRow(TypedDict):
    """The messages of one sender, and their cost in US dollars."""

    sender: str
    messages: int
    total: float


class Statistics(TypedDict):
    """Kept messages over time, and by sender."""

    bucket_seconds: int
    over_time: list[Bucket]
    senders: list[SenderRow]


@command("GET /statistics", unlocked=True)
def show_statistics(engine: Engine, *, account: Account | None = None, region: Region | None = None) -> Statistics:
    """Count the kept messages over time, and add up the cost of each sender."""
    # The world is locked only while references are copied: there may be many messages, and requests should not wait.
    kept = engine.look(lambda world: list(world.inbox.messages.values()))
    kept = [each for each in kept if account in (None, each.account) and region in (None, each.region)]
    bucket = _bucket_seconds(each.requested_at for each in kept)
    return {"bucket_seconds": bucket, "over_time": _over_time(kept, bucket), "senders": _senders(kept)}


def _bucket_seconds(times: Iterable[datetime]) -> int:
    seconds = [at.timestamp() for at in times]
    span = max(seconds) - min(seconds) if seconds else 0
    return next((bucket for bucket in BUCKETS if span < bucket * (BUCKETS_MAX - 1)), BUCKETS[-1])


def _over_time(messages: list[Message], bucket: int) -> list[Bucket]:
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for message in messages:
        start = int(message.requested_at.timestamp()) // bucket * bucket
        counts[start][next(name for name in COUNTED if STATES[name](message))] += 1
    if not counts:
        return []
    last, zone = max(counts), messages[0].requested_at.tzinfo
    starts = range(max(min(counts), last - (BUCKETS_MAX - 1) * bucket), last + 1, bucket)
    return [
        {
            "at": iso(datetime.fromtimestamp(start, zone)),
            "delivered": counts[start]["delivered"],
            "failed": counts[start]["failed"],
            "pending": counts[start]["pending"],
            "inbound": counts[start]["inbound"],
        }
        for start in starts
    ]


def _senders(messages: list[Message]) -> list[SenderRow]:
    counts: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    for message in messages:
        if message.direction == "outbound":
            sender = message.origin.sender
            counts[sender] += 1
            costs[sender] += sum(message.cost_in(message.status))
    dearest = sorted(counts, key=lambda sender: (-costs[sender], -counts[sender], sender))[:SENDERS_MAX]
    return [{"sender": each, "messages": counts[each], "total": dollars(costs[each])} for each in dearest]
