"""The command line: `serve`, and the tester's commands against a server that runs."""

import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from emulator import __version__
from emulator.front.command_line import main, read_config
from emulator.testing import HANDSET, OTHER_HANDSET


@pytest.fixture
def run(sms_server, capsys, monkeypatch):
    """Runs a command against the server: gives exit status, output and error text."""
    monkeypatch.setenv("SMS_VOICE_EMULATOR_URL", sms_server.endpoint_url)

    def command(*arguments):
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = end.code
        return (status, *capsys.readouterr())

    return command


@pytest.fixture
def serve():
    """Starts `serve` as a program of its own; gives the program and what it has greeted with."""
    programs = []

    def start(*arguments, **environment):
        program = subprocess.Popen(
            [sys.executable, "-m", "emulator", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | environment,
        )
        programs.append(program)
        greeting = []
        for line in program.stdout:
            greeting.append(line)
            if "send-text-message" in line:
                break
        return program, "".join(greeting)

    yield start
    for program in programs:
        program.terminate()
        program.communicate()


def refused(*arguments):
    """What `serve` says when it does not start, and its exit status."""
    ended = subprocess.run(
        [sys.executable, "-m", "emulator", "serve", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert "" == ended.stdout
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


class TestServe:
    """`sms-voice-emulator serve`."""

    def test_greeting_leads_on(self, serve):
        """The greeting's export lines, in a shell, point boto3 at the server."""
        _, greeting = serve()
        exports = [line.strip() for line in greeting.splitlines() if line.strip().startswith("export ")]
        environment = dict(pair.split("=", 1) for line in exports for pair in shlex.split(line)[1:])

        client = boto3.session.Session(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_DEFAULT_REGION"],
        ).client("pinpoint-sms-voice-v2", endpoint_url=environment["AWS_ENDPOINT_URL"])

        assert [] == client.describe_phone_numbers()["PhoneNumbers"]
        assert Path(environment["AWS_DATA_PATH"]).is_dir()
        assert f"{environment['AWS_ENDPOINT_URL']}/_emulator/" in greeting

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_ends_quietly(self, serve, number):
        """A signal ends it with status 0 and without a word."""
        program, _ = serve()

        program.send_signal(number)
        _, errors = program.communicate(timeout=20)

        assert (0, "") == (program.returncode, errors)

    def test_options(self, serve):
        """Profile and clock are those that were asked for."""
        _, greeting = serve("--profile", "strict", "--clock", "frozen", "--seed", "7")
        address = re.search(r"is at http://(\S+);", greeting)[1]

        assert "SANDBOX" == ask(address, "account")["tier"]
        assert "frozen" == ask(address, "clock")["mode"]

    def test_taken_port(self):
        """A port that is taken is told, and what to do."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]

            status, error = refused("--port", str(port))

        assert 1 == status
        assert (
            f"sms-voice-emulator: cannot listen on 127.0.0.1 port {port}: Address already in use; "
            "choose another port with --port, or any free one with --port 0\n"
        ) == error

    @pytest.mark.parametrize("port", ["seventy", "65536", "-1"])
    def test_port_that_is_none(self, port):
        """What cannot be a port is told."""
        status, error = refused(f"--port={port}")

        assert 2 == status
        assert f"'{port}' is no port; it is a number from 0 to 65535" in error


def ask(address, path):
    connection = http.client.HTTPConnection(address, timeout=20)
    connection.request("GET", f"/_emulator/{path}")
    answer = json.load(connection.getresponse())
    connection.close()
    return answer


CONFIG = """
[limits]
provisioning = 60
tier = "PRODUCTION"
rates_enforced = false
quotas.KEYWORDS_PER_PHONE_NUMBER = 4

[[accounts]]
account = "210987654321"
region = "eu-west-1"
tier = "SANDBOX"

[[opt_out_lists]]
name = "Marketing"
numbers = ["+14255550199"]

[[phone_numbers]]
phone_number = "+12065550100"
opt_out_list_name = "Marketing"
two_way_channel_arn = "arn:aws:sns:us-east-1:123456789012:replies"
keywords = {INFO = "We sell shoes."}

[[phone_numbers]]
phone_number = "+18335550100"
number_type = "TOLL_FREE"
number_capabilities = ["SMS", "VOICE"]
message_type = "PROMOTIONAL"
region = "us-west-2"

[[configuration_sets]]
name = "events"

[[configuration_sets.destinations]]
name = "to-sns"
topic_arn = "arn:aws:sns:us-east-1:123456789012:receipts"
matching_event_types = ["TEXT_ALL"]

[[handsets]]
number = "+14255550101"
outcome = "UNREACHABLE"

[[carrier_rules]]
match = {contains = "casino"}
outcome = "SPAM"
"""


class TestConfig:
    """`serve --config FILE`."""

    @pytest.mark.parametrize("profile", ["friendly", "strict"])
    def test_every_section(self, serve, tmp_path, profile):
        """What the file names is there at the start, ready for use, whatever the profile."""
        (tmp_path / "emulator.toml").write_text(CONFIG)

        _, greeting = serve("--config", str(tmp_path / "emulator.toml"), "--profile", profile)

        address = re.search(r"is at http://(\S+);", greeting)[1]
        client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=f"http://{address}")
        (number,) = client.describe_phone_numbers()["PhoneNumbers"]
        assert ("+12065550100", "ACTIVE", "Marketing", True) == tuple(
            number[name] for name in ("PhoneNumber", "Status", "OptOutListName", "TwoWayEnabled")
        )
        keywords = client.describe_keywords(OriginationIdentity=number["PhoneNumberId"])["Keywords"]
        assert {"HELP", "STOP", "INFO"} == {keyword["Keyword"] for keyword in keywords}
        (opted_out,) = client.describe_opted_out_numbers(OptOutListName="Marketing")["OptedOutNumbers"]
        assert "+14255550199" == opted_out["OptedOutNumber"]
        (events,) = client.describe_configuration_sets()["ConfigurationSets"]
        assert ["TEXT_ALL"] == events["EventDestinations"][0]["MatchingEventTypes"]
        west = boto3.client("pinpoint-sms-voice-v2", endpoint_url=f"http://{address}", region_name="us-west-2")
        (toll_free,) = west.describe_phone_numbers()["PhoneNumbers"]
        assert ("TOLL_FREE", "PROMOTIONAL") == (toll_free["NumberType"], toll_free["MessageType"])
        assert "UNREACHABLE" == ask(address, "handsets/14255550101")["outcome"]
        assert ["SPAM"] == [rule["outcome"] for rule in ask(address, "carriers/rules")]
        assert "SANDBOX" == ask(address, "account?account=210987654321&region=eu-west-1")["tier"]
        client.put_keyword(OriginationIdentity=number["PhoneNumberId"], Keyword="FOUR", KeywordMessage="Four")
        with pytest.raises(client.exceptions.ServiceQuotaExceededException):
            client.put_keyword(OriginationIdentity=number["PhoneNumberId"], Keyword="FIVE", KeywordMessage="Five")

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("phone_numbers = [", "it is not TOML: "),
            ("[telephones]", "there is no section telephones; there are accounts, opt_out_lists, sender_ids, phone_numbers"),
            ("[phone_numbers]", "phone_numbers must be a list of tables; in TOML each begins with [[phone_numbers]]"),
            ("phone_numbers = [5]", "phone_numbers must be a list of tables"),
            ("[[phone_numbers]]", "phone_numbers 1: phone_number is required"),
            ("[[phone_numbers]]\nphone_number = 5", "phone_numbers 1: "),
            (
                '[[phone_numbers]]\nphone_number = "+12065550100"\ntype = "x"',
                'phone_numbers 1: unknown field "type"; allowed: ',
            ),
            ('[[phone_numbers]]\nphone_number = "+12065550100"\nnumber_type = "x"', "numberType: "),
            ('[[phone_numbers]]\nphone_number = "+12065550100"\nkeywords = "x"', "keywords must be a table such as {INFO ="),
            ('[[phone_numbers]]\nphone_number = "+12065550100"\naccount = "1"', "account must be 12 digits"),
            ('[[phone_numbers]]\nphone_number = "+12065550100"\nopt_out_list_name = "None"', 'ResourceId="None"'),
            ('[[opt_out_lists]]\nname = "A"\n[[opt_out_lists]]\nname = "A"', "opt_out_lists 2: Conflict Occurred"),
            ('[[opt_out_lists]]\nname = "A"\nnumbers = "x"', "opt_out_lists 1: numbers must be a list"),
            ('[[opt_out_lists]]\nname = "A"\nnumbers = ["x"]', "optedOutNumber: "),
            ('[[configuration_sets]]\nname = "A"\ndestinations = [{name = "x"}]', "destination 1: topic_arn is required"),
            ('[[configuration_sets]]\nname = "A"\ndestinations = 5', "the destinations must be a list"),
            ('[[handsets]]\noutcome = "SPAM"', "handsets 1: number is required"),
            ('[[handsets]]\nnumber = "home"', 'handsets 1: invalid phone number "home"; write it as +14255550100'),
            ('[[handsets]]\nnumber = "+14255550100"\noutcome = "spam"', "handsets 1: outcome must be one of"),
            ('[[accounts]]\ntier = "GOLD"', "accounts 1: tier must be one of PRODUCTION, SANDBOX"),
            ("[[carrier_rules]]", "carrier_rules: rule 1: outcome is required"),
            ("[carrier_rules]", "in TOML each begins with [[carrier_rules]]"),
            ("limits = 5", "limits must be a table, not 5"),
            ("[limits]\nspeed = 5", "limits: there is no speed; there are tier, registrations_required"),
            ('[limits]\ntier = "GOLD"', "limits: tier must be SANDBOX or PRODUCTION, not 'GOLD'"),
            ('[limits]\nprovisioning = "long"', "limits: provisioning must be a number from 0"),
            ('[limits]\nregistrations_required = "yes"', "limits: registrations_required must be true or false"),
            ("[limits]\nquotas.PHONES = 5", "limits: there is no quota PHONES; there are"),
            (
                "[limits]\nquotas.POOLS_PER_ACCOUNT = -5",
                "limits: quotas.POOLS_PER_ACCOUNT must be a number from 0",
            ),
            ("[limits]\nquotas = 5", "limits: quotas must be a table"),
            ("[limits]\nrequest_body_bytes_max = 1.5", "limits: request_body_bytes_max must be a number"),
        ],
    )
    def test_mistake(self, run, tmp_path, text, error):
        """A mistake in the file is told with the file, the entry, and what would do; nothing starts."""
        path = tmp_path / "emulator.toml"
        path.write_text(text)

        status, output, errors = run("serve", "--port", "0", "--config", str(path))

        assert (1, "") == (status, output)
        assert errors.startswith(f"sms-voice-emulator: {path}: ")
        assert error in errors

    def test_missing_file(self, run, tmp_path):
        """A file that is not there is told by its name."""
        path = tmp_path / "none.toml"

        assert (1, "", f"sms-voice-emulator: {path}: No such file or directory\n") == run("serve", "--config", str(path))

    def test_file_that_is_no_text(self, tmp_path):
        """Bytes that are no UTF-8 are no TOML."""
        (tmp_path / "emulator.toml").write_bytes(b'x = "\xff"')

        with pytest.raises(ValueError, match="it is not TOML"):
            read_config(str(tmp_path / "emulator.toml"))


class TestCommands:
    """The tester's commands."""

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
        """With --follow it goes on with what comes, for that number, until the server ends or one stops it."""
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
        """It tells what the keyword did, and the answer that the phone gets."""
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
        """What the server refuses is told in its words."""
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
        """What is no time is told, with what would be."""
        status, _, errors = run("advance", "soon")

        assert 2 == status
        assert "'soon' is no time; write 90s, 5m, 2h or 3d" in errors

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
    """A command that has nobody to speak to."""

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
        """What is no address is told, with what would be."""
        status, _, errors = run("health", "--url", url)

        assert 2 == status
        assert f"'{url}' is no address; write it as http://127.0.0.1:7767" in errors

    def test_other_server(self, run, sms_server):
        """A server that is not ours is told from ours."""
        status, output, errors = run("health", "--url", f"{sms_server.endpoint_url}/elsewhere")

        assert (1, "") == (status, output)
        assert f"{sms_server.endpoint_url}/elsewhere is some other server" in errors
