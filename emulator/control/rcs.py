"""RCS: taps, typing and files of the recipient, and the launches of agents."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from emulator.control import whatsapp
from emulator.control.command import command, run_step, step
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.handsets import ReceivedView, received_view
from emulator.control.parsing import Count, FilledText, Identity, Parser, PhoneNumber, Text, choice, parse_choice, quoted
from emulator.engine import Engine
from emulator.kernel.ports import ObjectWrite
from emulator.messaging.context import Context
from emulator.messaging.rcs.launches import launch
from emulator.messaging.receiving import rcs
from emulator.messaging.receiving.inbound import find_agent, open_store, stores_of
from emulator.messaging.state.media import Media
from emulator.messaging.state.messages import Message
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.store import MessagingStore
from emulator.telecom.numbering import countries
from emulator.world import World

AGENT_STATUSES = ("CREATED", "PENDING", "TESTING", "PARTIAL", "ACTIVE")
DISPLAY_NAME = "agentDetails.senderDisplayName"
LAUNCH_STATUSES = ("CREATED", "PENDING", "PARTIAL", "ACTIVE", "REJECTED")


class AgentRow(TypedDict):
    """An RCS agent that a handset can write to."""

    agent_id: str
    name: str | None
    account: str
    region: str
    status: str


class AgentView(TypedDict):
    """An agent's status, and that of its launches by country."""

    agent_id: str
    status: str
    launches: dict[str, str]


class TapView(ReceivedView):
    """The result of a tap: the suggestion of an RCS message, or the WhatsApp message that answered."""

    suggestion: dict[str, Any]


class FileReceived(TypedDict):
    """A file from a handset: where it was stored, or why it was not."""

    inbound_message_id: str
    url: str | None
    error: str | None


class Typing(TypedDict):
    """Whether the agent's two-way channel receives such events."""

    told: bool


def list_agents(world: World, account: str | None, region: str | None) -> list[AgentRow]:
    """Return the RCS agents of all accounts, or of one."""
    return [
        {
            "agent_id": agent.rcs_agent_id,
            "name": _name_of(store, agent),
            "account": store.account,
            "region": store.region,
            "status": agent.status,
        }
        for store in stores_of(world, account, region)
        for agent in store.rcs_agents
    ]


def _name_of(store: MessagingStore, agent: RcsAgent) -> str | None:
    """Return the name that a handset displays, if a registration gives one."""
    for registration in store.registrations:
        if any(row.resource_id == agent.rcs_agent_id for row in registration.associated("rcs-agent")):
            value = registration.current.values.get(DISPLAY_NAME)
            if value is not None:
                return value.text_value
    return None


def _open_agent(world: World, reference: str) -> tuple[Context, RcsAgent]:
    found = find_agent(world, reference)
    if found is None:
        raise NotFound(f"no account has the RCS agent {reference}")
    store, agent = found
    return open_store(world, store), agent


@command("POST /handsets/{number}/taps", status=201)
def tap_suggestion(
    world: World, *, number: PhoneNumber, text: Text, message_id: Text | None = None, place: Count = 0
) -> TapView:
    """
    Tap a suggestion, button or row of a rich message: of the newest one that offers it, unless a message is named.

    Where a WhatsApp message offers the same text more than once, as the cards of a carousel do, `place` counts from 0.
    """
    for message in reversed(world.inbox.arrived(number)):
        if message_id not in (None, message.message_id):
            continue
        choice = whatsapp.find_choice(message, text, place)
        if choice is not None:
            answered = whatsapp.tap_whatsapp(world, message, choice)
            return {
                "inbound_message_id": answered["inbound_message_id"],
                "keyword": None,
                "action": None,
                "reply": None,
                "suggestion": choice["message"],
            }
        if message.rcs is None:
            continue
        for suggestion in message.rcs.suggestions:
            action = next(iter(suggestion.values()))
            if action["Text"] == text:
                transaction, agent = _open_agent(world, message.sender)
                tapped = {"text": action["Text"], "postbackData": action["PostbackData"]}
                with transaction as ctx:
                    received = rcs.receive(ctx, agent, number, action["Text"], tapped)
                return {**received_view(received), "suggestion": suggestion}
    raise NotFound(f"no rich message on {number} offers the suggestion {quoted(text)}")


def _parse_content(value: Any, name: str) -> bytes:
    if not isinstance(value, bytes):
        raise InvalidArgument(f"{name} must be bytes", name)
    return value


Content = Annotated[bytes, Parser(_parse_content, {"type": "string", "format": "binary"})]


@command("POST /handsets/{number}/files", query=("to", "file_name"), body="content", status=201, unlocked=True)
def send_file(
    engine: Engine,
    *,
    number: PhoneNumber,
    to: Identity,
    file_name: FilledText,
    content_type: FilledText,
    content: Content,
) -> FileReceived:
    """Send a file from a handset to an RCS agent, which receives it in its S3 bucket."""
    message, url = run_step(
        engine,
        receive_file,
        enter=True,
        number=number,
        to=to,
        file_name=file_name,
        content_type=content_type,
        content=content,
    )
    error = None
    # The lock is not held while S3 is written to.
    if url is not None:
        error = engine.write_objects(message.account, message.region, [ObjectWrite(url, content, content_type)])
    run_step(engine, forward_file, enter=True, message_id=message.message_id, url=url, error=error)
    return {"inbound_message_id": message.message_id, "url": url, "error": error}


@step
def receive_file(
    engine: Engine, *, number: str, to: str, file_name: str, content_type: str, content: bytes
) -> tuple[Message, str | None]:
    """Receive a file for an agent; returns its message, and where in S3 it is to be put, if anywhere."""
    transaction, agent = _open_agent(engine.world, to)
    with transaction as ctx:
        return rcs.receive_media(ctx, agent, number, Media(file_name, content_type, len(content), content))


@step
def forward_file(engine: Engine, *, message_id: str, url: str | None, error: str | None) -> None:
    """Report a file to the two-way channel of its agent; `error` is why it could not be put into S3."""
    message = engine.world.inbox.messages.get(message_id)
    if message is None:
        return
    transaction, agent = _open_agent(engine.world, message.to)
    with transaction as ctx:
        rcs.forward_media(ctx, agent, message, url, error)


@command("POST /handsets/{number}/typing")
def type_message(world: World, *, number: PhoneNumber, to: Identity) -> Typing:
    """Show the recipient as typing to an agent; `told` is whether its two-way channel receives such events."""
    transaction, agent = _open_agent(world, to)
    with transaction as ctx:
        return {"told": rcs.typing(ctx, agent, number)}


def _parse_launches(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidArgument(f'{name} must be an object such as {{"US": "ACTIVE"}}, not {quoted(value)}', name)
    for iso, status in value.items():
        if iso not in countries() or not countries()[iso].rcs:
            raise InvalidArgument(f"RCS is not available in {quoted(iso)}", f"{name}.{iso}")
        parse_choice(status, LAUNCH_STATUSES, f"{name}.{iso}")
    return value


Launches = Annotated[
    dict[str, str],
    Parser(_parse_launches, {"type": "object", "additionalProperties": {"enum": list(LAUNCH_STATUSES)}}),
]


@command("PUT /rcs-agents/{agent_id}")
def change_rcs_agent(
    world: World,
    *,
    agent_id: Text,
    status: Annotated[str, choice(*AGENT_STATUSES)] | None = None,
    launches: Launches | None = None,
) -> AgentView:
    """Set an agent's `status`, or its `launches` by country, from which its status follows."""
    transaction, agent = _open_agent(world, agent_id)
    if status is not None:
        agent.status = status
        if status in ("CREATED", "PENDING", "TESTING"):
            agent.launches.clear()
    with transaction as ctx:
        for iso, launch_status in (launches or {}).items():
            launch(ctx, agent, iso, launch_status)
    shown = {iso: row.status for iso, row in agent.launches.items()}
    return {"agent_id": agent.rcs_agent_id, "status": agent.status, "launches": shown}
