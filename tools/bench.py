"""
Benchmarks: the emulator's speed compared with boto3 itself, with moto, and with acceptable start-up times.

The values of each pair are measured in turns, on one machine in one run, and reported as the ratio of their medians: a
ratio carries over to another machine, a time does not. `--strict` exits with status 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

HANDSET = "+14255550100"
NUMBER = "+12065550100"
ROUNDS = 7
SHORT_ROUNDS = 31
CALLS_A_ROUND = 100
WARMING_CALLS = 5
REQUESTS_A_ROUND = {"ours": 800, "moto": 160}
CONNECTIONS = 8
STARTS = 3
SECONDS_FOR_FIRST_MOCK_ANSWER = 0.5
SECONDS_FOR_FIRST_SERVER_ANSWER = 1.0
MOTO_SERVER_STARTS_WITHIN_SECONDS = 30

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"
SEND = (
    f'{{"DestinationPhoneNumber":"{HANDSET}","OriginationIdentity":"{NUMBER}","MessageBody":"Your code is 123456"}}',
    {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage",
        "Authorization": CREDENTIAL.format("sms-voice"),
    },
)
PUBLISH = (
    "Action=Publish&Version=2010-03-31&PhoneNumber=%2B14255550100&Message=Your+code+is+123456",
    {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Authorization": CREDENTIAL.format("sns")},
)
ANSWERED_BY = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "00000000-0000-4000-8000-000000000001"}
"""The headers of AWS's responses, and of ours: boto3 takes the same time to process them, whoever responds."""
LEASE = {
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TEN_DLC",
    "NumberPreference": [{"PreferenceType": ["ExactMatch"], "Filter": [NUMBER]}],
}

IMPORT = "import time; began = time.perf_counter(); import emulator; print(time.perf_counter() - began)"
FIRST_MOCK_ANSWER = """
import time; began = time.perf_counter()
import boto3
from emulator import mock_sms
with mock_sms():
    boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1").describe_phone_numbers()
print(time.perf_counter() - began)
"""


@dataclass(frozen=True)
class Row:
    """A ratio, and its target."""

    what: str
    ratio: float
    target: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the target is met."""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target


def main() -> int:
    """Run the benchmarks, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if a target is missed")
    options = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    rows = [*in_process(), *over_http(), *starts()]
    width = max(len(row.what) for row in rows)
    print(f"{'':<{width}}   ratio       target")
    for row in rows:
        sign = ">=" if row.at_least else "<="
        print(f"{row.what:<{width}}  {row.ratio:6.2f}  {sign} {row.target:4.2f}  {'' if row.is_met else 'MISSED'}")
    return 1 if options.strict and not all(row.is_met for row in rows) else 0


def seconds_of(function, times):
    """Return the processor time of that many calls, which never wait; other processes are not counted."""
    for _ in range(WARMING_CALLS):
        function()
    # Restart the garbage collector, whose full collections would otherwise fall into every second measurement.
    gc.collect()
    began = time.process_time()
    for _ in range(times):
        function()
    return time.process_time() - began


def in_turns(rounds, **measures):
    """Return the medians of values measured in turns, so that a slow moment of the machine affects all of them."""
    taken = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return {name: statistics.median(values) for name, values in taken.items()}


# --- In one process ---------------------------------------------------------------------------------------------------


def in_process():
    """Measure sends through boto3, answered by a stub and by the emulator, and SNS Publish, answered by moto."""
    import boto3
    from botocore.awsrequest import AWSResponse

    from emulator import Emulator
    from emulator.front.mock import answering

    class Body:
        def stream(self, **_):
            yield b'{"MessageId":"00000000-0000-4000-8000-000000000000"}'

    # These clients are created before moto is imported, since it adds its own handler to every later client.
    nothing, ours = (boto3.client("pinpoint-sms-voice-v2") for _ in range(2))
    nothing.meta.events.register("before-send", lambda request, **_: AWSResponse(request.url, 200, ANSWERED_BY, Body()))
    emulator = Emulator()
    with answering(emulator):
        ours.request_phone_number(**LEASE)

    def send(client):
        client.send_text_message(
            DestinationPhoneNumber=HANDSET, OriginationIdentity=NUMBER, MessageBody="Your code is 123456"
        )

    def nothing_answers():
        return seconds_of(lambda: send(nothing), CALLS_A_ROUND)

    def we_answer():
        with answering(emulator):
            return seconds_of(lambda: send(ours), CALLS_A_ROUND)

    def moto_answers():
        from moto import mock_aws

        with mock_aws():
            sns = boto3.client("sns")
            return seconds_of(lambda: sns.publish(PhoneNumber=HANDSET, Message="Your code is 123456"), CALLS_A_ROUND)

    in_turns(1, nothing=nothing_answers, ours=we_answer, moto=moto_answers)
    # Many short rounds: other load on the machine affects a few of them, but not the medians.
    took = in_turns(SHORT_ROUNDS, nothing=nothing_answers, ours=we_answer, moto=moto_answers)
    assert (SHORT_ROUNDS + 1) * (CALLS_A_ROUND + WARMING_CALLS) == len(emulator.inbox.messages())
    return [
        Row("calls/s in process, relative to boto3 answered by a stub", took["nothing"] / took["ours"], 0.85),
        Row("calls/s in process, relative to sns.publish under mock_aws", took["moto"] / took["ours"], 2.5),
    ]


# --- Over HTTP --------------------------------------------------------------------------------------------------------


def over_http():
    """Measure requests to our server and to moto's, each in its own process, over persistent connections."""
    with our_server() as ours, moto_server() as moto:
        lease(ours)

        def measures(connections):
            return {
                "ours": lambda: load(ours, *SEND, REQUESTS_A_ROUND["ours"], connections),
                "moto": lambda: load(moto, *PUBLISH, REQUESTS_A_ROUND["moto"], connections),
            }

        in_turns(1, **measures(1))
        one = in_turns(ROUNDS, **measures(1))
        many = in_turns(ROUNDS, **measures(CONNECTIONS))
    return [
        Row("requests/s over one connection, relative to moto_server", one["moto"] / one["ours"], 6),
        Row(f"requests/s over {CONNECTIONS} connections, relative to moto_server", many["moto"] / many["ours"], 6),
    ]


@contextmanager
def program(*command, **options):
    """Run a program for the duration of the block."""
    with subprocess.Popen([sys.executable, "-m", *command], text=True, **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def our_server():
    """Run our server, and yield its address."""
    with program("emulator", "serve", "--port", "0", stdout=subprocess.PIPE) as process:
        yield next(found[1] for line in process.stdout if (found := re.search(r"is at http://(\S+);", line)))


@contextmanager
def moto_server():
    """Run moto's server, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with program("moto.server", "-p", str(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        deadline = time.monotonic() + MOTO_SERVER_STARTS_WITHIN_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield f"127.0.0.1:{port}"


def lease(address):
    """Lease the number that the requests send from, and wait until it is active."""
    import boto3

    client = boto3.client("pinpoint-sms-voice-v2", endpoint_url=f"http://{address}")
    client.request_phone_number(**LEASE)
    client.describe_phone_numbers()


def load(address, body, headers, requests, connections):
    """Return the time per request when that many are made over that many connections."""

    def work():
        connection = http.client.HTTPConnection(address)
        for _ in range(requests // connections):
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) / (requests // connections * connections)


# --- Start-up ---------------------------------------------------------------------------------------------------------


def starts():
    """Measure the times until the first response, each relative to the time allowed."""

    def first_server_answer():
        began = time.perf_counter()
        with our_server() as address:
            load(address, "{}", SEND[1] | {"X-Amz-Target": "PinpointSMSVoiceV2.DescribePhoneNumbers"}, 1, 1)
            return time.perf_counter() - began

    took = in_turns(
        STARTS,
        import_=lambda: printed_number(IMPORT),
        boto3=lambda: printed_number(IMPORT.replace("emulator", "boto3")),
        mock=lambda: printed_number(FIRST_MOCK_ANSWER),
        server=first_server_answer,
    )
    return [
        Row("import emulator, relative to import boto3", took["import_"] / took["boto3"], 0.1, at_least=False),
        Row(
            f"first response of the mock, relative to {SECONDS_FOR_FIRST_MOCK_ANSWER:g} s",
            took["mock"] / SECONDS_FOR_FIRST_MOCK_ANSWER,
            1,
            at_least=False,
        ),
        Row(
            f"first response of the server, relative to {SECONDS_FOR_FIRST_SERVER_ANSWER:g} s",
            took["server"] / SECONDS_FOR_FIRST_SERVER_ANSWER,
            1,
            at_least=False,
        ),
    ]


def printed_number(code):
    """Run a program and return the number that it prints."""
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    sys.exit(main())
