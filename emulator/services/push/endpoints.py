"""Endpoints: how a request changes one, and which belong to a user."""

from __future__ import annotations

from copy import deepcopy

from emulator.services.push.service import Context, now_text
from emulator.services.push.state import App, Document
from emulator.telecom.devices import PLATFORMS

MERGED = ("Attributes", "Metrics")
COHORTS = 100


def put_endpoint(ctx: Context, app: App, endpoint_id: str, request: Document) -> None:
    """Merge a request into an endpoint; attributes and metrics merge by key, and an attribute without values is removed."""
    new = {
        "ApplicationId": app.app_id,
        "CohortId": str(ctx.world.seeds.random(f"cohort/{app.app_id}/{endpoint_id}").randrange(COHORTS)),
        "CreationDate": now_text(ctx),
        "EndpointStatus": "ACTIVE",
        "Id": endpoint_id,
        "OptOut": "NONE",
    }
    row = app.endpoints.setdefault(endpoint_id, new)
    for name, value in deepcopy(request).items():
        if name in MERGED:
            merged = row.get(name, {}) | value
            row[name] = {key: each for key, each in merged.items() if each not in (None, [])}
        elif name == "User":
            row["User"] = row.get("User", {}) | value
        else:
            row[name] = value
    row["EffectiveDate"] = request.get("EffectiveDate") or now_text(ctx)
    row["RequestId"] = ctx.request_id
    if row.get("Address") and row.get("ChannelType") in PLATFORMS:
        # The app was opened, so its token is valid again.
        ctx.world.devices.install(row["Address"], row["ChannelType"], ctx.now)


def user_of(endpoint: Document) -> str | None:
    """Return the id of the user that an endpoint belongs to, if any."""
    found: str | None = endpoint.get("User", {}).get("UserId")
    return found


def endpoints_of(app: App, user_id: str) -> dict[str, Document]:
    """Return a user's endpoints by id."""
    return {key: row for key, row in app.endpoints.items() if user_of(row) == user_id}
