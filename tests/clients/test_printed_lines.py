"""The lines that `serve` greets with and those of the README, run by a shell with AWS command lines new and old."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.front.commands.serving import greeting

ROOT = Path(__file__).parents[2]
EMULATOR = f"{sys.executable} -m emulator"


def blocks(text):
    """Return the indented blocks of a text, without their indentation."""
    found = re.findall(r"(?:^(?: {4}.*)\n)+", text, re.MULTILINE)
    return [re.sub(r"^ {4}", "", block, flags=re.MULTILINE) for block in found]


def readme_lines(name, url):
    """Return the lines of the README's section about the command line, for a server at another address."""
    fenced = re.findall(r"^```sh\n(.*?)^```$", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (block,) = (block for block in fenced if "send-text-message" in block)
    return block.replace("http://127.0.0.1:7767", url)


@pytest.fixture
def shell(any_aws, sms_server):
    """Return a function that runs lines in a shell that finds that AWS command line, and no other settings of AWS."""

    def run(lines):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        lines = re.sub(r"^sms-voice-emulator ", f"{EMULATOR} ", lines, flags=re.MULTILINE)
        environment = kept | {"PATH": f"{any_aws}:{os.environ['PATH']}", "AWS_PAGER": "", "no_proxy": "*"}
        environment["SMS_VOICE_EMULATOR_URL"] = sms_server.endpoint_url
        return subprocess.run(
            ["sh", "-e", "-c", lines], env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def test_greeting(shell, sms_server, sms):
    """The greeting's lines send a text."""
    ended = shell("\n".join(blocks(greeting(sms_server.endpoint_url))))

    assert 0 == ended.returncode, ended.stderr
    assert ["Your code is 123456"] == [message.body for message in sms.inbox.messages()]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_readme(shell, sms_server, sms, name):
    """The README's lines send a text, print it, and answer it."""
    ended = shell(readme_lines(name, sms_server.endpoint_url))

    assert 0 == ended.returncode, ended.stderr
    assert "DELIVERED    Your code is 123456" in ended.stdout
    assert "STOP (OPT_OUT): " in ended.stdout


def test_wrapper(shell, sms):
    """`sms-voice-emulator aws …` needs no settings, passes options on, and ends with the status of the AWS command line."""
    lines = f"""
        {EMULATOR} aws --output text pinpoint-sms-voice-v2 request-phone-number --iso-country-code US \
            --message-type TRANSACTIONAL --number-capabilities SMS --number-type TEN_DLC --query PhoneNumber
        {EMULATOR} aws sns create-topic --name receipts
        {EMULATOR} aws pinpoint-sms-voice-v2 describe-pools --pool-ids none || exit 7
    """
    ended = shell(lines)

    assert 7 == ended.returncode
    assert ended.stdout.startswith("+1")
    assert "arn:aws:sns:us-east-1:123456789012:receipts" in ended.stdout
    assert "ResourceNotFoundException" in ended.stderr
