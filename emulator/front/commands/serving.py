"""`serve`: the server, what it greets with, and the state that it keeps."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from emulator.front.commands.acting import read_state, write_state
from emulator.front.commands.arguments import DEFAULT_URL, PORT, count, port, url
from emulator.front.commands.client import Refused
from emulator.journal import SNAPSHOT_EVERY

EXPOSED = (
    "WARNING: listening on {host}: whoever reaches this machine can read and change everything here; "
    "set --token, or listen on 127.0.0.1."
)


def add_to(commands: Any) -> None:
    """Add the command."""
    serve = commands.add_parser("serve", help="run the server")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    serve.add_argument(
        "--port", type=port, default=PORT, help=f"the port to listen on; 0 picks a free one (default: {PORT})"
    )
    serve.add_argument("--config", metavar="FILE", help="a TOML file of limits, and of resources to create at the start")
    serve.add_argument(
        "--state", metavar="FILE", type=Path, help="load the state from this file at the start, and save it there at the end"
    )
    _add_journal(serve)
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
    serve.add_argument("--quiet", "-q", action="store_true", help="do not print a line for each AWS call")
    serve.add_argument(
        "--log-format", choices=("text", "json"), default="text", help="the format of those lines (default: text)"
    )
    serve.set_defaults(run=_serve)


def _add_journal(serve: argparse.ArgumentParser) -> None:
    journal = serve.add_argument_group("persistence", "what survives a restart and a crash; see docs/staging.md")
    journal.add_argument("--data-dir", metavar="DIR", help="keep the state in this folder")
    journal.add_argument("--database", metavar="URL", help="share the state with other servers, in this PostgreSQL database")
    journal.add_argument(
        "--replica-url", metavar="URL", type=url, help="where those other servers reach this one (default: its address)"
    )
    journal.add_argument(
        "--fsync", action="store_true", help="wait for the disk at each commit: a loss of power loses nothing either"
    )
    journal.add_argument(
        "--snapshot-every",
        metavar="N",
        type=count,
        default=SNAPSHOT_EVERY,
        help=f"write a snapshot after so many changes (default: {SNAPSHOT_EVERY})",
    )


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
    access.add_argument("--token", help="what the control API and the page demand")
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


def _serve(options: argparse.Namespace) -> None:
    import logging

    from emulator.control.health import unavailable_services
    from emulator.front.garbage import start_collector
    from emulator.front.guard import is_loopback
    from emulator.front.request_lines import RequestPrinter
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
    emulator, keeper, wrap = _emulator(options)
    printer = None if options.quiet else RequestPrinter(as_json=options.log_format == "json")
    if printer is not None:
        emulator.engine.requests.listeners.append(printer)
    try:
        server = Server(emulator, options.host, options.port, *wrap)
    except OSError as error:
        raise Refused(f"{error.strerror}; choose another port with --port, or a free one with --port 0") from error
    start_collector(emulator.engine)
    if wrap:
        _share(keeper, options.replica_url or server.endpoint_url)
    server.start()
    if not is_loopback(options.host):
        print(EXPOSED.format(host=options.host), file=sys.stderr, flush=True)
    print(greeting(server.endpoint_url), flush=True)
    for name, need in unavailable_services().items():
        logging.getLogger("emulator").warning("%s is unavailable: it %s", name, need)
    stopped.wait()
    undelivered = emulator.world.outbox.undelivered
    server.close()
    _save(options, emulator, keeper)
    if printer is not None:
        printer.close()
    if undelivered and keeper is None:
        print(f"sms-voice-emulator: {undelivered} event records were not delivered", file=sys.stderr)
    # Threads that wait for a slow target or a client would keep the process until they are done.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _share(keeper: Any, address: str) -> None:
    """Share the state with other servers, which reach this one at the address."""
    from emulator.journal.errors import JournalError

    try:
        print(f"sms-voice-emulator: {keeper.start(address)}", flush=True)
    except JournalError as error:
        raise Refused(str(error)) from error


def _save(options: argparse.Namespace, emulator: Any, keeper: Any) -> None:
    if keeper is not None:
        keeper.close()
    if options.state is not None:
        write_state(options.state, emulator.state())


def _emulator(options: argparse.Namespace) -> tuple[Any, Any, list[Any]]:
    """Return the emulator, what keeps its state, if anything does, and what wraps the server of a shared one."""
    from emulator.control.errors import InvalidArgument
    from emulator.emulator import Emulator
    from emulator.journal.errors import JournalError
    from emulator.settings import read_config

    keeper: Any = None
    wrap: list[Any] = []
    try:
        config = read_config(options.config) if options.config else {}
        # An empty variable of the environment is one that was not set.
        folder = options.data_dir or _text(config, "data_dir") or None
        database = options.database or _text(config, "database") or None
        if sum(each is not None for each in (folder, database, options.state)) > 1:
            raise Refused("--state, --data-dir and --database exclude each other: the last two keep the state by themselves")
        given: dict[str, Any] = {
            "seed": options.seed,
            "profile": options.profile,
            "clock": options.clock,
            "config": _with_access(options, config),
            "aws_endpoint_url": options.aws_endpoint_url,
        }
        if folder is not None:
            from emulator.front.keeping import open_folder

            every = options.snapshot_every
            emulator, keeper, loaded = open_folder(Path(folder), fsync=options.fsync, snapshot_every=every, **given)
            print(f"sms-voice-emulator: {loaded}", flush=True)
        elif database is not None:
            from emulator.front.keeping import Replicated

            shared = Replicated(database, snapshot_every=options.snapshot_every, **given)
            emulator, keeper, wrap = shared.emulator, shared, [shared.wrap]
        else:
            emulator = Emulator(**given)
    except ValueError as error:
        raise Refused(f"{options.config}: {error}" if options.config else str(error)) from error
    except JournalError as error:
        raise Refused(str(error)) from error
    if options.state is not None and options.state.exists():
        try:
            emulator.restore(read_state(options.state))
        except (ValueError, InvalidArgument) as error:
            raise Refused(f"{options.state}: {error}") from error
    return emulator, keeper, wrap


def _text(config: dict[str, Any], name: str) -> str | None:
    """Take a text out of a configuration."""
    value = config.pop(name, None)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {value!r}")
    return value


def export_lines(url: str) -> list[str]:
    """Return the shell lines that point boto3 and the AWS command line to a server."""
    from emulator.wire.models import overlays

    return [
        f"export AWS_ENDPOINT_URL={url}",
        "export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1",
        f"export AWS_DATA_PATH={overlays()}",
    ]


def greeting(url: str) -> str:
    """Return what a new user needs to know once the server is running; every AWS CLI understands its lines."""
    exports = "\n".join(f"    {line}" for line in export_lines(url))
    return f"""
AWS End User Messaging is at {url}; stop it with Ctrl-C.

See what the phones see: {url}/_emulator/

Point boto3, the AWS CLI (1.29 or 2.13, or newer) and any SDK here, in another terminal:

{exports}

Lease a number and send a first text; every AWS CLI understands this:

    aws --endpoint-url {url} pinpoint-sms-voice-v2 request-phone-number --iso-country-code US \\
        --message-type TRANSACTIONAL --number-capabilities SMS --number-type TEN_DLC
    aws --endpoint-url {url} pinpoint-sms-voice-v2 send-text-message \\
        --destination-phone-number +14255550100 --message-body "Your code is 123456"

Read it: sms-voice-emulator inbox{"" if url == DEFAULT_URL else f" --url {url}"}
"""
