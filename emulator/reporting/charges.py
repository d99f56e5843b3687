"""Money: what was spent, by account, month, channel and country, in millicents."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

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


@dataclass(slots=True)
class Charges:
    """Sums by account, region, year, month, channel and country."""

    sums: dict[Key, Sums] = field(default_factory=dict)

    def message_moved(self, fact: MessageMoved) -> None:
        """A message is charged with its first status, what is charged by its result with the first final one."""
        message = fact.message
        # What fell back is charged as what it has become.
        known = message.history[message.hops_before :]
        if message.channel in BY_RESULT:
            known = [entry for entry in known if entry.final]
        if message.direction != "outbound" or len(known) != 1 or known[0] is not fact.entry:
            return
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
