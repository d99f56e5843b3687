"""The command line: commands for a server that is running."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import __version__
from emulator.testing import HANDSET, OTHER_HANDSET


class TestCommands:
    """The commands for a running server."""

    def test_inbox(self, run, send_text, number):
        """It prints a line for each message, oldest first."""
        send_text("One")
        send_text("Two")

        status, output, _ = run("inbox")

        lines = output.splitlines()
        assert (0, 2) == (status, len(lines))
        for line, body in zip(lines, ["One", "Two"], strict=True):
            assert re.fullmatch(rf"\d{{4}}-\S+Z  \{number} -> \{HANDSET}  DELIVERED\s+{body}", line)

    def test_inbox_of_one_number(self, run, send_text):
        """With --to it prints those to one number."""
        send_text("One")
        send_text("Two", to=OTHER_HANDSET)

        assert ["Two"] == [line.split()[-1] for line in run("inbox", "--to", "14255550101")[1].splitlines()]

    def test_inbox_beyond_a_page(self, sms, run, number):
        """It prints all messages, however many there are."""
        for index in range(205):
            sms.handset(HANDSET).reply(f"{index}", to=number)

        assert [str(index) for index in range(205)] == [line.split()[-1] for line in run("inbox")[1].splitlines()]

    def test_inbox_follows(self, sms_server, sms, send_text):
        """With --follow it prints further messages of that number, until the server ends or it is stopped."""
        send_text("One")
        command = [sys.executable, "-m", "emulator", "inbox", "--follow", "--to", HANDSET, "--url", sms_server.endpoint_url]
        program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        first = program.stdout.readline().split()

        send_text("Other", to=OTHER_HANDSET)
        send_text("Two")
        sms.settle()
        told = [program.stdout.readline().split()[-2:] for _ in range(3)]

        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=20)
        assert ["DELIVERED", "One"] == first[-2:]
        assert [["ACCEPTED", "Two"], ["SUCCESSFUL", "Two"], ["DELIVERED", "Two"]] == told
        assert (130, "") == (program.returncode, errors)

    def test_reply(self, run, send_text):
        """The command prints what the keyword did, and the answer that the phone receives."""
        send_text("Hi")

        status, output, _ = run("reply", "--from", HANDSET, "STOP")

        assert 0 == status
        assert output.startswith("STOP (OPT_OUT): ")

    def test_reply_without_a_keyword(self, run, sms, number):
        """Other words are received under an id."""
        status, output, _ = run("reply", "--from", HANDSET, "--to", number, "Thanks")

        (message,) = sms.inbox.messages(direction="inbound")
        assert (0, f"received as {message.message_id}\n") == (status, output)

    def test_reply_to_nobody(self, run):
        """A refusal is printed in the server's words."""
        assert (
            1,
            "",
            "sms-voice-emulator: nobody has written to +14255550100 yet, so `to` must be given\n",
        ) == run("reply", "--from", HANDSET, "Hi")

    @pytest.mark.parametrize(
        ("time", "seconds"), [("90s", 90), ("90", 90), ("5m", 300), ("2h", 7200), ("3d", 259200), ("0.5h", 1800)]
    )
    def test_advance(self, run, sms, time, seconds):
        """It lets so much time pass, and prints the time that it is then."""
        sms.clock.freeze()
        before = sms.clock.now

        status, output, _ = run("advance", time)

        assert (0, seconds) == (status, (sms.clock.now - before).total_seconds())
        assert f"{sms.clock.now:%Y-%m-%dT%H:%M:%S}" == output[:19]

    def test_advance_by_nonsense(self, run):
        """An invalid time is reported, with an example of a valid one."""
        status, _, errors = run("advance", "soon")

        assert 2 == status
        assert "invalid duration 'soon'; write it as 90s, 5m, 2h or 3d" in errors

    def test_settle(self, run, sms, send_text):
        """It runs what is pending, and prints how much."""
        sms.clock.freeze()
        send_text("Hi")

        status, output, _ = run("settle")

        assert (0, 2) == (status, json.loads(output)["ran"])
        assert ["DELIVERED"] == [message.status for message in sms.inbox.messages()]

    @pytest.mark.parametrize(("options", "queues_left"), [([], 1), (["--aws"], 0)])
    def test_reset(self, run, sms, client, send_text, options, queues_left):
        """It empties the world, and the other services when that is asked for."""
        client("sqs").create_queue(QueueName="jobs")
        send_text("Hi")

        status, _, _ = run("reset", *options)

        assert 0 == status
        assert [] == sms.inbox.messages()
        assert queues_left == len(client("sqs").list_queues().get("QueueUrls", []))

    def test_health(self, run):
        """It prints what the server says of itself."""
        status, output, _ = run("health")

        assert (0, "ok") == (status, json.loads(output)["status"])

    def test_env(self, run, sms_server):
        """Its lines are for a shell's eval."""
        status, output, _ = run("env")

        assert 0 == status
        assert f"export AWS_ENDPOINT_URL={sms_server.endpoint_url}\n" in output
        ended = subprocess.run(["sh", "-c", f"{output}\nprintenv AWS_DATA_PATH"], capture_output=True, text=True, check=True)
        assert Path(ended.stdout.strip()).is_dir()

    def test_models(self, run):
        """It prints a folder that botocore can be pointed at."""
        status, output, _ = run("models")

        assert 0 == status
        assert Path(output.strip()).is_dir()

    def test_version(self, run):
        """It prints its version."""
        assert (0, f"{__version__}\n", "") == run("--version")

    def test_proxy_is_not_asked(self, run, monkeypatch):
        """A proxy of the environment does not stand between the command and its server."""
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

        assert 0 == run("health")[0]


class TestNoServer:
    """A command without a server."""

    @pytest.mark.parametrize(
        "command",
        [
            ["inbox"],
            ["inbox", "--follow"],
            ["reply", "--from", HANDSET, "Hi"],
            ["advance", "1h"],
            ["settle"],
            ["reset"],
            ["health"],
        ],
    )
    def test_is_told(self, run, command):
        """It says where it looked and how to start a server."""
        status, output, errors = run(*command, "--url", "http://127.0.0.1:9")

        assert (1, "") == (status, output)
        assert (
            "sms-voice-emulator: no server at http://127.0.0.1:9 ([Errno 111] Connection refused); "
            "start one with: sms-voice-emulator serve\n"
        ) == errors

    @pytest.mark.parametrize("url", ["localhost:7767", "ftp://localhost", ""])
    def test_address_that_is_none(self, run, url):
        """An invalid address is reported, with an example of a valid one."""
        status, _, errors = run("health", "--url", url)

        assert 2 == status
        assert f"invalid address '{url}'; write it as http://127.0.0.1:7767" in errors

    def test_other_server(self, run, sms_server):
        """A server of another kind is recognised and reported."""
        status, output, errors = run("health", "--url", f"{sms_server.endpoint_url}/elsewhere")

        assert (1, "") == (status, output)
        assert f"{sms_server.endpoint_url}/elsewhere is not an sms-voice-emulator server" in errors
