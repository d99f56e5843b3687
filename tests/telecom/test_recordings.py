"""Recordings are played as they are, if they are in a known codec."""

import io
import wave

import pytest

from emulator.telecom import speech
from emulator.telecom.recordings import UnknownCodec, read
from emulator.telecom.script import Piece, seconds_of


def wav(frames, width=2, channels=1, rate=8000):
    """A WAV file of these bytes."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((channels, width, rate, 0, "NONE", "not compressed"))
        writer.writeframes(frames)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "seconds", "samples"),
    [
        (wav(b"\x01\x00\xff\x7f" * 4000), 1.0, [1, 32767]),
        (wav(b"\x00\x80\xff\x80" * 2000, width=1), 1.0, [-32768, 0]),
        (wav(b"\x02\x00\x04\x00" * 8000, channels=2), 1.0, [3, 3]),
        (wav(b"\x01\x00" * 22050, rate=44100), 0.5, [1, 1]),
    ],
    ids=["16 bits", "8 bits", "two channels", "44.1 kHz"],
)
def test_recording_is_read(content, seconds, samples):
    """Its length and its samples are those of the file, mixed to one channel of 16 bits."""
    recording = read(content)

    assert seconds == recording.seconds
    assert samples == list(recording.at_rate(recording.sample_rate)[:2])


@pytest.mark.parametrize(
    "content",
    [b"ID3\x03", b"", wav(b""), wav(bytes(24), width=3), wav(bytes(8)).replace(b"\x01\x00\x01\x00", b"\x07\x00\x01\x00", 1)],
    ids=["MP3", "empty", "no sound", "24 bits", "mu-law"],
)
def test_other_codecs_are_not_understood(content):
    """Anything but linear PCM of 8 or 16 bits is refused."""
    with pytest.raises(UnknownCodec):
        read(content)


@pytest.mark.parametrize("rate", [1, 999, 384_001, 2**30])
def test_rates_that_nobody_plays_are_refused(rate):
    """A small file that claims one sample a second would become hours of sound, and take as long to make."""
    with pytest.raises(UnknownCodec, match="samples a second"):
        read(wav(bytes(800), rate=rate))


def test_rate_is_changed():
    """At half the rate every second sample is left."""
    recording = read(wav(b"".join(number.to_bytes(2, "little") for number in range(8))))

    assert [0, 2, 4, 6] == list(recording.at_rate(4000))


def test_recording_is_heard_as_it_is():
    """A recording that a call plays comes out as it went in, without a speech engine."""
    content = wav(b"\x05\x00" * 800)
    script = (Piece("", recording=read(content)),)

    assert 0.1 == seconds_of(script)
    assert content == speech.render(script, "MATTHEW")
