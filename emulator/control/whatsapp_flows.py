"""
Flows on the phone: opened, filled and submitted.

A flow that exchanges data calls its endpoint, encrypted as Meta does it, and without the world's lock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from emulator.aws.webhooks import WebhookRefused
from emulator.control.command import command, run_step, step
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import Parser, PhoneNumber, Text, choice, quoted
from emulator.control.whatsapp import InboundView, tap_whatsapp
from emulator.engine import Engine
from emulator.messaging.receiving.inbound import open_store, stores_of
from emulator.messaging.state.messages import Message
from emulator.messaging.state.whatsapp import Document, WhatsAppFlow
from emulator.messaging.whatsapp import accounts, flow_rules, flows
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.keys import FlowCipher
from emulator.world import World

DECISIONS = (flows.PUBLISHED, flows.BLOCKED, flows.THROTTLED)
DATA_API_VERSION = "3.0"
SUCCESS = "SUCCESS"
"""The screen by which an endpoint ends a flow. Source: Meta, flows, data exchange endpoint"""
UNUSED = "unused"
"""The token of a flow that was sent without one."""


class FlowView(TypedDict):
    """
    A flow on the phone: the screen with its data, or the message that the business receives when it is complete.

    `form` is the screen as the flow's JSON has it, with title and layout.
    """

    flow_id: str
    screen: str | None
    form: dict[str, Any] | None
    data: dict[str, Any]
    inbound: InboundView | None


class FlowStatus(TypedDict):
    """A flow as it stands."""

    flow_id: str
    name: str
    status: str


def _parse_data(value: Any, name: str) -> Document:
    if not isinstance(value, dict):
        raise InvalidArgument(f"{name} must be an object, not {quoted(value)}", name)
    return value


Data = Annotated[Document, Parser(_parse_data, {"type": "object"})]


@dataclass(slots=True)
class OpenFlow:
    """A flow that a message opens, with its JSON; `cipher` is there if it calls an endpoint."""

    message: Message
    flow: WhatsAppFlow
    document: Document
    token: str
    screen: str | None
    data: Document
    cipher: FlowCipher | None

    def show(self, screen: str | None, data: Document, inbound: InboundView | None = None) -> FlowView:
        """Return the flow as it stands on the phone."""
        screens = self.document.get("screens") or []
        form = next((each for each in screens if isinstance(each, dict) and each.get("id") == screen), None)
        return {"flow_id": self.flow.flow_id, "screen": screen, "form": form, "data": data, "inbound": inbound}


@command("POST /whatsapp/flows/{flow_id}/decision")
def decide_whatsapp_flow(world: World, *, flow_id: Text, status: Annotated[str, choice(*DECISIONS)]) -> FlowStatus:
    """Block or throttle a published flow, as Meta does for its endpoint's errors, or lift that; it is reported."""
    for store in stores_of(world, None, None):
        for account in list(store.whatsapp.accounts.values()):
            flow = account.flows.get(flow_id)
            if flow is None:
                continue
            if flow.flow_status not in DECISIONS:
                raise InvalidArgument(f"the flow is {flow.flow_status}; only a published one can be blocked", "status")
            with open_store(world, store) as ctx:
                if flow.flow_status != status:
                    flows.set_status(ctx, account, flow, status)
            return {"flow_id": flow.flow_id, "name": flow.flow_name, "status": flow.flow_status}
    raise NotFound(f"no linked WhatsApp account has the flow {flow_id}")


@command("POST /handsets/{number}/flows/open", unlocked=True)
def open_flow(
    engine: Engine, *, number: PhoneNumber, message_id: Text | None = None, screen: Text | None = None
) -> FlowView:
    """
    Open the flow of a message: of the newest one that has one, unless a message is named.

    With `screen`, show a further screen of it, to which the phone goes without asking anybody.
    """
    opened = run_step(engine, find_flow, enter=True, number=number, message_id=message_id)
    if screen is not None:
        further = opened.show(screen, {})
        if further["form"] is None:
            raise NotFound(f"the flow has no screen {quoted(screen)}")
        return further
    if opened.cipher is None or opened.screen is not None:
        return opened.show(opened.screen, opened.data)
    return _exchange(engine, opened, {"action": "INIT"})


@command("POST /handsets/{number}/flows/submit", status=201, unlocked=True)
def submit_flow(
    engine: Engine,
    *,
    number: PhoneNumber,
    data: Data,
    screen: Text | None = None,
    message_id: Text | None = None,
) -> FlowView:
    """
    Submit what was filled in; the business receives it as the answer to its message.

    A flow with an endpoint asks that first, which answers the next screen, or ends the flow by the screen SUCCESS.
    """
    opened = run_step(engine, find_flow, enter=True, number=number, message_id=message_id)
    if opened.cipher is not None:
        return _exchange(engine, opened, {"action": "data_exchange", "screen": screen or opened.screen or "", "data": data})
    return _complete(engine, opened, {"flow_token": opened.token, **data})


@step
def find_flow(engine: Engine, *, number: str, message_id: str | None) -> OpenFlow:
    """Find the message whose flow is opened; its cipher takes from the seed."""
    world = engine.world
    for message in reversed(world.inbox.arrived(number)):
        if message_id not in (None, message.message_id) or message.whatsapp is None:
            continue
        found = _opened(world, message)
        if found is not None:
            return found
    raise NotFound(f"no WhatsApp message on {number} opens a flow")


def _opened(world: World, message: Message) -> OpenFlow | None:
    content = message.whatsapp
    assert content is not None
    dialled = accounts.dialled(world, content.number.phone_number_id)
    if dialled is None:
        return None
    store, account, row = dialled
    sent = content.payload.get("template") if content.kind == "template" else None
    template = None
    if isinstance(sent, dict):
        wanted = (sent["name"], sent["language"]["code"])
        named = account.templates.values()
        template = next((each for each in named if (each.template_name, each.template_language) == wanted), None)
    try:
        found = flow_rules.flow_of(account, content.payload, content.kind, template)
    except MetaError:
        return None
    if found is None:
        return None
    flow, mode = found
    document = flow_rules.read_flow(flow.flow_json if mode == "draft" else flow.published_json)[0] or {}
    parameters = _parameters(content.payload, content.kind)
    calls_endpoint = flow_rules.needs_endpoint(document) and flow.endpoint_uri and row.business_public_key
    with open_store(world, store) as ctx:
        cipher = FlowCipher(ctx.world.seeds, row.business_public_key or "") if calls_endpoint else None
    payload = parameters.get("flow_action_payload") or {}
    first = (document.get("screens") or [{}])[0].get("id")
    starts_by_endpoint = parameters.get("flow_action") == "data_exchange"
    return OpenFlow(
        message=message,
        flow=flow,
        document=document,
        token=str(parameters.get("flow_token", UNUSED)),
        screen=None if starts_by_endpoint else payload.get("screen", first),
        data=payload.get("data") or {},
        cipher=cipher,
    )


def _parameters(payload: Document, kind: str) -> Document:
    """Return what a message says of its flow."""
    if kind == "interactive.flow":
        found: Document = payload["interactive"]["action"]["parameters"]
        return found
    for part in payload["template"].get("components") or ():
        for parameter in part.get("parameters") or ():
            action = parameter.get("action") if isinstance(parameter, dict) else None
            if isinstance(action, dict):
                return action
    return {}


def _exchange(engine: Engine, opened: OpenFlow, request: Document) -> FlowView:
    """Call the endpoint, and go on as it answers."""
    assert opened.cipher is not None
    body = opened.cipher.encrypt({"version": DATA_API_VERSION, "flow_token": opened.token, **request})
    try:
        answer = opened.cipher.decrypt(engine.aws.call(opened.flow.endpoint_uri or "", json.dumps(body)))
    except (OSError, ValueError, WebhookRefused) as error:
        raise InvalidArgument(f"the endpoint {opened.flow.endpoint_uri} failed: {error}") from error
    screen, data = answer.get("screen"), answer.get("data") or {}
    if screen != SUCCESS:
        return opened.show(screen, data)
    parameters = (data.get("extension_message_response") or {}).get("params") or {}
    return _complete(engine, opened, {"flow_token": opened.token, **parameters})


def _complete(engine: Engine, opened: OpenFlow, response: Document) -> FlowView:
    reply = {"response_json": json.dumps(response), "body": "Sent", "name": "flow"}
    tapped = {"message": {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": reply}}}
    inbound = run_step(engine, answer_flow, enter=True, message_id=opened.message.message_id, tapped=tapped)
    return opened.show(None, response, inbound)


@step
def answer_flow(engine: Engine, *, message_id: str, tapped: Document) -> InboundView:
    """Send the answer to a flow's message."""
    message = engine.world.inbox.messages.get(message_id)
    if message is None:
        raise NotFound(f"no message {message_id}")
    return tap_whatsapp(engine.world, message, tapped)
