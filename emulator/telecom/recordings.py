"""
Recordings that are played in a call: WAV files of 8 or 16 bit linear PCM, the only codec that is supported.

A recording in any other codec cannot be heard: the call is made, but it is silent. Source: the RIFF form of multimedia
files, as Python's `wave` reads it.
"""

from __future__ import annotations

import io
import sys
from array import array

from emulator.kernel.dataclass import dataclass

BYTE_ZERO = 128
"""Silence in samples of one byte, which are unsigned."""

RATE_MIN, RATE_MAX = 1000, 384_000
"""The samples a second that are played; far fewer would make a small file the sound of days. # unverified"""


class UnknownCodec(ValueError):
    """The recording is in a codec that cannot be played."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Sound of one channel: 16 bit samples, in the machine's byte order."""

    sample_rate: int
    samples: bytes

    @property
    def seconds(self) -> float:
        """The duration."""
        return len(self.samples) / array("h").itemsize / self.sample_rate

    def at_rate(self, sample_rate: int) -> array[int]:
        """Return the samples at another rate, each being the nearest of the present ones."""
        present = array("h", self.samples)
        count = round(len(present) * sample_rate / self.sample_rate)
        return array("h", (present[index * len(present) // count] for index in range(count)))


def read(content: bytes) -> Recording:
    """
    Return the recording in a WAV file; several channels are mixed to their mean.

    Raises:
        UnknownCodec: it is not a WAV file of linear PCM, or contains no sound.
    """
    # Imported here: few who use the emulator play a recording, and nobody at once.
    import wave

    try:
        with wave.open(io.BytesIO(content)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, RuntimeError) as error:  # `wave` seeks beyond the end of a chunk, and says nothing more
        raise UnknownCodec(f"not a WAV file of linear PCM: {error or 'it ends too early'}") from error
    if not RATE_MIN <= rate <= RATE_MAX:
        raise UnknownCodec(f"{rate} samples a second; must be from {RATE_MIN} to {RATE_MAX}")
    if width not in (1, 2) or not frames:
        raise UnknownCodec(
            f"{8 * width} bits per sample in {len(frames)} bytes of sound; must be 8 or 16 bits, and not empty"
        )
    samples = _samples(frames, width)
    mixed = [sum(samples[start : start + channels]) // channels for start in range(0, len(samples), channels)]
    return Recording(rate, array("h", mixed).tobytes())


def _samples(frames: bytes, width: int) -> array[int]:
    if width == 1:
        return array("h", ((sample - BYTE_ZERO) << 8 for sample in frames))
    samples = array("h", frames[: len(frames) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
