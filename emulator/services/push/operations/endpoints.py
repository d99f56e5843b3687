"""Endpoints and users. Source: the API reference of Amazon Pinpoint, "Endpoint", "Endpoints", "User"."""

from __future__ import annotations

from typing import Any

from emulator.services.push.endpoints import endpoints_of, put_endpoint, user_of
from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import Context, accepted, find_app
from emulator.services.push.state import App, Document
from emulator.wire.service import operation

BATCH_MAX = 100
USER_ENDPOINTS_MAX = 15
"""Source: the quotas of Amazon Pinpoint"""
REPLACED = frozenset({"ADM", "GCM", "APNS", "APNS_VOIP", "APNS_VOIP_SANDBOX", "BAIDU"})
"""
The channels of which one more endpoint deactivates the user's oldest; on any other it is refused. APNS_SANDBOX is not
among them. Source: "Managing the maximum number of endpoints"; aws-amplify/amplify-flutter, issue 3560
"""
ALLOWED = {"EndpointStatus": ("ACTIVE", "INACTIVE"), "OptOut": ("ALL", "NONE")}
"""The allowed values of two members."""


@operation
def update_endpoint(
    ctx: Context, *, application_id: str, endpoint_id: str, endpoint_request: dict[str, Any]
) -> dict[str, Any]:
    """Create an endpoint, or change the members of one that the request names."""
    app = find_app(ctx, application_id)
    _check(app, endpoint_id, endpoint_request)
    _make_room(app, endpoint_id, endpoint_request)
    put_endpoint(ctx, app, endpoint_id, endpoint_request)
    return accepted(ctx)


@operation
def update_endpoints_batch(ctx: Context, *, application_id: str, endpoint_batch_request: dict[str, Any]) -> dict[str, Any]:
    """Create or change up to 100 endpoints: all of them or none."""
    app = find_app(ctx, application_id)
    items = endpoint_batch_request["Item"]
    if len(items) > BATCH_MAX:
        raise BadRequestException(f"A batch can have at most {BATCH_MAX} endpoints, not {len(items)}")
    for item in items:
        if not item.get("Id"):
            raise BadRequestException("Each endpoint of a batch must have an Id")
        _check(app, item["Id"], item)
    for item in items:
        _make_room(app, item["Id"], item)
        put_endpoint(ctx, app, item["Id"], {name: value for name, value in item.items() if name != "Id"})
    return accepted(ctx)


def _check(app: App, endpoint_id: str, request: Document) -> None:
    old = app.endpoints.get(endpoint_id, {})
    if not request.get("ChannelType", old.get("ChannelType")) and request.get("Address"):
        raise BadRequestException("An endpoint with an Address must have a ChannelType")
    for name, allowed in ALLOWED.items():
        if request.get(name, allowed[0]) not in allowed:
            raise BadRequestException(f"Invalid {name} {request[name]}; must be one of {', '.join(allowed)}")
    user_id = request.get("User", {}).get("UserId")
    others = [key for key, row in app.endpoints.items() if key != endpoint_id and user_of(row) == user_id]
    channel = request.get("ChannelType", old.get("ChannelType"))
    if user_id is None or len(others) < USER_ENDPOINTS_MAX:
        return
    if channel not in REPLACED or not any(app.endpoints[key].get("ChannelType") in REPLACED for key in others):
        raise BadRequestException(f"A user can have at most {USER_ENDPOINTS_MAX} endpoints")


def _make_room(app: App, endpoint_id: str, request: Document) -> None:
    """Take the user from the oldest of their push endpoints, and deactivate it, if they have as many as they may."""
    user_id = request.get("User", {}).get("UserId")
    others = [key for key, row in app.endpoints.items() if key != endpoint_id and user_of(row) == user_id]
    if user_id is None or len(others) < USER_ENDPOINTS_MAX:
        return
    replaceable = [app.endpoints[key] for key in others if app.endpoints[key].get("ChannelType") in REPLACED]
    oldest = min(replaceable, key=lambda row: str(row["EffectiveDate"]))
    oldest["EndpointStatus"] = "INACTIVE"
    oldest["User"] = {name: value for name, value in oldest["User"].items() if name != "UserId"}


def find_endpoint(app: App, endpoint_id: str) -> Document:
    """
    Return an endpoint of an application.

    Raises:
        NotFoundException: the application has no such endpoint.
    """
    if endpoint_id not in app.endpoints:
        raise NotFoundException("Resource not found")
    return app.endpoints[endpoint_id]


@operation
def get_endpoint(ctx: Context, *, application_id: str, endpoint_id: str) -> dict[str, Any]:
    """Return an endpoint."""
    return {"EndpointResponse": find_endpoint(find_app(ctx, application_id), endpoint_id)}


@operation
def delete_endpoint(ctx: Context, *, application_id: str, endpoint_id: str) -> dict[str, Any]:
    """Delete an endpoint."""
    app = find_app(ctx, application_id)
    row = find_endpoint(app, endpoint_id)
    del app.endpoints[endpoint_id]
    return {"EndpointResponse": row}


@operation
def get_user_endpoints(ctx: Context, *, application_id: str, user_id: str) -> dict[str, Any]:
    """Return all endpoints of a user."""
    return {"EndpointsResponse": {"Item": list(_of_user(find_app(ctx, application_id), user_id).values())}}


@operation
def delete_user_endpoints(ctx: Context, *, application_id: str, user_id: str) -> dict[str, Any]:
    """Delete all endpoints of a user."""
    app = find_app(ctx, application_id)
    rows = _of_user(app, user_id)
    for endpoint_id in rows:
        del app.endpoints[endpoint_id]
    return {"EndpointsResponse": {"Item": list(rows.values())}}


def _of_user(app: App, user_id: str) -> dict[str, Document]:
    rows = endpoints_of(app, user_id)
    if not rows:
        raise NotFoundException("Resource not found")
    return rows
