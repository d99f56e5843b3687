"""
The emulator: an engine, and the Python objects that play the recipient, the carrier and the reviewer.

Those are imported when they are first used: with all commands behind them, that takes longer than a first answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emulator.access import Access
from emulator.aws import EmbeddedAws
from emulator.engine import SERVICES as SERVICES
from emulator.engine import Engine, StreamView, utc_now
from emulator.kernel.ports import ResourceTypes
from emulator.settings import Settings, read_config
from emulator.wire.http import Request, Response
from emulator.world import World

if TYPE_CHECKING:
    from emulator import client
    from emulator.control.codes import CodesClient


def prepare_with(config: Mapping[str, Any]) -> Callable[[Engine], None]:
    """Return what creates the resources of a configuration in a new world."""

    def prepare(engine: Engine) -> None:
        if config:
            from emulator.control.preload import preload

            preload(engine.world, config)

    return prepare


def _stream_views() -> Mapping[type, StreamView]:
    from emulator.control.views import STREAM_VIEWS

    return STREAM_VIEWS


def _resource_types(engine: Engine) -> ResourceTypes:
    from emulator.stack_resources import StackResources

    return StackResources(engine)


class Emulator:
    """
    A simulated AWS End User Messaging, in this process.

    Args:
        seed: determines everything that is left to chance.
        start: the initial virtual time; the wall clock's by default.
        profile: `friendly`, or `strict` for AWS's own limits and requirements.
        clock: `stepping` (every request and command runs what is due), `frozen`, or `running` with the wall clock.
        config: a configuration file, in TOML, or its content: `limits`, `access`, and resources to create at the start.
        aws_endpoint_url: where SNS and the other services are; by default moto, in this process.
        wall: reads the wall clock.
        engine_type: what the engine is an instance of.

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
        engine_type: type[Engine] = Engine,
    ) -> None:
        config = read_config(config) if isinstance(config, str | Path) else dict(config or {})
        self.access = Access.load(config.pop("access", {}))
        self.config = config
        self.engine = engine_type(
            seed,
            start,
            Settings.load(profile, config.get("limits")),
            clock,
            aws_endpoint_url,
            wall,
            prepare=prepare_with(config),
            stream_views=_stream_views,
        )
        self.engine.aws.new_resource_types = lambda: _resource_types(self.engine)
        self.engine.aws.webhook_hosts = self.access.webhook_hosts
        self.engine.aws.lambda_execution = self.access.lambda_execution is not False

    def __repr__(self) -> str:
        count = len(self.world.inbox.messages)
        messages = f"{count} message{'' if count == 1 else 's'}"
        return f"<Emulator {messages}, clock {self.engine.mode} at {self.world.clock.now:%Y-%m-%dT%H:%M:%SZ}>"

    @cached_property
    def requests(self) -> client.RequestsClient:
        """The latest calls to AWS APIs."""
        from emulator import client

        return client.RequestsClient(self.control)

    @cached_property
    def control(self) -> client.ControlClient:
        """Every command of the control API."""
        from emulator import client

        return client.ControlClient(self.engine)

    @cached_property
    def inbox(self) -> client.InboxClient:
        """The messages."""
        from emulator import client

        return client.InboxClient(self.control)

    @cached_property
    def clock(self) -> client.ClockClient:
        """The virtual clock."""
        from emulator import client

        return client.ClockClient(self.control, self.engine)

    @cached_property
    def carriers(self) -> client.CarriersClient:
        """The rules of the carriers."""
        from emulator import client

        return client.CarriersClient(self.control)

    @cached_property
    def devices(self) -> client.DevicesClient:
        """The devices that receive push notifications."""
        from emulator import client

        return client.DevicesClient(self.control)

    @cached_property
    def faults(self) -> client.FaultsClient:
        """Injected faults."""
        from emulator import client

        return client.FaultsClient(self.control)

    @cached_property
    def events(self) -> client.EventsClient:
        """Event records."""
        from emulator import client

        return client.EventsClient(self.control)

    @cached_property
    def registrations(self) -> client.RegistrationsClient:
        """The reviewer of registrations."""
        from emulator import client

        return client.RegistrationsClient(self.control)

    @cached_property
    def consent(self) -> client.ConsentClient:
        """Consent."""
        from emulator import client

        return client.ConsentClient(self.control)

    @cached_property
    def calls(self) -> client.CallsClient:
        """Phone calls."""
        from emulator import client

        return client.CallsClient(self.control)

    @cached_property
    def rcs(self) -> client.RcsClient:
        """RCS."""
        from emulator import client

        return client.RcsClient(self.control)

    @cached_property
    def whatsapp(self) -> client.WhatsAppClient:
        """WhatsApp accounts, and what Meta decides."""
        from emulator import client

        return client.WhatsAppClient(self.control)

    @cached_property
    def brand_profiles(self) -> client.BrandProfilesClient:
        """Brand profiles, and what AWS decides."""
        from emulator import client

        return client.BrandProfilesClient(self.control)

    @cached_property
    def codes(self) -> CodesClient:
        """The one-time codes that were sent and not used yet."""
        from emulator.control.codes import CodesClient

        return CodesClient(self.control)

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
        return self.engine.world.settings

    def handle(self, request: Request) -> Response:
        """Answer a request for one of our services."""
        return self.engine.handle(request)

    def deliver(self) -> None:
        """Deliver pending events and metrics."""
        self.engine.deliver()

    def handset(self, number: str) -> client.HandsetClient:
        """Return the client for the handset with this number."""
        from emulator import client

        return client.HandsetClient(self.control, number)

    def account(self, account_id: str | None = None, region: str | None = None) -> client.AccountClient:
        """Return the client for the settings of an account in a region."""
        from emulator import client

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
