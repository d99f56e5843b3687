"""
Fuzz what reads bytes: SSML, TOML, media, RCS, and bodies on the wire; by atheris, or by Hypothesis where it has no wheel.

Each target takes bytes, and raises nothing but what it says that it raises. atheris is guided by the code that an input
reaches. An input that breaks a target is written to tests/robustness/corpus/bytes.json by hand, where tests replay it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from emulator import Emulator
from emulator.settings import read_config
from emulator.telecom import media_types, pictures, recordings, script
from emulator.wire.http import Request

SECONDS_DEFAULT = 60
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
RCS_HEADERS = {
    "x-amz-target": "PinpointSMSVoiceV2.SendRcsMessage",
    "content-type": "application/x-amz-json-1.0",
    "authorization": CREDENTIAL.format("sms-voice"),
}


@cache
def _emulator() -> Emulator:
    return Emulator(clock="frozen")


def _answered(request: Request) -> None:
    status = _emulator().handle(request).status
    if status >= 500 and status != 501:
        raise AssertionError(f"answered by {status}")


def ssml(content: bytes) -> None:
    """Read a script; BadScript is its refusal."""
    with contextlib.suppress(script.BadScript):
        pieces = script.read(content.decode("utf-8", "surrogateescape"), "SSML")
        script.seconds_of(pieces)
        script.text_of(pieces)


def toml(content: bytes) -> None:
    """Read a configuration; ValueError is its refusal."""
    with tempfile.NamedTemporaryFile(suffix=".toml") as file, contextlib.suppress(ValueError):
        file.write(content)
        file.flush()
        Emulator(config=read_config(file.name))


def media(content: bytes) -> None:
    """Look at a file of a message, and at a recording; UnknownCodec is a refusal."""
    media_types.found_types(content)
    pictures.dimensions(content)
    with contextlib.suppress(recordings.UnknownCodec, ValueError):
        recordings.read(content).at_rate(8000)


def rcs(content: bytes) -> None:
    """Send RCS content; an error of AWS's is its refusal."""
    text = content.decode("utf-8", "replace")
    try:
        made = json.loads(text)
    except (ValueError, RecursionError):
        made = {"TextMessage": {"Body": text}}
    members = {"DestinationPhoneNumber": "+14255550100", "RcsMessageContent": {"Content": made}}
    _answered(Request("POST", "/", RCS_HEADERS, json.dumps(members).encode()))


def wire(content: bytes) -> None:
    """Send a body to each protocol."""
    _answered(Request("POST", "/", RCS_HEADERS, content))
    rest = {"content-type": "application/json", "authorization": CREDENTIAL.format("mobiletargeting")}
    _answered(Request("POST", "/v1/apps", rest, content))
    form = {"content-type": "application/x-www-form-urlencoded", "authorization": CREDENTIAL.format("sns")}
    request = Request("POST", "/", form, b"Action=Publish&PhoneNumber=%2B14255550100&" + content)
    if _emulator().engine.handles(request):
        _answered(request)


TARGETS: dict[str, Callable[[bytes], None]] = {target.__name__: target for target in (ssml, toml, media, rcs, wire)}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "ssml": (b"<speak>Hi <break time='1s'/><prosody rate='slow'>x</prosody></speak>", b"<speak/>"),
    "toml": (b"[limits]\nmessages_kept = 1\n", b"[[phone_numbers]]\nphone_number = '+12065550100'\n"),
    "media": (
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01",
        b"\xff\xd8\xff\xc0",
        b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
    ),
    "rcs": (b'{"TextMessage":{"Body":"Hi"}}', b'{"RichCard":{"CardOrientation":"VERTICAL","CardContent":{"Title":"x"}}}'),
    "wire": (b"{}", b'{"DestinationPhoneNumber":"+14255550100"}', b"Message=Hi&Version=2010-03-31"),
}
"""What each target begins with."""


def run_by_atheris(name: str, seconds: int) -> None:
    """Run one target for so long; the process ends with it."""
    import atheris  # type: ignore[import-not-found]

    folder = tempfile.mkdtemp()
    for place, seed in enumerate(SEEDS[name]):
        Path(folder, str(place)).write_bytes(seed)
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], folder, f"-max_total_time={seconds}", "-rss_limit_mb=4096", "-verbosity=1"], TARGETS[name])
    atheris.Fuzz()


def run_by_hypothesis(name: str, seconds: int) -> None:
    """Run one target with so many hundred inputs for each second."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    pieces = st.sampled_from([seed[start : start + 9] for seed in SEEDS[name] for start in range(0, len(seed), 9)])
    inputs = st.one_of(st.binary(max_size=300), st.lists(st.one_of(pieces, st.binary(max_size=9))).map(b"".join))
    settings(max_examples=100 * seconds, deadline=None, suppress_health_check=list(HealthCheck))(
        given(inputs)(TARGETS[name])
    )()


def main() -> None:
    """Read the options, and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=SECONDS_DEFAULT)
    options = parser.parse_args()
    try:
        import atheris  # noqa: F401
    except ImportError:
        print(f"{options.target}: by Hypothesis, as atheris is not installed")
        run_by_hypothesis(options.target, options.seconds)
    else:
        print(f"{options.target}: by atheris")
        run_by_atheris(options.target, options.seconds)
    print(f"{options.target}: nothing found")


if __name__ == "__main__":
    main()
