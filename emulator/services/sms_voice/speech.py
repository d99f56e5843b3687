"""What is spoken in a call: which of the forms a request has, whether it can be spoken, and by which voice."""

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
"""The forms of `Content`, and the kind of text in each; call instructions are SSML."""
VOICE_MESSAGE = {"Audio": AUDIO, "SSMLMessage": "SSML", "TextToSpeechMessage": "TEXT"}
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


def read_voice_message(ctx: Context, voice_message: dict[str, Any]) -> tuple[str, Call]:
    """
    The text of the guide's form, and what it is spoken with; a recording that S3 does not have gives way to other forms.

    Raises:
        BadRequestException: no form is given, or one that cannot be spoken; a voice or language that does not exist.
    """
    given = [member for member in VOICE_MESSAGE if member in voice_message]
    if not given:
        raise BadRequestException(f"VoiceMessage must have one of {', '.join(VOICE_MESSAGE)}")
    texts = {member: _speakable(f"VoiceMessage.{member}", VOICE_MESSAGE[member], voice_message[member]) for member in given}
    voice, language = voice_message.get("VoiceId"), voice_message.get("LanguageCode")
    if voice is not None and voice.upper() not in voices():
        raise BadRequestException(f"VoiceMessage.VoiceId: there is no voice {voice}")
    if language is not None and not any(row["language"] == language for row in voices().values()):
        raise BadRequestException(f"VoiceMessage.LanguageCode: no voice speaks {language}")
    if given[0] == "Audio" and ctx.inputs.get(ObjectRead(texts["Audio"])) is None:
        if given == ["Audio"]:
            raise BadRequestException(f"VoiceMessage.Audio: {texts['Audio']} cannot be read")
        log.warning("%s cannot be read; VoiceMessage.%s is spoken in its place", texts["Audio"], given[1])
        given = given[1:]
    return texts[given[0]], Call(VOICE_MESSAGE[given[0]], voice, language)


def spoken(text: str, call: Call) -> tuple[str, str, str]:
    """
    What a voice reads, of which type, and whose voice: the one that is named, else the first that speaks the language.

    A name that is no voice's is read by the default voice. # unverified: AWS's first voice API names no error for it
    """
    voice = (call.voice_id or "").upper()
    if voice not in voices():
        speakers = [name for name, row in voices().items() if row["language"] == call.language_code]
        voice = DEFAULT_VOICE if DEFAULT_VOICE in speakers or not speakers else speakers[0]
    return ("", "TEXT", voice) if call.text_type == AUDIO else (text, call.text_type, voice)


def script_of_recording(ctx: Context, url: str) -> Script:
    """A recording to be played; nothing where it is in a codec that the telephone network does not carry."""
    found = ctx.inputs[ObjectRead(url)]
    assert found is not None
    try:
        return (Piece("", recording=read(found.content)),)
    except UnknownCodec as error:
        log.warning("There will be no sound in the call with %s: %s", url, error)
        return ()


def _speakable(member: str, text_type: str, text: str | None) -> str:
    if not text:
        raise BadRequestException(f"{member} must not be empty")
    if len(text) > (TEXT_MAX if text_type == "TEXT" else SSML_MAX):
        raise BadRequestException(f"{member} is too long")
    if text_type == "SSML" and not SSML.fullmatch(text):
        raise BadRequestException(f"{member} must be SSML: <speak>…</speak>")
    if text_type == AUDIO and not S3_URL.fullmatch(text):
        raise BadRequestException(f"{member} must be an object in S3: s3://bucket/key")
    return text


def audio_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the recording that a request names, if it does."""
    url = (members.get("VoiceMessage") or {}).get("Audio")
    return [ObjectRead(url)] if url and S3_URL.fullmatch(url) else []
