"""A local emulator of AWS End User Messaging: send texts with an unmodified AWS SDK, and see the phone they arrive on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.version import __version__

if TYPE_CHECKING:
    from emulator.emulator import Emulator
    from emulator.front.mock import mock_sms

__all__ = ["Emulator", "__version__", "mock_sms"]


def __getattr__(name: str) -> object:
    # Imported on first use: pytest loads our plugin in every run, and most runs do not send a text.
    if name == "Emulator":
        from emulator.emulator import Emulator

        return Emulator
    if name == "mock_sms":
        from emulator.front.mock import mock_sms

        return mock_sms
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
