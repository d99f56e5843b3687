"""What is spoken in a call: which of the forms a request has, and whether it can be spoken."""

from __future__ import annotations

import re
from typing import Any

from emulator.services.sms_voice.errors import BadRequestException
from emulator.services.sms_voice.state import Call

TEXT_MAX = 3000
SSML_MAX = 6000
"""Characters. Source: SendVoiceMessage"""
SSML = re.compile(r"\s*<speak\b.*</speak>\s*", re.DOTALL)
AUDIO = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+")

CONTENT = {"PlainTextMessage": "TEXT", "SSMLMessage": "SSML", "CallInstructionsMessage": "SSML"}
"""The forms of `Content`, and the kind of text in each; call instructions are SSML."""
VOICE_MESSAGE = {"Audio": "AUDIO", "SSMLMessage": "SSML", "TextToSpeechMessage": "TEXT"}
"""The forms of the guide's `VoiceMessage`. Of several the first in this order is spoken: a recording says it best."""


def read_content(content: dict[str, Any] | None) -> tuple[str, Call]:
    """
    The text of AWS's form, and what it is spoken with.

    Raises:
        BadRequestException: none or several forms are given, or one that cannot be spoken.
    """
    given = [member for member in CONTENT if content and member in content]
    if content is None or len(given) != 1:
        raise BadRequestException(f"Content must have one of {', '.join(CONTENT)}")
    member = given[0]
    part = content[member]
    text = _speakable(f"Content.{member}.Text", CONTENT[member], part.get("Text"))
    return text, Call(CONTENT[member], part.get("VoiceId"), part.get("LanguageCode"))


def read_voice_message(voice_message: dict[str, Any]) -> tuple[str, Call]:
    """
    The text of the guide's form, and what it is spoken with.

    Raises:
        BadRequestException: no form is given, or one that cannot be spoken.
    """
    given = [member for member in VOICE_MESSAGE if member in voice_message]
    if not given:
        raise BadRequestException(f"VoiceMessage must have one of {', '.join(VOICE_MESSAGE)}")
    texts = [_speakable(f"VoiceMessage.{member}", VOICE_MESSAGE[member], voice_message[member]) for member in given]
    call = Call(VOICE_MESSAGE[given[0]], voice_message.get("VoiceId"), voice_message.get("LanguageCode"))
    return texts[0], call


def _speakable(member: str, text_type: str, text: str | None) -> str:
    if not text:
        raise BadRequestException(f"{member} must not be empty")
    if len(text) > (TEXT_MAX if text_type == "TEXT" else SSML_MAX):
        raise BadRequestException(f"{member} is too long")
    if text_type == "SSML" and not SSML.fullmatch(text):
        raise BadRequestException(f"{member} must be SSML: <speak>…</speak>")
    if text_type == "AUDIO" and not AUDIO.fullmatch(text):
        raise BadRequestException(f"{member} must be an object in S3: s3://bucket/key")
    return text
