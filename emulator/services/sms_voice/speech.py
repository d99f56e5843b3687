"""What is spoken in a call: the form of content that a request has, whether it can be spoken, and by which voice."""

from __future__ import annotations

import re
from typing import Any

from emulator.kernel.ports import ObjectRead, Read
from emulator.messaging.voice.scripts import DEFAULT_VOICE
from emulator.services.sms_voice.errors import BadRequestException
from emulator.services.sms_voice.service import Context, log
from emulator.services.sms_voice.state import Call
from emulator.telecom.recordings import UnknownCodec, read
from emulator.telecom.script import Piece, Script, voices

TEXT_MAX = 3000
SSML_MAX = 6000
"""Characters. Source: SendVoiceMessage"""
SSML = re.compile(r"\s*<speak\b.*</speak>\s*", re.DOTALL)
S3_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+")
AUDIO = "AUDIO"

CONTENT = {"PlainTextMessage": "TEXT", "SSMLMessage": "SSML", "CallInstructionsMessage": "SSML"}
"""The forms of `Content`, and the text type of each; call instructions are SSML."""
VOICE_MESSAGE = {"Audio": AUDIO, "SSMLMessage": "SSML", "TextToSpeechMessage": "TEXT"}
"""The forms of the guide's `VoiceMessage`. Of several, the first in this order is spoken: a recording is best."""


def read_content(content: dict[str, Any] | None) -> tuple[str, Call]:
    """
    Return the text of AWS's form, and how it is spoken.

    Raises:
        BadRequestException: no form or several are given, or one that cannot be spoken.
    """
    given = [member for member in CONTENT if content and member in content]
    if content is None or len(given) != 1:
        raise BadRequestException(f"Content must have exactly one of {', '.join(CONTENT)}")
    member = given[0]
    part = content[member]
    text = _speakable(f"Content.{member}.Text", CONTENT[member], part.get("Text"))
    return text, Call(CONTENT[member], part.get("VoiceId"), part.get("LanguageCode"))


def read_voice_message(ctx: Context, voice_message: dict[str, Any]) -> tuple[str, Call]:
    """
    Return the text of the guide's form, and how it is spoken; another form replaces a recording that S3 does not have.

    Raises:
        BadRequestException: no form is given, or one that cannot be spoken, or an unknown voice or language.
    """
    given = [member for member in VOICE_MESSAGE if member in voice_message]
    if not given:
        raise BadRequestException(f"VoiceMessage must have at least one of {', '.join(VOICE_MESSAGE)}")
    texts = {member: _speakable(f"VoiceMessage.{member}", VOICE_MESSAGE[member], voice_message[member]) for member in given}
    voice, language = voice_message.get("VoiceId"), voice_message.get("LanguageCode")
    if voice is not None and voice.upper() not in voices():
        raise BadRequestException(f"VoiceMessage.VoiceId: unknown voice {voice}")
    if language is not None and not any(row["language"] == language for row in voices().values()):
        raise BadRequestException(f"VoiceMessage.LanguageCode: no voice speaks {language}")
    if given[0] == "Audio" and ctx.inputs.get(ObjectRead(texts["Audio"])) is None:
        if given == ["Audio"]:
            raise BadRequestException(f"VoiceMessage.Audio: {texts['Audio']} cannot be read")
        log.warning("%s cannot be read; VoiceMessage.%s is spoken instead", texts["Audio"], given[1])
        given = given[1:]
    return texts[given[0]], Call(VOICE_MESSAGE[given[0]], voice, language)


def spoken(text: str, call: Call) -> tuple[str, str, str]:
    """
    Return what a voice reads, its text type, and the voice: the one that is named, else the first for the language.

    An unknown voice counts as none. # unverified: AWS's first voice API names no error for it
    """
    voice = (call.voice_id or "").upper()
    if voice not in voices():
        speakers = [name for name, row in voices().items() if row["language"] == call.language_code]
        voice = DEFAULT_VOICE if DEFAULT_VOICE in speakers or not speakers else speakers[0]
    return ("", "TEXT", voice) if call.text_type == AUDIO else (text, call.text_type, voice)


def script_of_recording(ctx: Context, url: str) -> Script:
    """Return a script that plays a recording; it is empty if the phone network does not carry the recording's codec."""
    found = ctx.inputs[ObjectRead(url)]
    assert found is not None
    try:
        return (Piece("", recording=read(found.content)),)
    except UnknownCodec as error:
        log.warning("The call will be silent, as %s cannot be played: %s", url, error)
        return ()


def _speakable(member: str, text_type: str, text: str | None) -> str:
    if not text:
        raise BadRequestException(f"{member} must not be empty")
    maximum = TEXT_MAX if text_type == "TEXT" else SSML_MAX
    if len(text) > maximum:
        raise BadRequestException(f"{member} must have at most {maximum} characters, not {len(text)}")
    if text_type == "SSML" and not SSML.fullmatch(text):
        raise BadRequestException(f"{member} must be SSML: <speak>…</speak>")
    if text_type == AUDIO and not S3_URL.fullmatch(text):
        raise BadRequestException(f"{member} must be the URL of an S3 object (s3://bucket/key), not {text}")
    return text


def audio_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the recording that a request names, if any."""
    url = (members.get("VoiceMessage") or {}).get("Audio")
    return [ObjectRead(url)] if url and S3_URL.fullmatch(url) else []
