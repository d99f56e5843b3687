"""The way of a request to Cognito through here: AWS JSON 1.1 in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from emulator.kernel.ports import AwsRefusal, UserPools
from emulator.services.cognito_codes.errors import InvalidParameterException
from emulator.settings import Settings
from emulator.wire.credentials import read_scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.models import load_model
from emulator.wire.protocols import read_object
from emulator.wire.render import epoch_seconds

if TYPE_CHECKING:
    from emulator.services.cognito_codes.call import UnitOfWork

TARGET = "AWSCognitoIdentityProviderService."
SERVICE = "cognito-idp"
CHECKED = "checked"
CONTENT_TYPE = "application/x-amz-json-1.1"


def is_intercepted(request: Request, settings: Settings) -> bool:
    """Return whether a request is for an operation of Cognito that sends or takes a code, and codes are checked."""
    name = _operation(request)
    return bool(name) and settings.cognito_codes == CHECKED and name in _operations().INTERCEPTED


def _operations() -> ModuleType:
    # Imported with the first request to Cognito; most programs make none.
    from emulator.services.cognito_codes import operations

    return operations


def _operation(request: Request) -> str:
    target = request.headers.get("x-amz-target", "")
    name = target.removeprefix(TARGET)
    return "" if name == target else name


RaiseFault = Callable[[str, str, str], None]
"""Raises the error of a fault rule for a service, an operation and a request id, if one applies."""


def answer(request: Request, user_pools: UserPools, unit_of_work: UnitOfWork, raise_fault: RaiseFault) -> Response:
    """Answer an intercepted operation; takes as long as the user pool does, and locks the world only now and then."""
    name = _operation(request)
    caller = read_scope(request)
    with unit_of_work(caller.account, caller.region) as ctx:
        request_id = ctx.world.seeds.uuid("request")
    try:
        with unit_of_work(caller.account, caller.region):
            raise_fault(SERVICE, name, request_id)
        members = _checked(name, read_object(request.body))
        # Most of these requests are unsigned: the client, the token or the session tells the region.
        scope = user_pools.find_user_pool(caller.account, caller.region, members)
        call = _operations().Call(name, members, scope, user_pools, unit_of_work)
        # Without a pool the user pools themselves answer, with an error.
        result = _operations().INTERCEPTED[name](call) if scope.pool_id else call.forward()
    except ServiceError as error:
        body = {"__type": error.code, "message": error.message}
        return replace(_response(error.status or 400, body, request_id), delay_seconds=error.delay_seconds)
    return _response(200, result, request_id)


def refuse(refusal: AwsRefusal) -> Response:
    """Return the answer if what a pool calls has refused."""
    return _response(refusal.status, {"__type": refusal.code, "message": refusal.message}, str(UUID(int=0)))


def _checked(name: str, members: dict[str, Any]) -> dict[str, Any]:
    """
    Return the members of a request without those that are null.

    Raises:
        InvalidParameterException: one is missing, or has a value that the model does not allow.
    """
    given = {member: value for member, value in members.items() if value is not None}
    shape: Any = _model().operation_model(name).input_shape
    problems = ParamValidator().validate(given, shape)
    if problems.has_errors():
        raise InvalidParameterException(problems.generate_report())
    return given


@cache
def _model() -> ServiceModel:
    return load_model(SERVICE)


def _response(status: int, body: dict[str, Any], request_id: str) -> Response:
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id, **body.pop("headers", {})}
    return Response(status, headers, json.dumps(body, default=_time).encode())


def _time(value: Any) -> float:
    if isinstance(value, datetime):
        return epoch_seconds(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
