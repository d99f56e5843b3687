"""The user pools behind an intercepted call, as an entry needs them: their answers kept, functions called afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.kernel.ports import AwsRefusal, PoolScope, UserPools
from emulator.kernel.snapshots import decode, encode
from emulator.services.cognito_codes import interception
from emulator.wire.http import Request, Response


class Pools:
    """
    kernel.ports.UserPools.

    Args:
        pools: the user pools themselves.
        embedded: whether they are in this process, where a call can be repeated; the answers of others are kept.
        answers: those that were kept, if the call is repeated.
    """

    def __init__(self, pools: UserPools, *, embedded: bool, answers: list[Any] | None = None) -> None:
        self._pools = pools
        self._embedded = embedded
        self._kept = None if embedded or answers is None else list(answers)
        self.answers: list[Any] = []
        self._functions: list[Callable[[], None]] = []

    def _answer(self, ask: Callable[[], Any]) -> Any:
        if self._kept is not None:
            kept = self._kept.pop(0)
            if "refusal" in kept:
                raise AwsRefusal(*kept["refusal"])
            return decode(kept["answer"])
        if self._embedded:
            return ask()
        try:
            answer = ask()
        except AwsRefusal as refusal:
            self.answers.append({"refusal": [refusal.code, refusal.message, refusal.status]})
            raise
        self.answers.append({"answer": encode(answer)})
        return answer

    def find_user_pool(self, account: str, region: str, members: Mapping[str, Any]) -> PoolScope:
        """kernel.ports.UserPools."""
        found: PoolScope = self._answer(lambda: self._pools.find_user_pool(account, region, members))
        return found

    def call_user_pool(self, account: str, region: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """kernel.ports.UserPools."""
        found: dict[str, Any] = self._answer(lambda: self._pools.call_user_pool(account, region, operation, members))
        return found

    def invoke_function(self, account: str, region: str, function: str, event: Mapping[str, Any]) -> None:
        """kernel.ports.UserPools: put off, see `invoke_functions`."""
        self._functions.append(lambda: self._pools.invoke_function(account, region, function, event))

    def invoke_functions(self, request: Request) -> Response | None:
        """Invoke the functions that were put off; return the answer to the request if one has failed."""
        for invoke in self._functions:
            try:
                invoke()
            except AwsRefusal as refusal:
                return interception.refuse(refusal)
        return None
