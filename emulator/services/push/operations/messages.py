"""SendMessages and SendUsersMessages. Source: the API reference of Amazon Pinpoint, "Messages", "Users Messages"."""

from __future__ import annotations

from typing import Any

from emulator.services.push.compose import MESSAGE_OF_CHANNEL, parts_for
from emulator.services.push.dispatch import PERMANENT, result, send, send_to_endpoint
from emulator.services.push.endpoints import endpoints_of
from emulator.services.push.errors import BadRequestException
from emulator.services.push.service import VERSION, Context, find_app, find_template
from emulator.services.push.state import App, Document
from emulator.wire.service import operation

RECIPIENTS_MAX = 100
"""Addresses and endpoints, or users, per request. Source: SendMessages, SendUsersMessages"""


@operation
def send_messages(ctx: Context, *, application_id: str, message_request: dict[str, Any]) -> dict[str, Any]:
    """Send to addresses and endpoints; the answer is HTTP 200 even if all of them fail."""
    app = find_app(ctx, application_id)
    addresses, endpoints = message_request.get("Addresses", {}), message_request.get("Endpoints", {})
    count = len(addresses) + len(endpoints)
    if not 0 < count <= RECIPIENTS_MAX:
        raise BadRequestException(f"A request must have 1 to {RECIPIENTS_MAX} addresses and endpoints, not {count}")
    template = _template(ctx, message_request)
    configuration = message_request["MessageConfiguration"]
    answer: Document = {"ApplicationId": app.app_id, "RequestId": ctx.request_id}
    if addresses:
        answer["Result"] = {
            address: _to_address(ctx, app, address, _with_context(message_request, override), configuration, template)
            for address, override in addresses.items()
        }
    if endpoints:
        answer["EndpointResult"] = {
            endpoint_id: _to_endpoint(
                ctx, app, "SendMessages", endpoint_id, _with_context(message_request, override), configuration, template
            )
            for endpoint_id, override in endpoints.items()
        }
    return {"MessageResponse": answer}


@operation
def send_users_messages(ctx: Context, *, application_id: str, send_users_message_request: dict[str, Any]) -> dict[str, Any]:
    """Send to every endpoint of each user."""
    app = find_app(ctx, application_id)
    users = send_users_message_request["Users"]
    if not 0 < len(users) <= RECIPIENTS_MAX:
        raise BadRequestException(f"A request must have 1 to {RECIPIENTS_MAX} users, not {len(users)}")
    template = _template(ctx, send_users_message_request)
    configuration = send_users_message_request["MessageConfiguration"]
    results = {
        user_id: {
            endpoint_id: _to_endpoint(ctx, app, "SendUsersMessages", endpoint_id, override, configuration, template)
            for endpoint_id in endpoints_of(app, user_id)
        }
        for user_id, override in (
            (user_id, _with_context(send_users_message_request, given)) for user_id, given in users.items()
        )
    }
    answer = {"ApplicationId": app.app_id, "RequestId": ctx.request_id, "Result": results}
    return {"SendUsersMessageResponse": answer}


def _with_context(request: Document, override: Document) -> Document:
    """Return the settings of one recipient, with the Context of the request beneath their own."""
    return override | {"Context": request.get("Context", {}) | override.get("Context", {})}


def _template(ctx: Context, request: Document) -> Document | None:
    named = request.get("TemplateConfiguration", {}).get("PushTemplate")
    if not named:
        return None
    template = find_template(ctx, named.get("Name", ""))
    version = named.get("Version", "")
    place = int(version) if VERSION.fullmatch(version) and int(version) <= len(template.versions) else template.active
    return template.versions[place - 1][1]


def _to_address(
    ctx: Context, app: App, address: str, override: Document, configuration: Document, template: Document | None
) -> Document:
    channel = override.get("ChannelType")
    if channel not in MESSAGE_OF_CHANNEL:
        return result(PERMANENT, 400, f"No valid channel of type {channel} is enabled for the application")
    parts = parts_for(channel, configuration, template, override) | {"Context": override["Context"]}
    return send(ctx, app, "SendMessages", channel, address, parts)


def _to_endpoint(
    ctx: Context,
    app: App,
    operation_name: str,
    endpoint_id: str,
    override: Document,
    configuration: Document,
    template: Document | None,
) -> Document:
    endpoint = app.endpoints.get(endpoint_id)
    if endpoint is None:
        return result(PERMANENT, 404, "Endpoint not found")
    channel = endpoint.get("ChannelType")
    if channel not in MESSAGE_OF_CHANNEL:
        return result(PERMANENT, 400, f"No valid channel of type {channel} is enabled for the application")
    parts = parts_for(channel, configuration, template, override) | {"Context": override["Context"]}
    return send_to_endpoint(ctx, app, operation_name, endpoint, parts)
