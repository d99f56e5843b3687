"""Commands for the shell: `env`, `models`, `aws`, `completion`, `mcp`."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from emulator.front.commands.arguments import DEFAULT_URL, VARIABLE_PREFIX
from emulator.front.commands.client import Refused, show
from emulator.front.commands.serving import export_lines

LEAST_VERSION = {1: (1, 22, 86), 2: (2, 5, 2)}
"""
The first AWS CLI of each line that has pinpoint-sms-voice-v2.

Source: .changes/1.22.86.json and .changes/2.5.2.json of aws/aws-cli
"""


def add_to(commands: Any, client: argparse.ArgumentParser, parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Add the commands; `parser` makes the parser of the whole program."""
    env = commands.add_parser("env", parents=[client], help="print the export lines that point AWS clients to the server")
    env.set_defaults(run=lambda o: show("\n".join(export_lines(o.url))))
    models = commands.add_parser("models", help="print the folder for AWS_DATA_PATH")
    models.set_defaults(run=_models)
    # Its options are those of the AWS CLI, but for a leading --url.
    aws = commands.add_parser(
        "aws", help="run the installed AWS CLI against the server: aws sns list-topics", add_help=False, prefix_chars="\0"
    )
    aws.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT")
    aws.set_defaults(run=_aws)
    completion = commands.add_parser("completion", help="print the completion script of a shell")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    completion.set_defaults(run=lambda o: _completion(o, parser()))
    mcp = commands.add_parser(
        "mcp", parents=[client], help="serve the control API's tools to a coding assistant, over stdio"
    )
    mcp.set_defaults(run=_mcp)


def _models(_: argparse.Namespace) -> None:
    from emulator.wire.models import overlays

    print(overlays())


def _aws(options: argparse.Namespace) -> int:
    """Run `aws` with the endpoint and test credentials, and return its exit status."""
    arguments, address = options.arguments, os.environ.get(f"{VARIABLE_PREFIX}URL", DEFAULT_URL)
    if arguments[:1] == ["--url"] and len(arguments) > 1:
        address, arguments = arguments[1], arguments[2:]
    program = shutil.which("aws")
    if program is None:
        raise Refused("the AWS CLI is not installed: pip install awscli")
    from emulator.wire.models import overlays

    own = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    environment = {name: value for name, value in os.environ.items() if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN")}
    environment.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    environment.setdefault("AWS_DATA_PATH", str(overlays()))
    environment.setdefault("AWS_PAGER", "")
    sys.stdout.flush()
    command = [program, "--endpoint-url", address, *arguments]
    status = subprocess.run(command, env=environment | own, check=False).returncode
    if status:
        _warn_of_old(program)
    return status


def _warn_of_old(program: str) -> None:
    """Say so if the AWS CLI that failed is older than the API."""
    ended = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"aws-cli/(\d+)\.(\d+)\.(\d+)", ended.stdout + ended.stderr)
    version = tuple(int(part) for part in found.groups()) if found else (0, 0, 0)
    least = LEAST_VERSION.get(version[0])
    if least is not None and version < least:
        needed = ".".join(map(str, least))
        print(f"hint: AWS CLI {'.'.join(map(str, version))} lacks operations; use {needed} or newer", file=sys.stderr)


def _completion(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    import shtab

    print(shtab.complete(parser, options.shell))


def _mcp(options: argparse.Namespace) -> None:
    try:
        from emulator.front.mcp_server import serve
    except ModuleNotFoundError as error:
        if error.name != "mcp":
            raise
        raise Refused("the extra `mcp` is not installed: in a clone, pip install '.[mcp]'") from error
    serve(options)
