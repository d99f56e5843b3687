"""
Audible speech: a script rendered to a WAV file by eSpeak NG, if the extra `speech` is installed. Recordings are played
without it.

This runs only when the sound of a call is fetched; no request of an application waits for it.
"""

from __future__ import annotations

import ctypes
import io
import threading
import wave
from array import array
from collections.abc import Iterable
from functools import cache
from typing import Any

from emulator.telecom.script import WORDS_PER_MINUTE, Piece, voices

SAMPLE_BYTES = 2
ESPEAK_SYNCHRONOUS = 2
ESPEAK_UTF8 = 1
ESPEAK_RATE = 1
ESPEAK_RATE_MIN, ESPEAK_RATE_MAX = 80, 450
VARIANTS = {"female": "+f2", "male": ""}
HOW_TO_INSTALL = 'to hear spoken messages, install the emulator with its extra `speech`: in a clone, pip install ".[speech]"'

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_speaking = threading.Lock()


class NoSpeech(Exception):
    """The extra `speech` is not installed."""

    def __init__(self) -> None:
        super().__init__(HOW_TO_INSTALL)


class _Engine:
    """The process's only instance of eSpeak NG, which has one voice at a time."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError as error:
            raise NoSpeech from error
        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        data = str(espeakng_loader.get_data_path()).encode()
        self.sample_rate: int = self._library.espeak_Initialize(ESPEAK_SYNCHRONOUS, 0, data, 0)
        self._samples = array("h")
        # eSpeak keeps the address, so the object must live as long as this one.
        self._callback = _Callback(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._samples.frombytes(ctypes.string_at(samples, count * SAMPLE_BYTES))
        return 0

    def say(self, voice: str, text: str, words_per_minute: int) -> array[int]:
        """Return the samples of a text."""
        self._samples = array("h")
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise LookupError(f"eSpeak NG has no voice {voice}")
        self._library.espeak_SetParameter(ESPEAK_RATE, words_per_minute, 0)
        data = text.encode() + b"\0"
        self._library.espeak_Synth(data, len(data), 0, 0, 0, ESPEAK_UTF8, None, None)
        self._library.espeak_Synchronize()
        return self._samples


@cache
def _engine() -> _Engine:
    return _Engine()


def render(script: Iterable[Piece], voice_id: str) -> bytes:
    """
    Return a mono WAV file of a script, spoken in the language of a VoiceId.

    Raises:
        NoSpeech: the extra `speech` is not installed.
    """
    pieces = list(script)
    if pieces and all(piece.recording for piece in pieces):
        return _recorded(pieces)
    voice = voices()[voice_id]
    sound = array("h")
    with _speaking:
        engine = _engine()
        for piece in pieces:
            if piece.recording is not None:
                sound.extend(piece.recording.at_rate(engine.sample_rate))
                continue
            rate = min(max(round(WORDS_PER_MINUTE * piece.rate), ESPEAK_RATE_MIN), ESPEAK_RATE_MAX)
            text = ", ".join(piece.text.replace(" ", "")) if piece.spelt else piece.text
            if text:
                sound.extend(engine.say(voice["espeak"] + VARIANTS[voice["gender"]], text, rate))
            sound.extend(array("h", bytes(SAMPLE_BYTES * round(piece.pause * engine.sample_rate))))
    return _wav(sound, engine.sample_rate)


def _recorded(pieces: list[Piece]) -> bytes:
    """Return a WAV file of recordings only, which needs no voice."""
    recordings = [piece.recording for piece in pieces if piece.recording is not None]
    rate = recordings[0].sample_rate
    sound = array("h")
    for recording in recordings:
        sound.extend(recording.at_rate(rate))
    return _wav(sound, rate)


def _wav(sound: array[int], sample_rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(sample_rate)
        writer.writeframes(sound.tobytes())
    return file.getvalue()
