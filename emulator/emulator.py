"""The emulator: an engine, and the Python objects that play the recipient, the carrier and the reviewer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from emulator import client
from emulator.aws import EmbeddedAws
from emulator.control.preload import preload
from emulator.control.views import STREAM_VIEWS
from emulator.engine import SERVICES as SERVICES
from emulator.engine import Engine, utc_now
from emulator.settings import Settings, read_config
from emulator.wire.http import Request, Response
from emulator.world import World


class Emulator:
    """
    A simulated AWS End User Messaging, in this process.

    Args:
        seed: determines everything that is left to chance.
        start: the initial virtual time; the wall clock's by default.
        profile: `friendly`, or `strict` for AWS's own limits and requirements.
        clock: `stepping` (every request and command runs what is due), `frozen`, or `running` with the wall clock.
        config: a configuration file, in TOML, or its content: `limits`, and resources to create at the start.
        aws_endpoint_url: where SNS and the other services are; by default moto, in this process.
        wall: reads the wall clock.

    Raises:
        ValueError: the profile, the clock mode or an entry of the configuration is not valid.
    """

    def __init__(
        self,
        seed: int = 0,
        start: datetime | None = None,
        profile: str = "friendly",
        clock: str = "stepping",
        config: Mapping[str, Any] | str | Path | None = None,
        aws_endpoint_url: str | None = None,
        wall: Callable[[], datetime] = utc_now,
    ) -> None:
        config = read_config(config) if isinstance(config, str | Path) else dict(config or {})
        self.engine = Engine(
            seed,
            start,
            Settings.load(profile, config.get("limits")),
            clock,
            aws_endpoint_url,
            wall,
            prepare=lambda engine: preload(engine.world, config),
            stream_views=STREAM_VIEWS,
        )
        self.control = client.ControlClient(self.engine)
        self.inbox = client.InboxClient(self.control)
        self.clock = client.ClockClient(self.control, self.engine)
        self.carriers = client.CarriersClient(self.control)
        self.devices = client.DevicesClient(self.control)
        self.faults = client.FaultsClient(self.control)
        self.events = client.EventsClient(self.control)
        self.registrations = client.RegistrationsClient(self.control)
        self.consent = client.ConsentClient(self.control)
        self.calls = client.CallsClient(self.control)
        self.rcs = client.RcsClient(self.control)
        self.requests = client.RequestsClient(self.control)

    def __repr__(self) -> str:
        count = len(self.world.inbox.messages)
        messages = f"{count} message{'' if count == 1 else 's'}"
        return f"<Emulator {messages}, clock {self.engine.mode} at {self.world.clock.now:%Y-%m-%dT%H:%M:%SZ}>"

    @property
    def world(self) -> World:
        """The current `World`."""
        return self.engine.world

    @property
    def aws(self) -> EmbeddedAws:
        """The other AWS services."""
        return self.engine.aws

    @property
    def settings(self) -> Settings:
        """The settings of the profile and the configuration."""
        return self.engine.settings

    def handle(self, request: Request) -> Response:
        """Answer a request for one of our services."""
        return self.engine.handle(request)

    def deliver(self) -> None:
        """Deliver pending events and metrics."""
        self.engine.deliver()

    def handset(self, number: str) -> client.HandsetClient:
        """Return the client for the handset with this number."""
        return client.HandsetClient(self.control, number)

    def account(self, account_id: str | None = None, region: str | None = None) -> client.AccountClient:
        """Return the client for the settings of an account in a region."""
        return client.AccountClient(self.control, account_id, region)

    def settle(self, within_seconds: float | None = None) -> dict[str, Any]:
        """
        Run all pending timers, or those due within that many seconds, and deliver the resulting events.

        Returns:
            How many timers `ran`, the time `now`, and how many deliveries have failed (`undelivered`).
        """
        settled: dict[str, Any] = self.control("settle", within_seconds=within_seconds)
        return settled

    def costs(self) -> list[dict[str, Any]]:
        """Return the costs by month, channel and country."""
        rows: list[dict[str, Any]] = self.control("costs")["costs"]
        return rows

    def reset(self, *, aws: bool = False) -> None:
        """Start again with empty state; with `aws`, empty the embedded AWS services too."""
        self.control("reset", aws=aws)

    def state(self) -> dict[str, Any]:
        """Return the whole state as JSON, except for what is in the other AWS services."""
        state: dict[str, Any] = self.control("show_state")
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """
        Restore a state returned by `state`: the same calls then give the same bytes.

        Raises:
            InvalidArgument: the state comes from another version, or was modified; nothing has changed.
        """
        self.control("change_state", state=state)
