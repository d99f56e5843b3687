"""The profile: how lenient the emulator is."""

from __future__ import annotations

from typing import Annotated, TypedDict

from emulator.control.command import command
from emulator.control.parsing import choice
from emulator.engine import Engine
from emulator.settings import PROFILES


class ProfileView(TypedDict):
    """The profile, and the limits that the configuration sets apart from it."""

    profile: str
    overridden: list[str]


@command("GET /profile")
def show_profile(engine: Engine) -> ProfileView:
    """Show the profile, `friendly` or `strict`."""
    settings = engine.world.settings
    return {"profile": settings.profile, "overridden": sorted(settings.overrides())}


@command("PUT /profile")
def change_profile(engine: Engine, *, profile: Annotated[str, choice(*PROFILES)]) -> ProfileView:
    """
    Change the profile until the next reset; limits of the configuration keep their values.

    It applies from the next request on. Accounts that are already in use keep their tier and their spend limits.
    """
    engine.world.settings = engine.world.settings.with_profile(profile)
    return show_profile(engine)
