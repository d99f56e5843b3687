"""
Every block of code in the README and in docs/ runs, or says why not.

What a block is, its language says; each test is a page. The blocks of a page share their names and one state.

- python: executed in this process. Functions named `test_…` are called with the fixtures that their parameters name, each
  with empty state; other blocks find `sms`, an Emulator.
- sh: `sms-voice-emulator` and `curl`, run against a server that has a number and a text to +14255550100.
- http: a request to the control API of `sms`, with its body.
- toml: a configuration, which an Emulator starts with.
- json, yaml: read.
- text: what something prints, which is not run.

A block that cannot run is preceded by a comment, `<!-- not run: REASON -->`.
"""

import inspect
import json
import re
import shlex
import subprocess
from contextlib import ExitStack
from pathlib import Path

import boto3
import pytest
import yaml

from emulator import Emulator, mock_sms
from emulator.front.command_line import main
from emulator.front.control_http import create_app
from emulator.testing import lease_number, send_text

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n\n?)?^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
INDENTED = re.compile(r"\n\n((?: {4}[^ \n].*\n)+)")
NOT_RUN = re.compile(r"not run: \S.*")
ADDRESS = re.compile(r"http://127\.0\.0\.1:7767|(?<= )localhost:7767")
READ = {"json": json.loads, "yaml": yaml.safe_load}


def blocks(page):
    """Return the blocks of a page, as (mark, language, code)."""
    return [(found["mark"] or "", found["language"], found["code"]) for found in BLOCK.finditer(page.read_text("utf-8"))]


class Page:
    """Runs the blocks of a page; what it needs starts when the first block needs it."""

    def __init__(self, stack, request, capsys):
        self.stack = stack
        self.request = request
        self.capsys = capsys
        self.names = {"__name__": "page"}

    def python(self, code):
        """Execute a block, and call its tests."""
        if "sms" not in self.names and not re.search(r"mock_sms|def test_", code):
            self.emulator()
        before = set(self.names)
        exec(compile(code, "page", "exec"), self.names)
        for name in [name for name in self.names if name.startswith("test_") and name not in before]:
            self.call(self.names[name])

    def call(self, test):
        """Call a test with its fixtures."""
        wanted = inspect.signature(test).parameters
        # A test that mock_sms decorates gets `sms` from there.
        if hasattr(test, "__wrapped__") or not {"sms", "sms_client"} & wanted.keys():
            given = () if hasattr(test, "__wrapped__") else wanted
            test(**{name: self.request.getfixturevalue(name) for name in given})
            return
        with mock_sms() as sms:
            fixtures = {"sms": sms, "sms_client": boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")}
            test(**{name: fixtures.get(name) or self.request.getfixturevalue(name) for name in wanted})
            sms.aws.reset()

    def emulator(self):
        """Return the page's emulator, which has a number."""
        if "sms" not in self.names:
            sms = self.stack.enter_context(mock_sms(seed=1))
            self.stack.callback(sms.aws.reset)
            self.names |= {"sms": sms, "client": boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")}
            self.names["number"] = lease_number(self.names["client"], NumberCapabilities=["SMS", "VOICE"])["PhoneNumber"]
        return self.names["sms"]

    def http(self, code):
        """Send a request to the control API."""
        head, _, body = code.partition("\n")
        method, path = head.split(" ")
        client = create_app(self.emulator().engine).test_client()
        answer = client.open(path.replace("+", "%2B"), method=method, json=json.loads(body) if body.strip() else None)
        assert answer.status_code < 300, (head, answer.get_data(as_text=True))

    def sh(self, code):
        """Run commands against a server."""
        server = self.request.getfixturevalue("sms_server")
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1", endpoint_url=server.endpoint_url)
        lease_number(client)
        send_text(client, "Your code is 123456")
        for line in code.replace("\\\n", " ").splitlines():
            words = shlex.split(ADDRESS.sub(server.endpoint_url, line), comments=True)
            if words and words[0] == "curl":
                ended = subprocess.run([*words, "--silent", "--fail-with-body"], capture_output=True, text=True, check=False)
                assert 0 == ended.returncode, (line, ended.stdout)
            elif words:
                assert "sms-voice-emulator" == words[0], f"cannot run {words[0]}: {line}"
                assert 0 == main([*words[1:], *([] if "--url" in words else self.address(words, server))]), line

    def address(self, words, server):
        """Return the option that leads a command to the server, if the command takes it."""
        return [] if words[1] in ("models", "completion") else ["--url", server.endpoint_url]

    def toml(self, code):
        """Start with a configuration."""
        path = Path("emulator.toml")
        path.write_text(code, "utf-8")
        Emulator(config=path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_blocks_run(page, request, capsys, tmp_path, monkeypatch):
    """Each block of the page runs, is read, or says why not."""
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:
        runner = Page(stack, request, capsys)
        for mark, language, code in blocks(page):
            if NOT_RUN.fullmatch(mark) or language == "text":
                continue
            assert language in READ or hasattr(runner, language), f"a block of {language!r} is not marked: {code[:60]}"
            READ.get(language, getattr(runner, language, None))(code)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_is_indented(page):
    """Code is fenced, so that its language says how it is run."""
    text = BLOCK.sub("", page.read_text("utf-8"))

    assert [] == [
        found for found in INDENTED.findall(text) if not re.search(rf"^[-*\d].*\n\n?{re.escape(found)}", text, re.M)
    ]
