"""
The API as the resources of CloudFormation stacks call it: each call is a request to this engine, and is logged as one.

CloudFormation waits for a resource to be ready. Here the time that it would wait passes at once, except on a frozen clock.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from emulator.engine import Engine
from emulator.services.cloudformation_resources.handler import OperationFailed
from emulator.services.cloudformation_resources.provider import Types
from emulator.wire.http import Request

WAIT_MAX = timedelta(minutes=10)
"""How long, by the virtual clock, a resource may take to be ready. # unverified"""
ATTEMPTS_MAX = 10
"""How often a call is made that is refused because there were too many."""
PAUSE = timedelta(seconds=1)
THROTTLED = "ThrottlingException"
JSON_TYPE = "application/x-amz-json-1.0"
TARGET = "PinpointSMSVoiceV2"


class StackResources(Types):
    """kernel.ports.ResourceTypes over an engine."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(lambda account, region: EngineApi(engine, account, region))


class EngineApi:
    """services.cloudformation_resources.handler.Api."""

    def __init__(self, engine: Engine, account: str, region: str) -> None:
        self._engine = engine
        self._credential = f"{account}/20260101/{region}/sms-voice/aws4_request"

    def call(self, operation: str, /, **members: Any) -> dict[str, Any]:
        """Call an operation, again if it is throttled; raises OperationFailed."""
        for _ in range(ATTEMPTS_MAX - 1):
            try:
                return self._call_once(operation, members)
            except OperationFailed as error:
                if error.code != THROTTLED:
                    raise
                self._pass(PAUSE)
        return self._call_once(operation, members)

    def _call_once(self, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "x-amz-target": f"{TARGET}.{operation}",
            "content-type": JSON_TYPE,
            "authorization": f"AWS4-HMAC-SHA256 Credential={self._credential}",
        }
        response = self._engine.handle(Request("POST", "/", headers, json.dumps(members).encode()))
        answer: dict[str, Any] = json.loads(response.body or b"{}")
        if response.status < 400:
            return answer
        request_id = {name.lower(): value for name, value in response.headers.items()}.get("x-amzn-requestid", "")
        raise OperationFailed(
            str(answer["__type"]).rpartition("#")[2],
            answer.get("Message") or answer.get("message") or "",
            answer.get("Reason", ""),
            request_id,
        )

    def wait(self, is_done: Callable[[], bool]) -> bool:
        """Advance from one timer to the next until a resource is ready; return False if it does not get there."""
        ends_at = self._engine.world.clock.now + WAIT_MAX
        while not is_done():
            due = self._engine.look(lambda world: world.clock.next_due())
            if self._is_frozen or due is None or due > ends_at:
                return is_done()
            self._clock(advance_to=max(due, self._engine.world.clock.now))
        return True

    def _pass(self, length: timedelta) -> None:
        if not self._is_frozen:
            self._clock(advance_seconds=length)

    @property
    def _is_frozen(self) -> bool:
        return self._engine.mode == "frozen"

    @cached_property
    def _clock(self) -> Callable[..., Any]:
        from emulator.control.clock import change_clock

        def change(**arguments: Any) -> None:
            change_clock(self._engine, **arguments)

        return change
