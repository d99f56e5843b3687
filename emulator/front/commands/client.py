"""Calls from the command line to a running server."""

from __future__ import annotations

import argparse
import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any


class Refused(Exception):
    """A command failed; the message says why."""


def call(options: argparse.Namespace, method: str, path: str, body: Any = None, **query: Any) -> Any:
    """Call the control API; parameters of the query that are None are left out."""
    data = None if body is None else json.dumps(body).encode()
    given = {name.rstrip("_"): value for name, value in query.items() if value is not None}
    address = f"{options.url}/_emulator/{path}" + (f"?{urllib.parse.urlencode(given)}" if given else "")
    with open_url(options, urllib.request.Request(address, data, method=method)) as answer:
        try:
            return json.load(answer)
        except ValueError as error:
            raise Refused(f"{options.url} is not an sms-voice-emulator server: its response is not JSON") from error


def open_url(options: argparse.Namespace, request: urllib.request.Request) -> Any:
    """Send a request, with the token if there is one."""
    token = getattr(options, "token", None)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    # A proxy from the environment is for other hosts.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(request)
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(_error_text(options, error)) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise Refused(f"no server at {options.url} ({reason}); start one with: sms-voice-emulator serve") from error


def _error_text(options: argparse.Namespace, error: urllib.error.HTTPError) -> str:
    """Return the error in our server's response."""
    try:
        return str(json.load(error)["error"])
    except (ValueError, TypeError, KeyError):
        return f"{options.url} is not an sms-voice-emulator server: it answered {error.code} {error.reason}"


def events(stream: Any) -> Iterator[tuple[str, Any]]:
    """Yield the events of the server's stream, each with its kind, until the server ends."""
    kind = ""
    for raw in stream:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def follow(options: argparse.Namespace) -> Any:
    """Open the event stream; what happens from now on is in it."""
    stream = open_url(options, urllib.request.Request(f"{options.url}/_emulator/stream"))
    stream.readline()
    return stream


def show(value: Any) -> None:
    """Print text as it is, anything else as JSON."""
    print(value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False), flush=True)


def show_line(value: Any) -> None:
    """Print JSON on one line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def digits(number: str | None) -> str:
    """Return the digits of a number, however it is written."""
    return re.sub("[^0-9]", "", number or "")


def aws(options: argparse.Namespace, service: str) -> Any:
    """Return a boto3 client of the server; its errors are refusals of a command."""
    import boto3
    from botocore.config import Config

    session = boto3.session.Session(options.account or "testing", "testing", region_name=options.region)
    # A refusal is to be shown at once.
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    return session.client(service, endpoint_url=options.url, config=config)  # type: ignore[call-overload]
