"""The command line: commands for a server that is running."""

import json
import re
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emulator import __version__
from emulator.front.commands.trigger import event_type_names
from emulator.testing import HANDSET, OTHER_HANDSET
from emulator.wire.models import load_model

HAS_RCS = "SendRcsMessage" in load_model("pinpoint-sms-voice-v2").operation_names


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
        """It prints the newest 50, or as many as -n says, newest last."""
        for index in range(60):
            sms.handset(HANDSET).reply(f"{index}", to=number)

        assert [str(index) for index in range(10, 60)] == [line.split()[-1] for line in run("inbox")[1].splitlines()]
        assert ["58", "59"] == [line.split()[-1] for line in run("inbox", "-n", "2")[1].splitlines()]

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

    @pytest.mark.parametrize(
        ("command", "what"),
        [
            (["inbox", "--to", "+14255550199"], "messages"),
            (["requests", "--operation", "SendTxt"], "AWS calls"),
            (["events", "--event-type", "TEXT_LOST"], "events"),
        ],
    )
    def test_nothing_matches(self, run, send_text, command, what):
        """A filter that nothing matches is told, and not on standard output."""
        send_text("Hi")

        assert (0, "", f"sms-voice-emulator: no {what} match\n") == run(*command)

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
            "sms-voice-emulator: nothing was sent to +14255550100 yet; name the number to write to as `to`\n",
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

    def test_inbox_as_json(self, run, send_text):
        """With --json each line is a message."""
        message_id = send_text("One")

        assert [message_id] == [json.loads(line)["message_id"] for line in run("inbox", "--json")[1].splitlines()]

    def test_inbox_of_a_channel_and_a_time(self, sms, run, send_text):
        """--channel and --since leave others out."""
        send_text("Old")
        sms.clock.advance(hours=1)
        send_text("New")

        assert ["New"] == [line.split()[-1] for line in run("inbox", "--since", "5m")[1].splitlines()]
        assert "" == run("inbox", "--channel", "voice")[1]

    def test_requests(self, run, send_text, raises):
        """It prints a line for each AWS call with its hint; --refused only those that were refused."""
        send_text("Hi")
        with raises("ValidationException"):
            send_text("Hi", to="(425) 555-0100")

        status, output, _ = run("requests", "--refused")

        line, hint = output.splitlines()
        assert 0 == status
        assert re.fullmatch(r"\S+Z  SendTextMessage 400 ValidationException \w+ \(425\) 555-0100 [\d.]+ ms", line)
        assert "    hint: (425) 555-0100 is not in E.164; did you mean +14255550100?" == hint
        assert "SendTextMessage 200 " in run("requests", "--operation", "SendTextMessage")[1]

    def test_requests_follow(self, sms_server, sms, send_text):
        """With --follow it prints further calls."""
        command = [sys.executable, "-m", "emulator", "requests", "-f", "--operation", "SendTextMessage"]
        send_text("One")
        program = subprocess.Popen(
            [*command, "--url", sms_server.endpoint_url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        first = program.stdout.readline()
        send_text("Two")
        second = program.stdout.readline()
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=20)

        assert ["SendTextMessage", "200", HANDSET] == first.split()[1:4] == second.split()[1:4]

    def test_events(self, run, sms, send_text, event_set):
        """It prints the events with the outcome of their deliveries."""
        message_id = send_text("Hi", ConfigurationSetName=event_set)
        sms.settle()

        lines = [line.split() for line in run("events", "--event-type", "TEXT_DELIVERED")[1].splitlines()]

        assert [["TEXT_DELIVERED", message_id]] == [line[1:3] for line in lines]

    def test_send(self, run, sms):
        """It leases a number when the account has none, and prints the message's id."""
        status, output, _ = run("send", "--to", HANDSET, "Hello")

        (message,) = sms.inbox.messages()
        assert (0, f"{message.message_id}\n", "Hello") == (status, output, message.body)

    def test_send_is_refused(self, run):
        """A refusal is printed with its hint."""
        status, _, errors = run("send", "--to", "(425) 555-0100", "Hello")

        assert 1 == status
        assert "hint: (425) 555-0100 is not in E.164; did you mean +14255550100?" in errors

    def test_state(self, run, sms, send_text, tmp_path):
        """What `state save` has saved, `state load` restores."""
        send_text("Hi")
        file = tmp_path / "state.json"
        assert (0, f"saved in {file}\n", "") == run("state", "save", str(file))
        sms.reset()

        status, output, _ = run("state", "load", str(file))

        assert (0, "loaded; it is ") == (status, output[:14])
        assert ["Hi"] == [message.body for message in sms.inbox.messages()]

    def test_state_of_no_file(self, run, tmp_path):
        """A file that is missing or no state is reported."""
        (tmp_path / "other").write_text("{")

        assert "No such file" in run("state", "load", str(tmp_path / "none"))[2]
        assert "not a state that was saved" in run("state", "load", str(tmp_path / "other"))[2]

    def test_open(self, run, sms_server):
        """It names the page."""
        assert (0, f"{sms_server.endpoint_url}/_emulator/\n", "") == run("open", "--print")

    @pytest.mark.parametrize("event_type", [*event_type_names(), "text_spam"])
    def test_trigger(self, run, event_type):
        """Each event type can be made by one command, which prints its record."""
        if event_type.startswith("RCS") and not HAS_RCS:
            pytest.skip("this botocore has no RCS")
        status, output, errors = run("trigger", event_type)

        assert (0, "") == (status, errors)
        assert event_type.upper() == json.loads(output)["eventType"]

    def test_trigger_of_no_event(self, run):
        """An unknown event type is refused with those that are known."""
        status, _, errors = run("trigger", "TEXT_SENT")

        assert 1 == status
        assert "unknown event type 'TEXT_SENT'; allowed: TEXT_PENDING, " in errors

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_completion(self, run, shell):
        """It prints a script that knows the commands."""
        status, output, _ = run("completion", shell)

        assert 0 == status
        assert "inbox" in output

    def test_environment(self, run, send_text, monkeypatch):
        """Each flag can be set by the environment; an invalid value is refused as the flag's would be."""
        send_text("One")
        send_text("Two")
        monkeypatch.setenv("SMS_VOICE_EMULATOR_LIMIT", "1")
        monkeypatch.setenv("SMS_VOICE_EMULATOR_JSON", "true")

        assert ["Two"] == [json.loads(line)["body"] for line in run("inbox")[1].splitlines()]
        monkeypatch.setenv("SMS_VOICE_EMULATOR_CHANNEL", "pigeon")
        assert "SMS_VOICE_EMULATOR_CHANNEL: invalid value 'pigeon'; choose from sms, " in run("inbox")[2]
        monkeypatch.setenv("SMS_VOICE_EMULATOR_CHANNEL", "sms")
        monkeypatch.setenv("SMS_VOICE_EMULATOR_JSON", "perhaps")
        assert "SMS_VOICE_EMULATOR_JSON: invalid value 'perhaps'; write true or false" in run("inbox")[2]

    def test_health_waits(self, run):
        """--wait gives up after the time."""
        status, _, errors = run("health", "--wait", "0.3s", "--url", "http://127.0.0.1:9")

        assert 1 == status
        assert "no server at http://127.0.0.1:9" in errors

    def test_no_command(self, run):
        """Without a command the program prints its help."""
        status, output, errors = run()

        assert (2, "") == (status, output)
        assert "serve     run the server" in errors

    @pytest.mark.parametrize(
        ("command", "first"),
        [
            ("advance", "Advance the virtual clock."),
            ("inbox", "Print the messages, newest last."),
            ("state save", "Save the whole state in a file."),
        ],
    )
    def test_help_says_what_a_command_does(self, run, command, first):
        """The help of a command begins with its line in the list of commands."""
        status, output, _ = run(*command.split(), "--help")

        assert 0 == status
        assert f"\n\n{first}\n\n" in output

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

    def test_other_server(self, run):
        """A server of another kind is recognised and reported."""
        with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as other:
            threading.Thread(target=other.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{other.server_port}"
            status, output, errors = run("health", "--url", url)
            other.shutdown()

        assert (1, "") == (status, output)
        assert f"{url} is not an sms-voice-emulator server: it answered 501 " in errors

    def test_another_path(self, run, sms_server):
        """A path of our own server that does not exist is reported in its words."""
        status, _, errors = run("health", "--url", f"{sms_server.endpoint_url}/elsewhere")

        assert 1 == status
        assert "no such page: GET /elsewhere/_emulator/health" in errors
