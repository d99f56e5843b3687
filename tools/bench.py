"""
Benchmarks: the emulator's speed compared with boto3 itself, with moto, and with acceptable start-up times.

The values of each pair are measured in turns, on one machine in one run, and reported as the median of their ratios with
its quartiles: a ratio carries over to another machine, a time does not. `--strict` exits with status 1 if a target is
missed.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

HANDSET = "+14255550100"
NUMBER = "+12065550100"
ROUNDS = 7
SHORT_ROUNDS = 31
CALLS_A_ROUND = 100
WARMING_CALLS = 5
REQUESTS_A_ROUND = {"ours": 800, "moto": 160, "ministack": 800}
NAMES = {"moto": "moto_server", "ministack": "ministack's SNS"}
CONNECTIONS = 8
STARTS = 9
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
CLIENT = """
import time; began = time.perf_counter()
import boto3
boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
print(time.perf_counter() - began)
"""
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
    """The ratio of each round, and the target of their median."""

    what: str
    ratios: list[float]
    target: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        """True if the target is met."""
        ratio = statistics.median(self.ratios)
        return ratio >= self.target if self.at_least else ratio <= self.target

    def __str__(self) -> str:
        """Return the median, the quartiles and the target."""
        low, ratio, high = statistics.quantiles(self.ratios, n=4) if len(self.ratios) > 1 else self.ratios * 3
        sign = ">=" if self.at_least else "<="
        return f"{ratio:6.2f}  {low:6.2f} to {high:5.2f}  {sign} {self.target:5.2f}  {'' if self.is_met else 'MISSED'}"


def ratios(above, below):
    """Return the ratio of each round."""
    return [one / other for one, other in zip(above, below, strict=True)]


def main() -> int:
    """Run the benchmarks, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="exit with status 1 if a target is missed")
    options = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    rows = [*in_process(), *over_http(), *starts()]
    width = max(len(row.what) for row in rows)
    print(f"{'':<{width}}   ratio  quartiles         target")
    for row in rows:
        print(f"{row.what:<{width}}  {row}")
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
    """Return the values of each round, measured in turns, so that a slow moment of the machine affects all of them."""
    taken = {name: [] for name in measures}
    for _ in range(rounds):
        for name, measure in measures.items():
            taken[name].append(measure())
    return taken


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
        Row("calls/s in process, relative to boto3 answered by a stub", ratios(took["nothing"], took["ours"]), 2.4),
        Row("calls/s in process, relative to sns.publish under mock_aws", ratios(took["moto"], took["ours"]), 6),
    ]


# --- Over HTTP --------------------------------------------------------------------------------------------------------


def over_http():
    """Measure requests to our server and to others, each in its own process, over persistent connections."""
    others = ["moto"] + (["ministack"] if find_ministack() else [])
    with ExitStack() as servers:
        ours = servers.enter_context(our_server())
        lease(ours)
        addresses = {other: servers.enter_context(other_server(other)) for other in others}

        def measures(connections):
            return {"ours": lambda: load(ours, *SEND, REQUESTS_A_ROUND["ours"], connections)} | {
                other: partial(load, address, *PUBLISH, REQUESTS_A_ROUND[other], connections)
                for other, address in addresses.items()
            }

        in_turns(1, **measures(1))
        for connections, bars in ((1, {"moto": 6, "ministack": 1.25}), (CONNECTIONS, {"moto": 6, "ministack": 2})):
            took = in_turns(ROUNDS, **measures(connections))
            for other in others:
                what = f"requests/s over {connections} connection(s), relative to {NAMES[other]}"
                yield Row(what, ratios(took[other], took["ours"]), bars[other])


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
    # Nobody looks at the line that it writes for each call, as at those of the other servers.
    with program("emulator", "serve", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        yield next(found[1] for line in process.stdout if (found := re.search(r"is at http://(\S+);", line)))


def find_ministack():
    """Return whether ministack is installed, or in the folder that MINISTACK names: it pins a botocore of its own."""
    folder = os.environ.get("MINISTACK", "")
    return folder or importlib.util.find_spec("ministack") is not None


@contextmanager
def other_server(name):
    """Run another server, and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"GATEWAY_PORT": str(port), "PYTHONPATH": os.environ.get("MINISTACK", "")}
    command = ["moto.server", "-p", str(port)] if name == "moto" else ["ministack"]
    options = {} if name == "moto" else {"env": environment}
    with program(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options):
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
    """
    Return the time per request when that many are made over that many connections.

    All are made by one thread, over bare sockets: `http.client` takes longer for a request than a fast server for its
    answer, and would make any two servers look alike.
    """
    lines = {"Host": address, "Accept-Encoding": "identity", **headers, "Content-Length": len(body)}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    request = f"POST / HTTP/1.1\r\n{head}\r\n{body}".encode()
    with ExitStack() as opened, selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for _ in range(connections):
            opened.enter_context(Connection(address, request, requests // connections, selector))
        while selector.get_map():
            for key, _ in selector.select():
                key.data.read()
        return (time.perf_counter() - began) / (requests // connections * connections)


class Connection:
    """A client that makes the same request again and again, as soon as the one before is answered."""

    def __init__(self, address, request, times, selector):
        host, _, port = address.rpartition(":")
        self.address = host, int(port)
        self.request = request
        self.left = times
        self.selector = selector
        self.socket = None
        self.answer = b""

    def __enter__(self):
        self.send()
        return self

    def __exit__(self, *error):
        self.close()

    def send(self):
        """Make a request, over a new connection if the server has closed the one before."""
        if self.socket is None:
            self.socket = socket.create_connection(self.address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(self.socket, selectors.EVENT_READ, self)
        self.socket.sendall(self.request)

    def read(self):
        """Read what there is, and make the next request once the answer is complete."""
        read = self.socket.recv(65536)
        assert read, f"the connection was closed within an answer: {self.answer}"
        self.answer += read
        head, blank, body = self.answer.partition(b"\r\n\r\n")
        status, _, headers = head.lower().partition(b"\r\n")
        if not blank or not is_complete(headers, body):
            return
        assert status.split()[1] == b"200", self.answer
        self.answer = b""
        self.left -= 1
        if not self.left or status.startswith(b"http/1.0") or b"connection: close" in headers:
            self.close()
        if self.left:
            self.send()

    def close(self):
        """Close the connection, if there is one."""
        if self.socket is not None:
            self.selector.unregister(self.socket)
            self.socket.close()
            self.socket = None


def is_complete(headers, body):
    """Return whether the body of an answer is complete, which has either a length or chunks."""
    length = re.search(rb"content-length: *([0-9]+)", headers)
    if length is None:
        assert b"transfer-encoding: chunked" in headers, headers
        return body.endswith(b"\r\n0\r\n\r\n")
    return len(body) >= int(length[1])


# --- Start-up ---------------------------------------------------------------------------------------------------------


def starts():
    """Measure the times until the first response, each relative to what a program without the emulator needs."""

    def first_server_answer():
        began = time.perf_counter()
        with our_server() as address:
            load(address, "{}", SEND[1] | {"X-Amz-Target": "PinpointSMSVoiceV2.DescribePhoneNumbers"}, 1, 1)
            return time.perf_counter() - began

    def bare_moto_server():
        began = time.perf_counter()
        with other_server("moto"):
            return time.perf_counter() - began

    took = in_turns(
        STARTS,
        import_=lambda: printed_number(IMPORT),
        boto3=lambda: printed_number(IMPORT.replace("emulator", "boto3")),
        client=lambda: printed_number(CLIENT),
        mock=lambda: printed_number(FIRST_MOCK_ANSWER),
        server=first_server_answer,
        moto=bare_moto_server,
    )
    return [
        Row("import emulator, relative to import boto3", ratios(took["import_"], took["boto3"]), 0.1, at_least=False),
        Row(
            "first response of the mock, relative to boto3 and a client",
            ratios(took["mock"], took["client"]),
            1.3,
            at_least=False,
        ),
        Row(
            "first response of the server, relative to moto_server's start",
            ratios(took["server"], took["moto"]),
            1.5,
            at_least=False,
        ),
    ]


def printed_number(code):
    """Run a program and return the number that it prints."""
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    sys.exit(main())
