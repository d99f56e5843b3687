"""The way of a request to Cognito through here: AWS JSON 1.1 in and out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from emulator.kernel.ports import UserPools
from emulator.services.cognito_codes.call import Call, SendText, UnitOfWork
from emulator.services.cognito_codes.operations import INTERCEPTED
from emulator.wire.credentials import read_scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.protocols import read_object
from emulator.wire.render import epoch_seconds

TARGET = "AWSCognitoIdentityProviderService."
CONTENT_TYPE = "application/x-amz-json-1.1"


def intercepted_operation(request: Request) -> str | None:
    """Return the operation of a request to Cognito that sends or takes a code; None for any other request."""
    target = request.headers.get("x-amz-target", "")
    name = target.removeprefix(TARGET)
    return name if name != target and name in INTERCEPTED else None


def answer(
    name: str,
    request: Request,
    request_id: str,
    user_pools: UserPools,
    unit_of_work: UnitOfWork,
    send_text: SendText,
) -> Response:
    """Answer an intercepted operation; takes as long as the user pool does."""
    caller = read_scope(request)
    try:
        members = read_object(request.body)
        # Most of these requests are unsigned: the client, the token or the session tells the region.
        scope = user_pools.find_user_pool(caller.account, caller.region, members)
        call = Call(name, members, scope, user_pools, unit_of_work, send_text)
        # Without a pool the user pools themselves answer, with an error.
        result = INTERCEPTED[name](call) if scope.pool_id else call.forward()
    except ServiceError as error:
        body = {"__type": error.code, "message": error.message}
        return _response(error.status or 400, body, request_id)
    return _response(200, result, request_id)


def _response(status: int, body: dict[str, Any], request_id: str) -> Response:
    # Browsers call Cognito from other origins; AWS allows all of them.
    headers = {
        "Content-Type": CONTENT_TYPE,
        "x-amzn-RequestId": request_id,
        "Access-Control-Allow-Origin": "*",
        **body.pop("headers", {}),
    }
    return Response(status, headers, json.dumps(body, default=_time).encode())


def _time(value: Any) -> float:
    if isinstance(value, datetime):
        return epoch_seconds(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
