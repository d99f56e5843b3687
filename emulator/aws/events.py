"""Amazon EventBridge."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime

from emulator.aws.clients import AwsClients, client_errors
from emulator.aws.moto_patches import fill_gaps
from emulator.kernel.ports import Errors, EventRules


class _Everywhere:
    """Every account and region."""

    def __contains__(self, scope: object) -> bool:
        return True


EVERYWHERE: EventRules = _Everywhere()


class EventBridge(AwsClients):
    """kernel.ports.EventBuses."""

    def event_rules(self) -> EventRules:
        """kernel.ports.EventBuses; of moto the rules are known, another endpoint is sent every event."""
        if self.endpoint_url is not None:
            return EVERYWHERE
        if "moto.moto_api" in sys.modules:
            fill_gaps()
        # Another thread may be importing moto at this moment. Without backends, no rule exists yet.
        accounts = getattr(sys.modules.get("moto.events.models"), "events_backends", None)
        if not accounts:
            return ()
        # Copied first, since another thread may be the first to use an account or region.
        return {
            (account, region)
            for account, backends in list(accounts.items())
            for region, backend in list(backends.items())
            if "default" in backend.event_buses and backend.event_buses["default"].rules
        }

    def put_events(self, account: str, region: str, entries: Sequence[str]) -> Errors:
        """kernel.ports.EventBuses: at most ten entries."""
        read = [json.loads(entry) for entry in entries]
        for entry in read:
            entry["Time"] = datetime.fromisoformat(entry["Time"].replace("Z", "+00:00"))
        if self.is_embedded:
            for entry in read:
                entry["Time"] = entry["Time"].timestamp()
            with client_errors("PutEvents"):
                answered = self.backend("events", account, region).put_events(read)
        else:
            answered = self.client("events", account, region).put_events(Entries=read)["Entries"]
        return [entry.get("ErrorMessage") for entry in answered]
