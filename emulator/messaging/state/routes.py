"""The route of a message: its sender and the identity behind it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.messages import Origin
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity, Pool
from emulator.messaging.state.rcs import RcsAgent

ORIGINS_CACHED = 1024


@lru_cache(maxsize=ORIGINS_CACHED)
def _origin(*of: Any) -> Origin:
    """Return the same origin for the same arguments: thousands of messages come from it."""
    return Origin(*of)


@dataclass(slots=True)
class Route:
    """The sender of a message; `identity` is None on the shared route."""

    sender: str
    sender_type: str
    opt_out_list_arn: str
    identity: Identity | None = None
    identity_id: str | None = None
    pool: Pool | None = None

    @property
    def origin(self) -> Origin:
        """The sender as the origin of a message."""
        agent = self.identity if isinstance(self.identity, RcsAgent) else None
        of = (self.sender, self.sender_type, self.identity_id, self.identity_type, self.international)
        return _origin(*of) if agent is None else Origin(*of, agent)

    @property
    def identity_type(self) -> str | None:
        """The resource type that the message is sent through: POOL for a pool; None without pool and identity."""
        return "POOL" if self.pool else self.identity.resource_type if self.identity else None

    @property
    def international(self) -> bool:
        """True if the number has international sending enabled; `isInternationalSend` in the event records."""
        return isinstance(self.identity, PhoneNumber) and self.identity.international_sending_enabled
