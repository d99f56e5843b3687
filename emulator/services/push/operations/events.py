"""Events that apps report, and the stream they are sent to. Source: the API reference, "Events", "Event Stream"."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from emulator.kernel.clock import milliseconds
from emulator.kernel.ports import Read
from emulator.messaging import roles
from emulator.messaging.context import World
from emulator.messaging.facts import AppEventReported
from emulator.services.push.endpoints import put_endpoint
from emulator.services.push.errors import BadRequestException, NotFoundException
from emulator.services.push.service import Context, find_app, now_text
from emulator.services.push.state import App, Document
from emulator.wire.service import operation

ENDPOINTS_MAX = 100
EVENTS_MAX = 100
"""Per request. Source: the quotas of Amazon Pinpoint"""
ACCEPTED = {"Message": "Accepted", "StatusCode": 202}


@operation
def put_events(ctx: Context, *, application_id: str, events_request: dict[str, Any]) -> dict[str, Any]:
    """Accept the events of endpoints, and update the endpoints as the request describes them."""
    app = find_app(ctx, application_id)
    batch = events_request["BatchItem"]
    if len(batch) > ENDPOINTS_MAX or sum(len(item["Events"]) for item in batch.values()) > EVENTS_MAX:
        raise BadRequestException(f"A request can have at most {ENDPOINTS_MAX} endpoints and {EVENTS_MAX} events")
    for item in batch.values():
        for event in item["Events"].values():
            _check_time(event)
    results = {}
    for endpoint_id, item in batch.items():
        if item["Endpoint"]:
            put_endpoint(ctx, app, endpoint_id, item["Endpoint"])
        for event_id, event in item["Events"].items():
            if app.event_stream is not None:
                record = _record(ctx, app, endpoint_id, event)
                stream = app.event_stream["DestinationStreamArn"]
                ctx.emit(AppEventReported(ctx.account, ctx.region, stream, event_id, record))
        results[endpoint_id] = {
            "EndpointItemResponse": ACCEPTED,
            "EventsItemResponse": dict.fromkeys(item["Events"], ACCEPTED),
        }
    return {"EventsResponse": {"Results": results}}


def _record(ctx: Context, app: App, endpoint_id: str, event: Document) -> Document:
    """Return an event as the stream gets it. Source: "Streaming app and campaign event data", event-streams-data-app.html"""
    endpoint = {name: value for name, value in app.endpoints.get(endpoint_id, {}).items() if name != "RequestId"}
    session = {"session_id": event["Session"]["Id"]} if "Session" in event else {}
    if session:
        session["start_timestamp"] = _milliseconds(event["Session"]["StartTimestamp"])
    return {
        "event_type": event["EventType"],
        "event_timestamp": _milliseconds(event["Timestamp"]),
        "arrival_timestamp": milliseconds(ctx.now),
        "event_version": "3.0",
        "application": {
            "app_id": app.app_id,
            "cognito_identity_pool_id": None,
            "package_name": event.get("AppPackageName"),
            "sdk": {"name": event.get("SdkName"), "version": event.get("ClientSdkVersion")},
            "title": event.get("AppTitle"),
            "version_code": event.get("AppVersionCode"),
        },
        "client": {"client_id": endpoint_id, "cognito_id": None},
        "device": {"platform": {}},
        "session": session,
        "attributes": event.get("Attributes", {}),
        "metrics": event.get("Metrics", {}),
        "client_context": {"custom": {"endpoint": json.dumps(endpoint, separators=(",", ":"))}},
        "awsAccountId": ctx.account,
    }


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))


def _check_time(event: Document) -> None:
    times = [event["Timestamp"], *([event["Session"]["StartTimestamp"]] if "Session" in event else [])]
    for text in times:
        try:
            _milliseconds(text)
        except ValueError as error:
            raise BadRequestException(f"Invalid timestamp {text}; must be ISO 8601") from error


def _role_reads(world: World, members: dict[str, Any]) -> list[Read]:
    return [*roles.reads(members["WriteEventStream"].get("RoleArn"), principals=roles.PINPOINT)]


@operation(reads=_role_reads)
def put_event_stream(ctx: Context, *, application_id: str, write_event_stream: dict[str, Any]) -> dict[str, Any]:
    """Send the application's events to a stream."""
    app = find_app(ctx, application_id)
    parts = write_event_stream["DestinationStreamArn"].split(":", 5)
    if len(parts) < 6 or parts[2] not in ("kinesis", "firehose"):
        raise BadRequestException("DestinationStreamArn must be the ARN of a Kinesis or Firehose stream")
    if not write_event_stream["RoleArn"].startswith("arn:"):
        raise BadRequestException("RoleArn must be the ARN of a role")
    if roles.cannot_assume(ctx, write_event_stream["RoleArn"], roles.PINPOINT):
        raise BadRequestException(f"Could not assume IAM role {write_event_stream['RoleArn']}")
    app.event_stream = {
        "ApplicationId": app.app_id,
        "DestinationStreamArn": write_event_stream["DestinationStreamArn"],
        "LastModifiedDate": now_text(ctx),
        "LastUpdatedBy": ctx.account,
        "RoleArn": write_event_stream["RoleArn"],
    }
    return {"EventStream": app.event_stream}


@operation
def get_event_stream(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Return the stream that the application's events are sent to."""
    stream = find_app(ctx, application_id).event_stream
    if stream is None:
        raise NotFoundException("Resource not found")
    return {"EventStream": stream}


@operation
def delete_event_stream(ctx: Context, *, application_id: str) -> dict[str, Any]:
    """Stop sending the application's events to a stream."""
    app = find_app(ctx, application_id)
    stream = get_event_stream(ctx, application_id=application_id)
    app.event_stream = None
    return stream
