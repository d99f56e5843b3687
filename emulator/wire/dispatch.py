"""Which service a request is for: by its X-Amz-Target, or by the signing name and the path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.wire.credentials import read_scope
from emulator.wire.http import Request
from emulator.wire.protocols import RestJson
from emulator.wire.service import Service


class Dispatcher:
    """Find the service of a request among these."""

    def __init__(self, services: Sequence[Service[Any, Any]]) -> None:
        self._services = services
        self._targets = {each.target_prefix: each for each in services if each.target_prefix is not None}
        self._signing_names: dict[str, list[Service[Any, Any]]] = {}
        for service in services:
            self._signing_names.setdefault(service.signing_name, []).append(service)

    def service_for(self, request: Request) -> Service[Any, Any] | None:
        """Return the service that a request is for, or None if it is not one of these."""
        target = request.headers.get("x-amz-target")
        if target:
            service = self._targets.get(target.partition(".")[0])
            if service is not None:
                return service
        # Two services may share a signing name: the REST one handles its own paths, the first one everything else.
        scope = read_scope(request)
        signing = self._signing_names.get(scope.signing_name, [])
        rest = (s for s in signing[1:] if not target and isinstance(s.protocol, RestJson) and s.protocol.matches(request))
        found = next(rest, signing[0] if signing else None)
        if found is None and not scope.signing_name:
            return next((each for each in self._services if each.owns is not None and each.owns(request)), None)
        return found if found is None or found.owns is None or found.owns(request) else None
