"""Charges: money spent by account, month, channel and country, in millicents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from operator import itemgetter
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.snapshots import Snapshotable
from emulator.messaging.channels import CHANNELS
from emulator.messaging.facts import MessageAccepted
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.telecom.tariff import dollars

Key = tuple[str, str, int, int, str, str]


@dataclass(slots=True)
class Sums:
    """Messages and parts sent, and their cost in millicents."""

    messages: int = 0
    parts: int = 0
    price: int = 0
    carrier_fee: int = 0


def _charged_by(message: Message) -> HistoryEntry | None:
    """
    Return the status that a message is charged by, or None while it has no such status.

    That is its first status, or the first final one where the result is charged. A message that fell back is charged as
    what it became.
    """
    known = message.history[message.carriage.hops_before :]
    by_result = CHANNELS[message.channel].is_charged_by_result or message.by_agent
    return next((entry for entry in known if entry.final or not by_result), None)


@dataclass(slots=True)
class Charges(Snapshotable):
    """Messages to be charged, and the sums by account, region, year, month, channel and country."""

    SNAPSHOT_FIELDS = ("waiting", "sums")

    waiting: list[Message] = field(default_factory=list)
    """Messages not charged yet, appended as they are accepted; they are added to the sums when a report is requested."""
    sums: dict[Key, Sums] = field(default_factory=dict)

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that costs money."""
        yield MessageAccepted, lambda fact: self.waiting.append(fact.message)

    def _charge(self, message: Message) -> bool:
        """Add a message to its sums; return False if it has no status to be charged by yet."""
        entry = _charged_by(message)
        if entry is None:
            return False
        price, carrier_fee = message.cost_in(entry.status)
        at = message.requested_at
        key = (message.account, message.region, at.year, at.month, message.channel, message.country)
        sums = self.sums.setdefault(key, Sums())
        sums.price += price
        sums.carrier_fee += carrier_fee
        sums.messages += 1
        sums.parts += message.parts
        return True

    def add_up(self) -> None:
        """Add to the sums whatever can be charged by now."""
        charged = (message for message in self.waiting if message.direction == "outbound" or message.charge.total)
        self.waiting[:] = [message for message in charged if not self._charge(message)]

    def report(self) -> list[dict[str, Any]]:
        """Return a row for each account, region, month, channel and country, with amounts in US dollars."""
        self.add_up()
        return [
            {
                "account": account,
                "region": region,
                "month": f"{year}-{month:02d}",
                "channel": channel,
                "country": country,
                "messages": sums.messages,
                "parts": sums.parts,
                "price": dollars(sums.price),
                "carrier_fee": dollars(sums.carrier_fee),
                "total": dollars(sums.price + sums.carrier_fee),
                "currency": "USD",
            }
            for (account, region, year, month, channel, country), sums in sorted(self.sums.items(), key=itemgetter(0))
        ]
