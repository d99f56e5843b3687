"""Money: what was spent, by account, month, channel and country, in millicents."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from emulator.services.sms_voice_v2.events import MessageMoved
from emulator.telecom.tariff import dollars

Key = tuple[str, str, int, int, str, str]


@dataclass(slots=True)
class Sums:
    """What was sent, and what it cost in millicents."""

    messages: int = 0
    parts: int = 0
    price: int = 0
    carrier_fee: int = 0


@dataclass(slots=True)
class Charges:
    """The messages to be charged, and their sums by account, region, year, month, channel and country."""

    waiting: list[MessageMoved] = field(default_factory=list)
    sums: dict[Key, Sums] = field(default_factory=dict)

    def keep(self, fact: MessageMoved) -> None:
        """A message is charged by its first status; the sum is made when somebody asks."""
        if fact.message.direction == "outbound" and fact.entry is fact.message.history[0]:
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
