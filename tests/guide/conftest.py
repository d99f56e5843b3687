"""
The guide's own text, where the environment variable GUIDE_TEXT names its file; without it these tests are skipped.

The text has lost the indentation of its Python. `indented` restores it by rules that know nothing of the programs:
`class` stands at the margin; `def` one step in, inside a class; a line that ends in a colon opens a block; a block ends
with its `return`, after which only another `def` is still inside the class. Lines within brackets may stand anywhere.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OVERLAYS = ROOT / "botocore_models"
STEP = "    "


@pytest.fixture(scope="session")
def guide():
    """The lines of the guide."""
    name = os.environ.get("GUIDE_TEXT")
    if not name:
        pytest.skip("GUIDE_TEXT does not name the file of the guide's text")
    return Path(name).read_text("utf-8").splitlines()


@pytest.fixture
def section(guide):
    """`section(first, after)`: the lines from the one that starts so up to the one that starts with `after`."""

    def cut(first, after):
        start = next(number for number, line in enumerate(guide) if line.startswith(first))
        end = next(number for number in range(start, len(guide)) if guide[number].startswith(after))
        return guide[start:end]

    return cut


@pytest.fixture
def program(section):
    """`program(first, after)`: such a section as Python, its indentation restored."""
    return lambda first, after: indented(section(first, after))


def indented(lines):
    """The program of these lines, as the rules above have it."""
    written, level, in_class, open_brackets, returned = [], 0, False, 0, False
    for line in (line.strip() for line in lines):
        if not open_brackets and line:
            if line.startswith("class "):
                level, in_class = 0, True
            elif line.startswith("def "):
                level = 1 if in_class else 0
            elif returned:
                level, in_class = 0, False
            returned = line.startswith("return ")
        written.append(STEP * level + line)
        plain = re.sub(r"'[^']*'|\"[^\"]*\"", "", line)
        open_brackets += sum(map(plain.count, "([{")) - sum(map(plain.count, ")]}"))
        if not open_brackets and line.endswith(":"):
            level += 1
    return "\n".join(written) + "\n"


@pytest.fixture
def printed_commands(section):
    """The guide's shell commands: each from `aws` to the end of its continuations and quotes."""
    found, open_command = [], False
    for line in section("AWS CLI", "Python SDK"):
        if open_command:
            found[-1] += "\n" + line
        elif line.startswith("aws "):
            found.append(line)
        else:
            continue
        open_command = line.endswith("\\") or found[-1].count("'") % 2 == 1
    return found


@pytest.fixture
def environment(sms_server):
    """The environment of a program that works with the server: what `sms-voice-emulator env` prints."""
    path = os.pathsep.join([str(ROOT / ".clients" / "aws" / "bin"), os.environ["PATH"]])
    return {
        "PATH": path,
        "AWS_ENDPOINT_URL": sms_server.endpoint_url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_DATA_PATH": str(OVERLAYS),
    }


@pytest.fixture
def command_line(environment):
    """Skips where the AWS command line is not installed."""
    if shutil.which("aws", path=environment["PATH"]) is None:
        pytest.skip("the AWS command line is not installed")
    return environment
