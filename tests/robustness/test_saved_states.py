"""A journal may come from somebody else: what it holds is loaded, and nothing in it is run."""

import io
import json
import pickle
import pickletools
import zlib
from hashlib import blake2b

import pytest
from docker.errors import DockerException
from moto.utilities.docker_utilities import DockerModel

from emulator.aws import EmbeddedAws
from emulator.engine import utc_now
from emulator.journal import snapshots
from emulator.journal.migrations import SCHEMA
from emulator.journal.snapshots import SnapshotUnreadable


def calling(module, name, *arguments):
    """Return a pickle that calls a function."""
    written = io.BytesIO()
    written.write(b"\x80\x04")
    for text in (module, name):
        written.write(b"\x8c" + bytes([len(text)]) + text.encode())
    written.write(b"\x93" + pickle.dumps(arguments, 2)[2:-1] + b"R.")
    return written.getvalue()


HOSTILE = {
    "a program": calling("os", "system", "true"),
    "code": calling("builtins", "eval", "1"),
    "an attribute": calling("builtins", "getattr", "text", "upper"),
    "an import": calling("builtins", "__import__", "os"),
    "a function of moto": calling("moto.core.utils", "utcnow"),
    "what moto imports": calling("moto.core.utils", "re.compile", "x"),
    "a function within another": calling("emulator.aws.moto_state", "_local_function", "os", "system.<locals>.x", 1),
    "a file": calling("pathlib", "Path.touch", "x"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_nothing_is_called(content):
    """Neither by what is kept of the emulator, nor by what is kept of moto."""
    assert any(opcode.name == "REDUCE" for opcode, _, _ in pickletools.genops(content))
    header = json.dumps({"schema": SCHEMA, "layout": {}, "parts": {"state": len(content)}}).encode()
    packed = zlib.compress(header + b"\n" + content)

    with pytest.raises(SnapshotUnreadable):
        snapshots.read([packed], blake2b(packed, digest_size=16).hexdigest())
    with pytest.raises(ValueError, match="cannot be read"):
        EmbeddedAws(utc_now, None).load_state({"moto.sqs.models:sqs": content})


def test_what_is_made_again_calls_nobody():
    """While a call of moto is repeated, moto reaches no endpoint and starts no container."""
    aws = EmbeddedAws(utc_now, None)

    space = {"__name__": "moto.made_up.models"}
    exec("import requests\ndef call(url):\n    return requests.get(url)", space)

    with aws.repeatable("seed", utc_now(), again=True):
        answer = space["call"]("http://127.0.0.1:9/")
        with pytest.raises(DockerException):
            _ = DockerModel().docker_client

    assert (403, "http://127.0.0.1:9/ is not called again") == (answer.status_code, answer.text)
