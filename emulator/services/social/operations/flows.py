"""Flows. Sources: the service model; Meta, flows API"""

from __future__ import annotations

from emulator.messaging.downloads import download_url, endpoint_reads
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppFlow
from emulator.messaging.whatsapp import accounts, flows
from emulator.messaging.whatsapp.flow_rules import read_flow
from emulator.services.social.service import Context
from emulator.wire.service import operation

HEALTH = {flows.BLOCKED: "BLOCKED", flows.THROTTLED: "LIMITED"}
ASSET = "flow.json"
JSON_TYPE = "application/json"
APPLICATION = {"name": "AWS End User Messaging Social", "id": "0", "link": "https://aws.amazon.com/end-user-messaging/"}
"""The application that calls Meta, unless the flow has one of its own. # unverified: how AWS's is called"""
VERSION_MAX = 10


@operation
def create_whatsapp_flow(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    flow_name: str,
    categories: list[str],
    flow_json: bytes | None = None,
    publish: bool = False,
    clone_flow_id: str | None = None,
    endpoint_uri: str | None = None,
) -> WhatsAppFlow:
    """Create a flow, as a draft unless it can be published at once."""
    return flows.create(
        ctx,
        accounts.get_complete_account(ctx, id),
        flow_name,
        list(dict.fromkeys(categories)),
        flow_json=flow_json,
        clone_flow_id=clone_flow_id,
        endpoint_uri=endpoint_uri,
        publish=publish,
    )


@operation
def list_whatsapp_flows(ctx: Context, *, id: str) -> dict[str, list[WhatsAppFlow]]:  # noqa: A002
    """List the flows of an account, in the order in which they were created."""
    return {"flows": list(accounts.get_account(ctx, id).flows.values())}


@operation
def get_whatsapp_flow(ctx: Context, *, id: str, flow_id: str) -> Document:  # noqa: A002
    """Return a flow with its preview and health."""
    account = accounts.get_account(ctx, id)
    flow = flows.get(account, flow_id)
    document = read_flow(flow.flow_json)[0] or {}
    health = HEALTH.get(flow.flow_status, "AVAILABLE")
    own = {"name": flow.meta_app_id, "id": flow.meta_app_id}
    shown: Document = {
        "flowId": flow.flow_id,
        "flowName": flow.flow_name,
        "flowStatus": flow.flow_status,
        "categories": flow.flow_categories,
        "validationErrors": flow.validation_errors,
        "endpointUri": flow.endpoint_uri,
        "preview": flows.preview(ctx, flow),
        "whatsAppBusinessAccount": {"id": account.waba_id, "name": account.waba_name},
        "application": own if flow.meta_app_id else APPLICATION,
        "healthStatus": {
            "canSendMessage": health,
            "entities": [
                {"entityType": "FLOW", "id": flow.flow_id, "canSendMessage": health},
                {"entityType": "WABA", "id": account.waba_id, "canSendMessage": "AVAILABLE"},
            ],
        },
    }
    for member, name in (("jsonVersion", "version"), ("dataApiVersion", "data_api_version")):
        if isinstance(document.get(name), str) and document[name]:
            shown[member] = document[name][:VERSION_MAX]
    return shown


@operation
def get_whatsapp_flow_preview(ctx: Context, *, id: str, flow_id: str, invalidate: bool = False) -> Document:  # noqa: A002
    """Return the address of a flow's preview, valid for 30 days."""
    flow = flows.get(accounts.get_account(ctx, id), flow_id)
    return {"flowId": flow.flow_id, "preview": flows.preview(ctx, flow, invalidate=invalidate)}


@operation(reads=endpoint_reads, writes=True)
def list_whatsapp_flow_assets(ctx: Context, *, id: str, flow_id: str) -> dict[str, list[Document]]:  # noqa: A002
    """List the files of a flow: its JSON."""
    flow = flows.get(accounts.get_account(ctx, id), flow_id)
    # Meta's own host, at which nothing answers here, is # unverified.
    url = download_url(ctx, "whatsapp-flow-assets", f"{ctx.account}/{flow.flow_id}/{ASSET}", flow.flow_json, JSON_TYPE)
    return {"flowAssets": [{"name": ASSET, "assetType": "FLOW_JSON", "downloadUrl": url}]}


@operation
def update_whatsapp_flow(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    flow_id: str,
    flow_name: str | None = None,
    categories: list[str] | None = None,
    endpoint_uri: str | None = None,
    meta_app_id: str | None = None,
) -> Document:
    """Change the name, categories, endpoint or application of a flow."""
    account, flow = _flow(ctx, id, flow_id)
    flows.update(
        account,
        flow,
        name=flow_name,
        categories=None if categories is None else list(dict.fromkeys(categories)),
        endpoint_uri=endpoint_uri,
        meta_app_id=meta_app_id,
    )
    return {}


def _flow(ctx: Context, account_id: str, flow_id: str) -> tuple[WhatsAppAccount, WhatsAppFlow]:
    account = accounts.get_account(ctx, account_id)
    return account, flows.get(account, flow_id)


@operation
def update_whatsapp_flow_assets(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    flow_id: str,
    flow_json: bytes,
) -> WhatsAppFlow:
    """Replace the JSON of a flow; a published one is a draft again."""
    account, flow = _flow(ctx, id, flow_id)
    flows.update_assets(ctx, account, flow, flow_json)
    return flow


@operation
def publish_whatsapp_flow(ctx: Context, *, id: str, flow_id: str) -> Document:  # noqa: A002
    """Publish a draft."""
    flows.publish(ctx, *_flow(ctx, id, flow_id))
    return {}


@operation
def deprecate_whatsapp_flow(ctx: Context, *, id: str, flow_id: str) -> Document:  # noqa: A002
    """Deprecate a published flow."""
    flows.deprecate(ctx, *_flow(ctx, id, flow_id))
    return {}


@operation
def delete_whatsapp_flow(ctx: Context, *, id: str, flow_id: str) -> Document:  # noqa: A002
    """Delete a draft."""
    flows.delete(*_flow(ctx, id, flow_id))
    return {}
