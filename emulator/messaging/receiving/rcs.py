"""
Inbound RCS, from a handset to an agent: texts, files, taps on a suggestion, typing.

Sources: rcs-inbound.html, keywords.html; a keyword must be the whole message.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator.kernel.json_text import compact_json
from emulator.messaging.context import Context
from emulator.messaging.facts import MessageForwarded
from emulator.messaging.receiving import texts as inbound
from emulator.messaging.receiving.texts import MANDATORY_WORDS, Received
from emulator.messaging.sending import routing
from emulator.messaging.sending.lifecycle import answer
from emulator.messaging.state.content import UNICODE, Content, Extras
from emulator.messaging.state.keywords import OPT_OUT_WORDS, Keyword, Keywords
from emulator.messaging.state.media import Media
from emulator.messaging.state.messages import Carriage, Message, Origin
from emulator.messaging.state.rcs import CONVERSATION, Conversation, RcsAgent

BILLED_BY_SEGMENT = frozenset({"US"})
"""Countries without conversations: every message is charged there. # unverified"""


def receive(ctx: Context, agent: RcsAgent, sender: str, body: str, suggestion: dict[str, str] | None = None) -> Received:
    """Process a text that `sender` has sent to an agent, or the `suggestion` (text, postbackData) that was tapped."""
    owner = routing.settings_holder(ctx, agent)
    keyword = None if suggestion else _keyword(owner.keywords, body)
    mandatory = keyword is not None and keyword.keyword in MANDATORY_WORDS
    executed = None if mandatory and owner.self_managed_opt_outs_enabled else keyword
    message = _message(ctx, agent, sender, body)
    message.carriage = Carriage(conversation=_conversation(ctx, agent, message))
    inbound.record_inbound(ctx, message)
    if executed is not None:
        inbound.act(ctx, owner, sender, executed)
        answer(ctx, agent, sender, executed.keyword_message)
    if not mandatory or owner.self_managed_opt_outs_enabled:
        _forward(ctx, agent, message, body if suggestion is None else {"type": "SUGGESTION", **suggestion})
    return Received.of(message, keyword, executed)


def receive_media(ctx: Context, agent: RcsAgent, sender: str, file: Media) -> tuple[Message, str | None]:
    """Process a file; return the message, and the S3 URL that the agent's settings give the file, if they give one."""
    message = _message(ctx, agent, sender, "", (file,))
    message.carriage = Carriage(conversation=_conversation(ctx, agent, message))
    inbound.record_inbound(ctx, message)
    if agent.two_way_media_s3_bucket_name is None:
        return message, None
    prefix = f"{agent.two_way_media_s3_key_prefix.strip('/')}/" if agent.two_way_media_s3_key_prefix else ""
    key = f"{prefix}rcs/{message.message_id}#{file.url}"
    return message, f"s3://{agent.two_way_media_s3_bucket_name}/{key}"


def forward_media(ctx: Context, agent: RcsAgent, message: Message, url: str | None, error: str | None) -> None:
    """Report a file to the two-way channel: its location in S3, or why it could not be uploaded."""
    file = message.media[0]
    if url is None:
        report: dict[str, Any] = {
            "mediaStatus": "UPLOAD_FAILED",
            "mediaStatusMessage": "No media configuration",
        }  # unverified
    elif error is not None:
        report = {"mediaStatus": "UPLOAD_FAILED", "mediaStatusMessage": error}
    else:
        bucket, _, key = url.removeprefix("s3://").partition("/")
        report = {"mediaStatus": "SUCCESS", "s3Bucket": bucket, "s3Key": key}
    report |= {"mimeType": file.content_type, "fileName": file.url, "fileSizeBytes": file.size}
    _forward(ctx, agent, message, report)


def typing(ctx: Context, agent: RcsAgent, sender: str) -> bool:
    """Report that the user is typing; return True if the two-way channel has subscribed to that."""
    if not agent.subscribes_to("RCS_TYPING"):
        return False
    _forward(ctx, agent, _message(ctx, agent, sender, ""), {"type": "RCS_TYPING", "receivedAt": _iso(ctx.now)})
    return True


def _keyword(keywords: Keywords, body: str) -> Keyword | None:
    word = body.strip().upper()
    return keywords.by_word.get("STOP" if word in OPT_OUT_WORDS else word)


def _message(ctx: Context, agent: RcsAgent, sender: str, body: str, media: tuple[Media, ...] = ()) -> Message:
    return inbound.new_message(
        ctx,
        Origin(sender, inbound.HANDSET, agent.rcs_agent_arn, agent.resource_type, agent=agent),
        channel="rcs",
        to=agent.rcs_agent_id,
        content=Content(body, UNICODE, 1, Extras(media)),
        operation="ReceiveRcsMessage",
    )


def _conversation(ctx: Context, agent: RcsAgent, message: Message) -> Conversation | None:
    """Return the conversation that a message belongs to, opening one if there is none; None where messages are charged."""
    going_on = agent.conversations.get(message.sender)
    if going_on is not None and going_on.live(ctx.now):
        return going_on
    if message.country in BILLED_BY_SEGMENT:
        return None
    opened = Conversation(*_initiated(ctx, agent, message), ctx.now)
    agent.conversations[message.sender] = opened
    if agent.subscribes_to("CONVERSATION_STARTED"):
        report = {
            "type": "CONVERSATION_STARTED",
            "startTime": _iso(opened.started),
            "endTime": _iso(opened.started + CONVERSATION),
            "conversationInitiatingMessageId": opened.message_id,
            "conversationInitiatingMessageType": opened.message_type,
        }
        _forward(ctx, agent, message, report)
    return opened


def _initiated(ctx: Context, agent: RcsAgent, message: Message) -> tuple[str, str]:
    """Return the id and direction of the opening message: the agent's last one if it is recent enough, else the reply."""
    for earlier in ctx.store.messages_to.newest_first(message.sender):
        if earlier.sender == agent.rcs_agent_id:
            if ctx.now < earlier.requested_at + CONVERSATION:
                return earlier.message_id, "OUTBOUND"
            break
    return message.message_id, "INBOUND"


def _forward(ctx: Context, agent: RcsAgent, message: Message, body: str | dict[str, Any]) -> None:
    if not agent.two_way_enabled or agent.two_way_channel_arn is None:
        return
    payload = {
        # AWS's examples of RCS leave out the plus.
        "originationNumber": message.sender.removeprefix("+"),
        "destinationNumber": agent.rcs_agent_id,
        "messageBody": body if isinstance(body, str) else compact_json(body),
        "inboundMessageId": message.message_id,
    }
    ctx.emit(MessageForwarded(message, agent.two_way_channel_arn, payload))


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
