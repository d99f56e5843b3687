"""Money: what was spent, by account, month, channel and country, in millicents."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from emulator.kernel.snapshots import Kept
from emulator.services.sms_voice_v2.events import MessageMoved
from emulator.telecom.tariff import dollars

BY_RESULT = frozenset({"voice", "rcs"})
"""Channels whose messages cost what comes of them: a call its minutes, a rich message its delivery."""
Key = tuple[str, str, int, int, str, str]


@dataclass(slots=True)
class Sums:
    """What was sent, and what it cost in millicents."""

    messages: int = 0
    parts: int = 0
    price: int = 0
    carrier_fee: int = 0


def _is_charged(fact: MessageMoved) -> bool:
    """Whether this status is the one that a message is charged by; what fell back is charged as what it has become."""
    message = fact.message
    known = message.history[message.hops_before :]
    return next((entry for entry in known if entry.final or message.channel not in BY_RESULT), None) is fact.entry


@dataclass(slots=True)
class Charges(Kept):
    """The messages to be charged, and their sums by account, region, year, month, channel and country."""

    KEPT = ("waiting", "sums")

    waiting: list[MessageMoved] = field(default_factory=list)
    sums: dict[Key, Sums] = field(default_factory=dict)

    def keep(self, fact: MessageMoved) -> None:
        """
        A message is charged by its first status, what is charged by its result by the first final one.

        The sum is made when somebody asks.
        """
        if fact.message.direction == "outbound" and _is_charged(fact):
            self.waiting.append(fact)

    def _charge(self, fact: MessageMoved) -> None:
        message = fact.message
        price, carrier_fee = message.cost_in(fact.entry.status)
        at = message.requested_at
        key = (message.account, message.region, at.year, at.month, message.channel, message.country)
        sums = self.sums.setdefault(key, Sums())
        sums.price += price
        sums.carrier_fee += carrier_fee
        sums.messages += 1
        sums.parts += message.parts

    def report(self) -> list[dict[str, Any]]:
        """A row for each month, channel and country, in US dollars."""
        for fact in self.waiting:
            self._charge(fact)
        self.waiting.clear()
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
