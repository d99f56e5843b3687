"""The command line: `serve`, and control commands for a server that is already running."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from emulator import __version__

PORT = 7767
PORT_MAX = 65535
TOKEN_VARIABLE = "SMS_VOICE_EMULATOR_TOKEN"
EXPOSED = (
    "WARNING: listening on {host}: whoever reaches this machine can read and change everything here; "
    "set --token, or listen on 127.0.0.1."
)
URL_VARIABLE = "SMS_VOICE_EMULATOR_URL"
DEFAULT_URL = f"http://127.0.0.1:{PORT}"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def main(arguments: list[str] | None = None) -> int:
    """Run a command, and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options) or 0
    except Refused as error:
        print(f"sms-voice-emulator: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader of the output has gone; prevent Python from failing again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except (ConnectionError, http.client.HTTPException) as error:
        print(f"sms-voice-emulator: lost the connection to the server: {error}", file=sys.stderr)
        return 1
    return status


class Refused(Exception):
    """A command failed; the message says why."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sms-voice-emulator", description="A local emulator of AWS End User Messaging.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    client = argparse.ArgumentParser(add_help=False)
    client.add_argument(
        "--token", default=os.environ.get(TOKEN_VARIABLE), help=f"the server's token (default: ${TOKEN_VARIABLE})"
    )
    client.add_argument(
        "--url",
        type=_url,
        default=os.environ.get(URL_VARIABLE, DEFAULT_URL),
        help=f"the server's address (default: ${URL_VARIABLE}, or {DEFAULT_URL})",
    )

    inbox = commands.add_parser("inbox", parents=[client], help="print the messages")
    inbox.add_argument("--to", help="only messages to this number")
    inbox.add_argument("--follow", action="store_true", help="keep printing new messages and statuses")
    inbox.set_defaults(run=_inbox)
    reply = commands.add_parser("reply", parents=[client], help="send a text from a handset")
    reply.add_argument("--from", dest="sender", required=True, help="the handset's number")
    reply.add_argument("--to", help="the account's number (default: the latest sender to the handset)")
    reply.add_argument("text")
    reply.set_defaults(run=_reply)
    advance = commands.add_parser("advance", parents=[client], help="advance the virtual clock: 90s, 5m, 2h, 3d")
    advance.add_argument("time", type=_duration)
    advance.set_defaults(run=lambda o: _print(_call(o, "POST", "clock", {"advance_seconds": o.time})["now"]))
    settle = commands.add_parser("settle", parents=[client], help="run all pending timers")
    settle.set_defaults(run=lambda o: _print(_call(o, "POST", "settle", {})))
    reset = commands.add_parser("reset", parents=[client], help="start again with empty state")
    reset.add_argument("--aws", action="store_true", help="empty SNS, SQS and the other AWS services too")
    reset.set_defaults(run=lambda o: _print(_call(o, "POST", "reset", {"aws": o.aws})))
    health = commands.add_parser("health", parents=[client], help="show whether the server is ready")
    health.set_defaults(run=lambda o: _print(_call(o, "GET", "health")))
    env = commands.add_parser("env", parents=[client], help="print the export lines that point AWS clients to the server")
    env.set_defaults(run=lambda o: _print("\n".join(export_lines(o.url))))
    _add_verify(commands)
    models = commands.add_parser("models", help="print the folder for AWS_DATA_PATH")
    models.set_defaults(run=_models)
    return parser


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    serve.add_argument(
        "--port", type=_port, default=PORT, help=f"the port to listen on; 0 picks a free one (default: {PORT})"
    )
    serve.add_argument("--config", metavar="FILE", help="a TOML file of limits, and of resources to create at the start")
    serve.add_argument(
        "--profile",
        choices=("friendly", "strict"),
        default="friendly",
        help="strict applies AWS's own limits and requirements (default: friendly)",
    )
    serve.add_argument(
        "--clock",
        choices=("running", "stepping", "frozen"),
        default="running",
        help="how virtual time moves (default: running, with the wall clock)",
    )
    serve.add_argument("--seed", type=int, default=0, help="determines everything that is left to chance (default: 0)")
    serve.add_argument(
        "--aws-endpoint-url", help="deliver events to the AWS services at this address instead of the embedded ones"
    )
    _add_access(serve)
    serve.set_defaults(run=_serve)


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser("verify", help="compare the emulator with a real account, by requests that change nothing")
    verify.add_argument("--profile", required=True, help="the profile of the account in your AWS configuration")
    verify.add_argument("--region", required=True, help="the region to ask")
    verify.add_argument("--endpoint-url", help="ask another emulator instead of AWS")
    verify.add_argument("--allow-cost", action="store_true", help="send messages to AWS's simulator numbers too")
    verify.add_argument(
        "--output", type=Path, default=Path("verify"), metavar="DIR", help="for report and recordings (default: verify)"
    )
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    import boto3
    from botocore.exceptions import BotoCoreError

    from emulator.front import verify

    try:
        session = boto3.session.Session(profile_name=options.profile, region_name=options.region)
        client = session.client(  # type: ignore[call-overload]
            verify.API, endpoint_url=options.endpoint_url, config=verify.UNCHECKED
        )
    except BotoCoreError as error:
        raise Refused(str(error)) from error
    report, differing = verify.verify(client, options.output, allow_cost=options.allow_cost)
    print(report)
    return int(differing > 0)


def _add_access(serve: argparse.ArgumentParser) -> None:
    access = serve.add_argument_group("access", "who may call the server, and what it may call and run; see SECURITY.md")
    access.add_argument(
        "--allow-host", dest="hosts", metavar="NAME", action="append", default=[], help="a host name that leads here"
    )
    access.add_argument(
        "--allow-origin",
        dest="origins",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="an origin whose web pages may call the server, such as http://localhost:3000",
    )
    access.add_argument(
        "--allow-webhook-host",
        dest="webhook_hosts",
        metavar="NAME",
        action="append",
        default=[],
        help="a host, besides this machine, that webhooks may call",
    )
    access.add_argument(
        "--lambda-execution",
        action=argparse.BooleanOptionalAction,
        help="run Lambda functions on this machine (default: only if the server listens on loopback)",
    )
    access.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE),
        help=f"what the control API and the page demand (default: ${TOKEN_VARIABLE})",
    )
    access.add_argument(
        "--require-signature",
        action="store_true",
        help="refuse requests to AWS services that are not signed by one of the configuration's access keys",
    )


def _with_access(options: argparse.Namespace, config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration with what the options add to its `access` section."""
    section = dict(config.get("access", {}))
    for name in ("hosts", "origins", "webhook_hosts"):
        if getattr(options, name):
            section[name] = [*section.get(name, []), *getattr(options, name)]
    for name in ("lambda_execution", "token", "require_signature"):
        if getattr(options, name) not in (None, False) or (name == "lambda_execution" and options.lambda_execution is False):
            section[name] = getattr(options, name)
    return config | {"access": section}


def _print(value: Any) -> None:
    print(value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False))


def _duration(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"invalid duration {text!r}; write it as 90s, 5m, 2h or 3d")
    return float(found.group(1)) * UNITS[found.group(2) or "s"]


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= PORT_MAX:
        raise argparse.ArgumentTypeError(f"invalid port {text!r}; it must be a number from 0 to {PORT_MAX}")
    return int(text)


def _url(text: str) -> str:
    if not re.match("https?://[^/]", text):
        raise argparse.ArgumentTypeError(f"invalid address {text!r}; write it as {DEFAULT_URL}")
    return text.rstrip("/")


# --- The server -----------------------------------------------------------------------------------------------------


def _serve(options: argparse.Namespace) -> None:
    import logging

    from emulator.emulator import Emulator
    from emulator.front.guard import is_loopback
    from emulator.front.server import Server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    stopped = threading.Event()

    def stop(number: int, _: object) -> None:
        if stopped.is_set():
            os._exit(128 + number)
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        emulator = Emulator(
            seed=options.seed,
            profile=options.profile,
            clock=options.clock,
            config=_with_access(options, read_config(options.config) if options.config else {}),
            aws_endpoint_url=options.aws_endpoint_url,
        )
        server = Server(emulator, options.host, options.port)
    except ValueError as error:
        raise Refused(f"{options.config}: {error}" if options.config else str(error)) from error
    except OSError as error:
        raise Refused(f"{error.strerror}; choose another port with --port, or a free one with --port 0") from error
    server.start()
    if not is_loopback(options.host):
        print(EXPOSED.format(host=options.host), file=sys.stderr, flush=True)
    print(greeting(server.endpoint_url), flush=True)
    stopped.wait()
    undelivered = emulator.world.outbox.undelivered
    server.close()
    if undelivered:
        print(f"sms-voice-emulator: {undelivered} event records were not delivered", file=sys.stderr)
    # Threads that wait for a slow target or a client would keep the process until they are done.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def read_config(path: str) -> dict[str, Any]:
    """
    Return the content of a configuration file.

    Raises:
        ValueError: the file cannot be read.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        config: dict[str, Any] = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(error.strerror if isinstance(error, OSError) else f"invalid TOML: {error}") from error
    return config


def export_lines(url: str) -> list[str]:
    """Return the shell lines that point boto3 and the AWS command line to a server."""
    from emulator.wire.models import overlays

    return [
        f"export AWS_ENDPOINT_URL={url}",
        "export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1",
        f"export AWS_DATA_PATH={overlays()}",
    ]


def greeting(url: str) -> str:
    """Return what a new user needs to know once the server is running."""
    exports = "\n".join(f"    {line}" for line in export_lines(url))
    return f"""
AWS End User Messaging is at {url}; stop it with Ctrl-C.

Point boto3, the AWS command line or any SDK here:

{exports}

See what the phones see: {url}/_emulator/

Lease a number and send a first text from it:

    aws pinpoint-sms-voice-v2 request-phone-number --iso-country-code US --message-type TRANSACTIONAL \\
        --number-capabilities SMS --number-type TEN_DLC \\
        --number-preference PreferenceType=ExactMatch,Filter=+12065550100
    aws pinpoint-sms-voice-v2 send-text-message --origination-identity +12065550100 \\
        --destination-phone-number +14255550100 --message-body "Your code is 123456"
"""


# --- Commands to a server -------------------------------------------------------------------------------------------


def _call(options: argparse.Namespace, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with _open(options, urllib.request.Request(f"{options.url}/_emulator/{path}", data, method=method)) as answer:
        try:
            return json.load(answer)
        except ValueError as error:
            raise Refused(f"{options.url} is not an sms-voice-emulator server: its response is not JSON") from error


def _open(options: argparse.Namespace, request: urllib.request.Request) -> http.client.HTTPResponse:
    # A proxy from the environment is for other hosts.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    if options.token:
        request.add_header("Authorization", f"Bearer {options.token}")
    try:
        response: http.client.HTTPResponse = opener.open(request)
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(_error_text(options, error)) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Refused(f"no server at {options.url} ({reason}); start one with: sms-voice-emulator serve") from error
    return response


def _error_text(options: argparse.Namespace, error: urllib.error.HTTPError) -> str:
    """Return the error in our server's response."""
    try:
        return str(json.load(error)["error"])
    except (ValueError, TypeError, KeyError):
        return f"{options.url} is not an sms-voice-emulator server: it answered {error.code} {error.reason}"


def _line(message: dict[str, Any]) -> str:
    return f"{message['requested_at']}  {message['from']} -> {message['to']}  {message['status']:<12} {message['body']}"


def _inbox(options: argparse.Namespace) -> None:
    if not options.follow:
        _list(options)
        return
    # The stream is opened first, so that no message is missed between it and the list.
    with _open(options, urllib.request.Request(f"{options.url}/_emulator/stream")) as stream:
        stream.readline()
        _follow(stream, _digits(options.to), _list(options))


def _list(options: argparse.Namespace) -> set[tuple[str, str]]:
    """Print the messages in the inbox, and return the statuses of each message that are covered by that."""
    printed: set[tuple[str, str]] = set()
    filters = {"to": options.to} if options.to else {}
    cursor: dict[str, str] = {}
    while True:
        page = _call(options, "GET", f"messages?{urllib.parse.urlencode(filters | cursor)}")
        for message in page["messages"]:
            print(_line(message), flush=True)
            printed |= {
                (message["message_id"], status) for status in ("ACCEPTED", *(e["status"] for e in message["history"]))
            }
        if page["next"] is None:
            return printed
        cursor = {"after": page["next"]}


def _digits(number: str | None) -> str:
    return re.sub("[^0-9]", "", number or "")


def _follow(stream: http.client.HTTPResponse, to: str, printed: set[tuple[str, str]]) -> None:
    """Print each new message, and each new status of a message, until the server stops."""
    kind = ""
    for raw in stream:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind in ("message", "status"):
            message = json.loads(value)
            if to in ("", _digits(message["to"])) and (message["message_id"], message["status"]) not in printed:
                print(_line(message), flush=True)


def _reply(options: argparse.Namespace) -> None:
    number = urllib.parse.quote(options.sender)
    body = {"body": options.text} | ({"to": options.to} if options.to else {})
    answer = _call(options, "POST", f"handsets/{number}/messages", body)
    if answer["keyword"]:
        print(f"{answer['keyword']} ({answer['action']}): {answer['reply']}")
    else:
        print(f"received as {answer['inbound_message_id']}")


def _models(_: argparse.Namespace) -> None:
    from emulator.wire.models import overlays

    print(overlays())
