"""Flows: created, changed, published, deprecated, deleted. Sources: the service model; Meta, flows API"""

from __future__ import annotations

from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppFlow
from emulator.messaging.whatsapp.accounts import meta_id, report
from emulator.messaging.whatsapp.errors import MetaError, ResourceNotFoundException
from emulator.messaging.whatsapp.fields import INVALID
from emulator.messaging.whatsapp.flow_rules import needs_endpoint, read_flow

DRAFT, PUBLISHED, DEPRECATED, BLOCKED, THROTTLED = "DRAFT", "PUBLISHED", "DEPRECATED", "BLOCKED", "THROTTLED"
UPDATE_FAILED, PUBLISH_FAILED, DEPRECATE_FAILED, DELETE_FAILED = 139001, 139002, 139003, 139004
PREVIEW_LIFE = timedelta(days=30)
FLOWS_MAX = 1000
"""Flows of an account. A limit of the emulator."""


def get(account: WhatsAppAccount, flow_id: str) -> WhatsAppFlow:
    """
    Return a flow.

    Raises:
        ResourceNotFoundException: the account has none by that id.
    """
    flow = account.flows.get(flow_id)
    if flow is None:
        raise ResourceNotFoundException(f"Flow not found: {flow_id}")
    return flow


def create(
    ctx: Context,
    account: WhatsAppAccount,
    name: str,
    categories: list[str],
    *,
    flow_json: bytes | None,
    clone_flow_id: str | None,
    endpoint_uri: str | None,
    publish: bool,
) -> WhatsAppFlow:
    """
    Create a flow, as a copy of another one if that is named; it is published only if it is valid.

    Raises:
        InvalidParametersException: the name is taken, there are too many, or the endpoint is not an HTTPS address.
        ResourceNotFoundException: the account has no flow to be copied.
    """
    if any(flow.flow_name == name for flow in account.flows.values()):
        raise MetaError(INVALID, f"there is a flow {name} already").as_refusal()
    if len(account.flows) >= FLOWS_MAX:
        raise MetaError(INVALID, f"an account has at most {FLOWS_MAX} flows").as_refusal()
    _check_endpoint(endpoint_uri)
    copied = get(account, clone_flow_id).flow_json if clone_flow_id is not None else b""
    flow = WhatsAppFlow(meta_id(ctx, "flow"), name, categories, DRAFT, endpoint_uri=endpoint_uri)
    set_json(flow, flow_json or copied)
    account.flows[flow.flow_id] = flow
    if publish and flow.flow_json and not _obstacles(account, flow):
        _publish(ctx, account, flow)
    return flow


def _check_endpoint(endpoint_uri: str | None) -> None:
    if endpoint_uri is not None and not endpoint_uri.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        # Meta takes HTTPS only; an endpoint on this machine is allowed for tests.
        raise MetaError(UPDATE_FAILED, "endpoint_uri must be an HTTPS URL").as_refusal()


def set_json(flow: WhatsAppFlow, text: bytes) -> None:
    """Replace the JSON of a flow; what is wrong with it is kept beside it."""
    flow.flow_json = text
    flow.validation_errors = read_flow(text)[1] if text else []


def update(
    account: WhatsAppAccount,
    flow: WhatsAppFlow,
    *,
    name: str | None,
    categories: list[str] | None,
    endpoint_uri: str | None,
    meta_app_id: str | None,
) -> None:
    """
    Change what is not the JSON of a flow; None keeps what is there.

    Raises:
        InvalidParametersException: the flow is deprecated, the name is taken, or the endpoint is not an HTTPS address.
    """
    if flow.flow_status == DEPRECATED:
        raise MetaError(UPDATE_FAILED, "the flow is deprecated").as_refusal()
    if name is not None and any(each.flow_name == name and each is not flow for each in account.flows.values()):
        raise MetaError(UPDATE_FAILED, f"there is a flow {name} already").as_refusal()
    _check_endpoint(endpoint_uri)
    flow.flow_name = name or flow.flow_name
    flow.flow_categories = categories or flow.flow_categories
    flow.endpoint_uri = endpoint_uri or flow.endpoint_uri
    flow.meta_app_id = meta_app_id or flow.meta_app_id


def update_assets(ctx: Context, account: WhatsAppAccount, flow: WhatsAppFlow, text: bytes) -> None:
    """
    Replace the JSON; a published flow is a draft again, while its published version stays usable.

    Raises:
        InvalidParametersException: the flow is deprecated.
    """
    if flow.flow_status == DEPRECATED:
        raise MetaError(UPDATE_FAILED, "the flow is deprecated").as_refusal()
    set_json(flow, text)
    if flow.flow_status == PUBLISHED:
        set_status(ctx, account, flow, DRAFT)


def _obstacles(account: WhatsAppAccount, flow: WhatsAppFlow) -> list[str]:
    """Return what keeps a flow from being published."""
    found, errors = read_flow(flow.flow_json)
    if found is None or errors:
        return errors or ["the flow has no JSON"]
    if not needs_endpoint(found):
        return []
    has_key = any(number.business_public_key for number in account.numbers.values())
    missing = [] if flow.endpoint_uri else ["the flow has no endpoint"]
    return missing if has_key else [*missing, "no number has a signed public key"]


def publish(ctx: Context, account: WhatsAppAccount, flow: WhatsAppFlow) -> None:
    """
    Publish a draft.

    Raises:
        InvalidParametersException: The flow is not a draft, is not valid, or lacks its endpoint or a public key.
    """
    if flow.flow_status != DRAFT:
        raise MetaError(PUBLISH_FAILED, f"the flow is {flow.flow_status}").as_refusal()
    obstacles = _obstacles(account, flow)
    if obstacles:
        raise MetaError(PUBLISH_FAILED, obstacles[0]).as_refusal()
    _publish(ctx, account, flow)


def _publish(ctx: Context, account: WhatsAppAccount, flow: WhatsAppFlow) -> None:
    flow.published_json = flow.flow_json
    set_status(ctx, account, flow, PUBLISHED)


def deprecate(ctx: Context, account: WhatsAppAccount, flow: WhatsAppFlow) -> None:
    """
    Deprecate a published flow.

    Raises:
        InvalidParametersException: it is not published.
    """
    if flow.flow_status != PUBLISHED:
        raise MetaError(DEPRECATE_FAILED, f"the flow is {flow.flow_status}").as_refusal()
    set_status(ctx, account, flow, DEPRECATED)


def delete(account: WhatsAppAccount, flow: WhatsAppFlow) -> None:
    """
    Delete a draft.

    Raises:
        InvalidParametersException: it is not a draft, or was published before.
    """
    if flow.flow_status != DRAFT or flow.published_json:
        raise MetaError(DELETE_FAILED, f"the flow is {flow.flow_status}").as_refusal()
    del account.flows[flow.flow_id]


def set_status(ctx: Context, account: WhatsAppAccount, flow: WhatsAppFlow, status: str) -> None:
    """Bring a flow to a status, and report it."""
    value: Document = {
        "event": "FLOW_STATUS_CHANGE",
        "message": f"Flow {flow.flow_name} has been moved from {flow.flow_status} to {status}",
        "flow_id": flow.flow_id,
        "old_status": flow.flow_status,
        "new_status": status,
    }
    flow.flow_status = status
    report(ctx, account, "flows", value)


def preview(ctx: Context, flow: WhatsAppFlow, *, invalidate: bool = False) -> dict[str, str]:
    """Return the preview of a flow, a new one if the present one has expired or is to be invalidated."""
    expires_at = flow.preview_expires_at
    if expires_at is None or expires_at <= ctx.now or invalidate:
        flow.preview_token = ctx.world.seeds.uuid("flow-preview")
        flow.preview_expires_at = expires_at = ctx.now + PREVIEW_LIFE
    return {
        "previewUrl": f"https://business.facebook.com/wa/manage/flows/{flow.flow_id}/preview/?token={flow.preview_token}",
        "expiresAt": expires_at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
