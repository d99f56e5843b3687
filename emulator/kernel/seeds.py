"""
Randomness and ids, all derived from one seed.

Each decision has its own random stream, named after what is decided, so that a new message never changes the fate of an
older one. A hash is used instead of `random.Random` because seeding the latter costs more than the rest of a send.
"""

from __future__ import annotations

from hashlib import blake2b
from random import Random

from emulator.kernel.snapshots import Snapshotable

FRACTION_BITS = 53
VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The first digit of a UUID's fourth group, by the random digit that it replaces."""
UUIDS_AHEAD = 32
FRACTION_UNIT = 2.0**-FRACTION_BITS


class Seeds(Snapshotable):
    """Ids and random streams derived from one seed."""

    SNAPSHOT_FIELDS = ("_made", "_ready")

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._key = blake2b(str(seed).encode(), digest_size=32).digest()
        self._made: dict[str, int] = {}
        self._ready: dict[str, list[str]] = {}
        """UUIDs generated in advance, the next one last."""

    def _digest(self, name: str, size: int) -> bytes:
        return blake2b(name.encode(), digest_size=size, key=self._key).digest()

    def _next(self, kind: str) -> str:
        self._made[kind] = count = self._made.get(kind, 0) + 1
        return f"{kind}/{count}"

    def hex_id(self, kind: str) -> str:
        """Return the next id, 32 hex digits, for a resource of this kind."""
        return self._digest(self._next(kind), 16).hex()

    def uuid(self, kind: str, version: int = 4) -> str:
        """Return the next UUID of this kind; all UUIDs of a kind have the same version."""
        ready = self._ready.get(kind) or self._make_ready(kind, version)
        return ready.pop()

    def _make_ready(self, kind: str, version: int) -> list[str]:
        # Each request needs two. They are generated in advance, four from one hash: a hash for each would be too slow.
        digits = "".join(self._digest(self._next(kind), 64).hex() for _ in range(UUIDS_AHEAD // 4))
        each = [digits[start : start + 32] for start in range(0, len(digits), 32)]
        ready = self._ready[kind] = [
            f"{d[:8]}-{d[8:12]}-{version}{d[13:16]}-{VARIANT[d[16]]}{d[17:20]}-{d[20:]}" for d in reversed(each)
        ]
        return ready

    def fraction(self, name: str) -> float:
        """Return a number in [0, 1) that depends only on the seed and this name."""
        # As many bits as a float holds exactly: more could round up to 1.
        drawn = blake2b(name.encode(), digest_size=8, key=self._key).digest()
        return (int.from_bytes(drawn, "big") >> (64 - FRACTION_BITS)) * FRACTION_UNIT

    def random(self, name: str) -> Random:
        """Return a random stream that depends only on the seed and this name."""
        return Random(self._digest(name, 16))
