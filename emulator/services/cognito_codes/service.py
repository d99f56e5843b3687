"""The component that keeps Cognito's codes, by the account and region of their user pool."""

from __future__ import annotations

from datetime import datetime

from emulator.kernel.snapshots import Snapshotable
from emulator.messaging.context import World
from emulator.messaging.state.codes import IssuedCode
from emulator.wire.context import Context as WireContext
from emulator.wire.service import Component

Key = tuple[str, str, str]
"""A user pool's id, a username (of MFA: a session), and what the code is for."""


class CognitoStore(Snapshotable):
    """The codes that were sent, and when each user was sent one."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.codes: dict[Key, IssuedCode] = {}
        """The newest code for each key. A used one stays, since it must not be good again."""
        self.sent: dict[tuple[str, str], list[datetime]] = {}
        """By user pool and username: the times of the codes of the last hour."""


Context = WireContext[CognitoStore, World]

component: Component[CognitoStore, World] = Component(
    "cognito-codes",
    lambda world, account, region: CognitoStore(account, region),
    "emulator.services.cognito_codes",
)
