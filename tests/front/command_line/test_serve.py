"""The command line: `serve` and its configuration file."""

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

from emulator.settings import read_config
from emulator.testing import raises_aws


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
            if line.startswith("Read it:"):
                break
        return program, "".join(greeting)

    yield start
    for program in programs:
        program.terminate()
        program.communicate()


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
        """A port that is taken is reported, together with the fix."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]

            ended = subprocess.run(
                [sys.executable, "-m", "emulator", "serve", "--port", str(port)],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        assert (1, "") == (ended.returncode, ended.stdout)
        assert (
            f"sms-voice-emulator: cannot listen on 127.0.0.1 port {port}: Address already in use; "
            "choose another port with --port, or a free one with --port 0\n"
        ) == ended.stderr

    @pytest.mark.parametrize("port", ["seventy", "65536", "-1"])
    def test_port_that_is_none(self, run, port):
        """An invalid port is reported."""
        status, output, error = run("serve", f"--port={port}")

        assert (2, "") == (status, output)
        assert f"invalid port '{port}'; it must be a number from 0 to 65535" in error


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
        """Everything that the file names exists at the start, ready for use, in each profile."""
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
            ("phone_numbers = [", "invalid TOML: "),
            ("[telephones]", "unknown section 'telephones'; allowed: accounts, opt_out_lists, sender_ids, phone_numbers"),
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
            ("[limits]\nspeed = 5", "limits: unknown limit 'speed'; allowed: tier, registrations_required"),
            ('[limits]\ntier = "GOLD"', "limits: tier must be SANDBOX or PRODUCTION, not 'GOLD'"),
            ('[limits]\nprovisioning = "long"', "limits: provisioning must be a number from 0"),
            ('[limits]\nregistrations_required = "yes"', "limits: registrations_required must be true or false"),
            ("[limits]\nquotas.PHONES = 5", "limits: unknown quota 'PHONES'; allowed:"),
            (
                "[limits]\nquotas.POOLS_PER_ACCOUNT = -5",
                "limits: quotas.POOLS_PER_ACCOUNT must be a number from 0",
            ),
            ("[limits]\nquotas = 5", "limits: quotas must be a table"),
            ("[limits]\nrequest_body_bytes_max = 1.5", "limits: request_body_bytes_max must be a number"),
        ],
    )
    def test_mistake(self, run, tmp_path, text, error):
        """A mistake is reported with the file, the entry and what is allowed; nothing starts."""
        path = tmp_path / "emulator.toml"
        path.write_text(text)

        status, output, errors = run("serve", "--port", "0", "--config", str(path))

        assert (1, "") == (status, output)
        assert errors.startswith(f"sms-voice-emulator: {path}: ")
        assert error in errors

    def test_missing_file(self, run, tmp_path):
        """A missing file is reported by its name."""
        path = tmp_path / "none.toml"

        assert (1, "", f"sms-voice-emulator: {path}: No such file or directory\n") == run("serve", "--config", str(path))

    def test_file_that_is_no_text(self, tmp_path):
        """A file that is not UTF-8 is reported as invalid TOML."""
        (tmp_path / "emulator.toml").write_bytes(b'x = "\xff"')

        with pytest.raises(ValueError, match="invalid TOML"):
            read_config(str(tmp_path / "emulator.toml"))


def send(url, body="Hi", region="eu-west-1"):
    """Send a text to a country that takes them without a number of one's own."""
    client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=url, region_name=region)
    return client.send_text_message(DestinationPhoneNumber="+447700900123", MessageBody=body)["MessageId"]


def address_of(greeting):
    return re.search(r"is at (http://\S+);", greeting)[1]


class TestConsole:
    """What `serve` writes while it runs."""

    def test_a_line_for_each_call(self, serve):
        """Each AWS call is a line on stderr, a refused one with its hint."""
        program, greeting = serve()
        client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=address_of(greeting), region_name="us-east-1")
        with raises_aws("ConflictException"):
            client.send_text_message(DestinationPhoneNumber="+14255550100", MessageBody="Hi")

        first, hint = (program.stderr.readline() for _ in range(2))

        assert re.fullmatch(
            r"\S+Z  SendTextMessage 400 ConflictException NO_ORIGINATION_IDENTITIES_FOUND \+14255550100 [\d.]+ ms\n", first
        )
        assert "    hint: account 123456789012 has no number yet: lease one with request-phone-number\n" == hint

    def test_json_lines(self, serve):
        """With --log-format json each line is an object."""
        program, greeting = serve("--log-format", "json")
        message_id = send(address_of(greeting))

        assert message_id == json.loads(program.stderr.readline())["message_id"]

    def test_quiet(self, serve):
        """With --quiet, or its variable, nothing is written."""
        program, greeting = serve(SMS_VOICE_EMULATOR_QUIET="1")
        send(address_of(greeting))
        program.terminate()

        assert "" == program.communicate(timeout=20)[1]

    def test_exposed(self, serve):
        """An address that other machines can reach is warned of; the greeting names one that works."""
        program, greeting = serve("--host", "0.0.0.0")

        assert re.match(r"http://127\.0\.0\.1:\d+$", address_of(greeting))
        assert "WARNING: listening on 0.0.0.0: whoever reaches this machine can read" in program.stderr.readline()


class TestState:
    """`serve --state FILE`."""

    def test_it_is_kept(self, serve, tmp_path):
        """What was sent before the server ended is there when it starts again."""
        file = tmp_path / "state.json"
        program, greeting = serve("--state", str(file))
        message_id = send(address_of(greeting))
        program.send_signal(signal.SIGTERM)
        program.wait(timeout=20)

        _, greeting = serve("--state", str(file))

        messages = ask(address_of(greeting).removeprefix("http://"), "messages")["messages"]
        assert [message_id] == [message["message_id"] for message in messages]
        assert [file] == list(tmp_path.iterdir())

    def test_no_state(self, run, tmp_path):
        """A file that is not a state is refused at the start, and stays as it is."""
        file = tmp_path / "state.json"
        file.write_text('{"version": "0.0.0", "digest": "", "state": {}}')

        status, output, error = run("serve", "--state", str(file), "--port", "0")

        assert (1, "") == (status, output)
        assert f"sms-voice-emulator: {file}: the state must be from version" in error
        assert "0.0.0" in file.read_text()
