"""Money: what was spent, by account, month, channel and country, in millicents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.snapshots import Snapshotable
from emulator.messaging.channels import CHANNELS
from emulator.messaging.facts import MessageAccepted
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.telecom.tariff import dollars

Key = tuple[str, str, int, int, str, str]


@dataclass(slots=True)
class Sums:
    """What was sent, and what it cost in millicents."""

    messages: int = 0
    parts: int = 0
    price: int = 0
    carrier_fee: int = 0


def _charged_by(message: Message) -> HistoryEntry | None:
    """
    The status that a message is charged by: its first, or its first final one where the result is what costs.

    What fell back is charged as what it has become. None as long as there is no such status.
    """
    known = message.history[message.carriage.hops_before :]
    by_result = CHANNELS[message.channel].is_charged_by_result or message.by_agent
    return next((entry for entry in known if entry.final or not by_result), None)


@dataclass(slots=True)
class Charges(Snapshotable):
    """The messages to be charged, and their sums by account, region, year, month, channel and country."""

    SNAPSHOT_FIELDS = ("waiting", "sums")

    waiting: list[MessageAccepted] = field(default_factory=list)
    """What is not charged yet; whoever states the fact puts it here, and the sums are made when somebody asks."""
    sums: dict[Key, Sums] = field(default_factory=dict)

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that cost money."""
        yield MessageAccepted, self.waiting.append

    def _charge(self, message: Message) -> bool:
        """Add a message to its sums; False when nothing is known of it yet."""
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

    def report(self) -> list[dict[str, Any]]:
        """A row for each month, channel and country, in US dollars."""
        charged = (fact for fact in self.waiting if fact.message.direction == "outbound" or fact.message.charge.total)
        self.waiting[:] = [fact for fact in charged if not self._charge(fact.message)]
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
