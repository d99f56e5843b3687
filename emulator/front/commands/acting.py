"""Commands that act on a running server: as the recipient, on the clock, on the whole state, and as an application."""

from __future__ import annotations

import argparse
import json
import os
import urllib.parse
import webbrowser
from pathlib import Path
from typing import Any

from emulator.front.commands.arguments import duration
from emulator.front.commands.client import Refused, aws, call, show

CAPABILITIES = {"sms": "SMS", "mms": "MMS", "voice": "VOICE"}
NUMBER_TYPES = {"sms": "TEN_DLC", "mms": "TEN_DLC", "voice": "TOLL_FREE"}


def add_to(commands: Any, client: argparse.ArgumentParser, caller: argparse.ArgumentParser) -> None:
    """Add the commands."""
    send = commands.add_parser("send", parents=[client, caller], help="send a text or a call, as an application would")
    send.add_argument("--to", required=True, help="the recipient's number")
    send.add_argument(
        "--from", dest="sender", help="a number, pool or sender id (default: one of the account's; leased if none)"
    )
    send.add_argument("--voice", action="store_true", help="call and read the text")
    send.add_argument("--configuration-set", help="the configuration set, for events")
    send.add_argument("text", help="what to send")
    send.set_defaults(run=_send)

    reply = commands.add_parser("reply", parents=[client], help="send a text from a handset")
    reply.add_argument("--from", dest="sender", required=True, help="the handset's number")
    reply.add_argument("--to", help="the account's number (default: the latest sender to the handset)")
    reply.add_argument("text", help="what the recipient writes")
    reply.set_defaults(run=_reply)

    advance = commands.add_parser("advance", parents=[client], help="advance the virtual clock")
    advance.add_argument("time", type=duration, help="how far: 90s, 5m, 2h, 3d")
    advance.set_defaults(run=lambda o: show(call(o, "POST", "clock", {"advance_seconds": o.time})["now"]))
    settle = commands.add_parser("settle", parents=[client], help="run all that is pending, and deliver the events")
    settle.set_defaults(run=lambda o: show(call(o, "POST", "settle", {})))
    reset = commands.add_parser("reset", parents=[client], help="start again with empty state")
    reset.add_argument("--aws", action="store_true", help="empty SNS, SQS and the other AWS services too")
    reset.set_defaults(run=lambda o: show(call(o, "POST", "reset", {"aws": o.aws})))

    state = commands.add_parser("state", help="save the whole state in a file, or load it")
    parts = state.add_subparsers(required=True, metavar="save|load")
    save = parts.add_parser("save", parents=[client], help="save the whole state in a file")
    save.add_argument("file", type=Path, help="the file to write")
    save.set_defaults(run=_save)
    load = parts.add_parser("load", parents=[client], help="replace the state by that of a file")
    load.add_argument("file", type=Path, help="a file that `state save` has written")
    load.set_defaults(run=_load)

    page = commands.add_parser("open", parents=[client], help="open the server's page in a browser")
    page.add_argument("--print", dest="print_only", action="store_true", help="print its address only")
    page.set_defaults(run=_open_page)


def _send(options: argparse.Namespace) -> None:
    client = aws(options, "pinpoint-sms-voice-v2")
    channel = "voice" if options.voice else "sms"
    members = {"DestinationPhoneNumber": options.to, "MessageBody": options.text}
    if options.configuration_set:
        members["ConfigurationSetName"] = options.configuration_set
    try:
        members |= {"OriginationIdentity": options.sender or number_for(client, channel)}
        send = client.send_voice_message if options.voice else client.send_text_message
        show(send(**members)["MessageId"])
    except client.exceptions.ClientError as error:
        raise Refused(explained(options, error)) from error


def explained(options: argparse.Namespace, error: Any) -> str:
    """Return the error of an AWS call, with the server's hint."""
    entries = call(options, "GET", "requests", limit=1, refused="true")["requests"]
    hint = entries[0]["hint"] if entries else None
    # botocore tells how often it has tried again, which is never here.
    text = str(error).replace(" (reached max retries: 0)", "")
    return f"{text}\n    hint: {hint}" if hint else text


def number_for(client: Any, channel: str) -> str:
    """Return an active number of the account that can send on a channel; one is leased if it has none."""
    filters = [
        {"Name": "number-capability", "Values": [CAPABILITIES[channel]]},
        {"Name": "status", "Values": ["ACTIVE"]},
    ]
    found = client.describe_phone_numbers(Filters=filters)["PhoneNumbers"]
    if found:
        return str(found[0]["PhoneNumber"])
    leased = client.request_phone_number(
        IsoCountryCode="US",
        MessageType="TRANSACTIONAL",
        NumberCapabilities=[CAPABILITIES[channel]],
        NumberType=NUMBER_TYPES[channel],
    )
    return str(leased["PhoneNumber"])


def _reply(options: argparse.Namespace) -> None:
    number = urllib.parse.quote(options.sender)
    body = {"body": options.text} | ({"to": options.to} if options.to else {})
    answer = call(options, "POST", f"handsets/{number}/messages", body)
    if answer["keyword"]:
        print(f"{answer['keyword']} ({answer['action']}): {answer['reply']}")
    else:
        print(f"received as {answer['inbound_message_id']}")


def _save(options: argparse.Namespace) -> None:
    try:
        write_state(options.file, call(options, "GET", "state"))
    except OSError as error:
        raise Refused(f"{options.file}: {error.strerror}") from error
    show(f"saved in {options.file}")


def _load(options: argparse.Namespace) -> None:
    try:
        state = read_state(options.file)
    except ValueError as error:
        raise Refused(f"{options.file}: {error}") from error
    show(f"loaded; it is {call(options, 'PUT', 'state', state)['now']}")


def read_state(file: Path) -> Any:
    """
    Return the state in a file.

    Raises:
        ValueError: the file cannot be read.
    """
    try:
        return json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ValueError(error.strerror) from error
    except ValueError as error:
        raise ValueError(f"not a state that was saved: {error}") from error


def write_state(file: Path, state: Any) -> None:
    """Write a state; a file that is there already is replaced as a whole, or stays as it is."""
    written = file.with_name(f"{file.name}.{os.getpid()}")
    written.write_text(json.dumps(state, ensure_ascii=False), "utf-8")
    written.replace(file)


def _open_page(options: argparse.Namespace) -> None:
    address = f"{options.url}/_emulator/"
    if options.print_only or not webbrowser.open(address):
        show(address)
