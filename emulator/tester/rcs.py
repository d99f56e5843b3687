"""RCS as the tester orders it: taps and typing of the person, and where an agent is launched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2 import rcs_inbound, rcs_launches
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.state.media import Media
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.state.rcs import RcsAgent
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.telecom.numbering import countries
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.readers import one_of, quoted, telephone

if TYPE_CHECKING:
    from emulator.engine import Emulator

AGENT_STATUSES = ("CREATED", "PENDING", "TESTING", "PARTIAL", "ACTIVE")
DISPLAY_NAME = "agentDetails.senderDisplayName"
LAUNCH_STATUSES = ("CREATED", "PENDING", "PARTIAL", "ACTIVE", "REJECTED")


def find_agent(
    emulator: Emulator, reference: str, account: Any = None, region: Any = None
) -> tuple[Context, RcsAgent] | None:
    """An agent of any account, or of the one that is named, with its context."""
    for store in emulator.world.sms_stores:
        agent = store.rcs_agents.find(reference)
        if agent is not None and account in (None, store.account) and region in (None, store.region):
            return emulator.world.context(sms_voice_v2, store.account, store.region), agent
    return None


def list_agents(emulator: Emulator, account: str | None, region: str | None) -> list[dict[str, Any]]:
    """The RCS agents of all accounts, or of one, which a handset can write to."""
    return [
        {
            "agent_id": agent.rcs_agent_id,
            "name": _name_of(store, agent),
            "account": store.account,
            "region": store.region,
            "status": agent.status,
        }
        for store in emulator.world.sms_stores
        if account in (None, store.account) and region in (None, store.region)
        for agent in store.rcs_agents
    ]


def _name_of(store: SmsStore, agent: RcsAgent) -> str | None:
    """What a handset shows it as, if a registration of it says so."""
    for registration in store.registrations:
        if any(row.resource_id == agent.rcs_agent_id for row in registration.associated("rcs-agent")):
            value = registration.current.values.get(DISPLAY_NAME)
            if value is not None:
                return value.text_value
    return None


def tap_suggestion(emulator: Emulator, *, number: str, text: Any = None, message_id: Any = None) -> dict[str, Any]:
    """The person taps what a rich message suggests: the newest one that has it, unless a message is named."""
    handset = telephone(number)
    for message in reversed(emulator.world.inbox.arrived(handset)):
        content = getattr(message, "rcs", None)
        if content is None or message_id not in (None, message.message_id):
            continue
        for suggestion in content.suggestions:
            action = next(iter(suggestion.values()))
            if action["Text"] == text:
                context, agent = _agent(emulator, message.sender)
                tapped = {"text": action["Text"], "postbackData": action["PostbackData"]}
                received = rcs_inbound.receive(context, agent, handset, action["Text"], tapped)
                emulator.world.bus.publish_all(context.facts)
                return asdict(received) | {"suggestion": suggestion}
    raise UnknownThing(f"no rich message on {handset} suggests {quoted(text)}")


def receive_media(
    emulator: Emulator, *, number: str, to: str, content: bytes, file_name: str, content_type: str
) -> tuple[Message, str | None]:
    """The person sends a file to an agent; it is then to be stored, and the agent told, by `send_media`."""
    context, agent = _agent(emulator, to)
    file = Media(file_name, content_type, len(content), content)
    received = rcs_inbound.receive_media(context, agent, telephone(number), file)
    emulator.world.bus.publish_all(context.facts)
    return received


def forward_media(emulator: Emulator, *, message_id: str, url: str | None, error: str | None) -> None:
    """Tell the agent of a file that has been stored, or has not."""
    message: Any = emulator.world.inbox.messages[message_id]
    context, agent = _agent(emulator, message.to)
    rcs_inbound.forward_media(context, agent, message, url, error)
    emulator.world.bus.publish_all(context.facts)


def send_media(
    emulator: Emulator, *, number: str, to: Any, content: Any, file_name: Any, content_type: Any
) -> dict[str, Any]:
    """The person sends a file to an agent, which finds it in its bucket. S3 is written to without the world's lock."""
    for name, value in (("to", to), ("file_name", file_name), ("content_type", content_type)):
        if not isinstance(value, str) or not value:
            raise BadCommand(f"{name} must be text, not {quoted(value)}", name)
    members = {"to": to, "content": content, "file_name": file_name, "content_type": content_type}
    message, url = emulator.control("receive_media", number=number, **members)
    error = None
    if url is not None:
        error = emulator.aws.write(message.account, message.region, url, content, content_type)
    emulator.control("forward_media", message_id=message.message_id, url=url, error=error)
    return {"inbound_message_id": message.message_id, "url": url, "error": error}


def type_message(emulator: Emulator, *, number: str, to: str) -> dict[str, bool]:
    """The person is writing to an agent; `told` is whether its two-way channel hears of such events."""
    context, agent = _agent(emulator, to)
    told = rcs_inbound.typing(context, agent, telephone(number))
    emulator.world.bus.publish_all(context.facts)
    return {"told": told}


def change_rcs_agent(emulator: Emulator, *, agent_id: str, status: Any = None, launches: Any = None) -> dict[str, Any]:
    """Decide on an agent: its `status`, and its `launches` by country, which then lead to a status of their own."""
    context, agent = _agent(emulator, agent_id)
    if status is not None:
        one_of(status, AGENT_STATUSES, "status")
    if not isinstance(launches, dict | None):
        raise BadCommand('launches must be an object such as {"US": "ACTIVE"}', "launches")
    for iso, launch in (launches or {}).items():
        if iso not in countries() or not countries()[iso].rcs:
            raise BadCommand(f"RCS is not launched in {quoted(iso)}", f"launches.{iso}")
        one_of(launch, LAUNCH_STATUSES, f"launches.{iso}")
    if status is not None:
        agent.status = status
        if status in ("CREATED", "PENDING", "TESTING"):
            agent.launches.clear()
    for iso, launch in (launches or {}).items():
        rcs_launches.launch(context, agent, iso, launch)
    shown = {iso: row.status for iso, row in agent.launches.items()}
    return {"agent_id": agent.rcs_agent_id, "status": agent.status, "launches": shown}


def _agent(emulator: Emulator, reference: str) -> tuple[Context, RcsAgent]:
    found = find_agent(emulator, reference)
    if found is None:
        raise UnknownThing(f"no account has the RCS agent {reference}")
    return found


COMMANDS: tuple[Callable[..., Any], ...] = (
    tap_suggestion,
    type_message,
    change_rcs_agent,
    receive_media,
    forward_media,
)
