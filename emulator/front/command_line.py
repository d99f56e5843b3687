"""The command line: `serve`, and commands for a server that is already running."""

from __future__ import annotations

import argparse
import http.client
import os
import sys

from emulator import __version__
from emulator.front.commands import acting, journals, reading, serving, tools, trigger, verifying
from emulator.front.commands.arguments import (
    DEFAULT_URL,
    VARIABLE_PREFIX,
    check_environment,
    describe_commands,
    read_environment,
    url,
)
from emulator.front.commands.client import Refused


def main(arguments: list[str] | None = None) -> int:
    """Run a command, and return the exit status."""
    command_line = parser()
    if not (sys.argv[1:] if arguments is None else arguments):
        command_line.print_help(sys.stderr)
        return 2
    options = command_line.parse_args(arguments)
    check_environment(command_line, options)
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


def parser() -> argparse.ArgumentParser:
    """Return the parser of the program, with defaults from the environment."""
    program = argparse.ArgumentParser(
        prog="sms-voice-emulator",
        description="A local emulator of AWS End User Messaging.",
        epilog=f"Every flag can also be set by an environment variable: --url by {VARIABLE_PREFIX}URL.",
    )
    program.add_argument("--version", action="version", version=__version__)
    commands = program.add_subparsers(required=True, metavar="COMMAND", dest="command")
    client = argparse.ArgumentParser(add_help=False)
    client.add_argument("--url", type=url, default=DEFAULT_URL, help=f"the server's address (default: {DEFAULT_URL})")
    client.add_argument("--token", help="the token that the server demands, if it does")
    caller = argparse.ArgumentParser(add_help=False)
    caller.add_argument("--account", help="the account to call as, twelve digits (default: 123456789012)")
    caller.add_argument("--region", default="us-east-1", help="the region to call (default: us-east-1)")
    serving.add_to(commands)
    reading.add_to(commands, client)
    acting.add_to(commands, client, caller)
    trigger.add_to(commands, client, caller)
    journals.add_to(commands)
    tools.add_to(commands, client, parser)
    read_environment(program)
    # Its --profile is one of the AWS configuration, and not what the variable of that name sets for `serve`.
    verifying.add_to(commands)
    describe_commands(program)
    return program
