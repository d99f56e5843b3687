"""Arguments of commands: how they are parsed, and the environment variables that set them."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator, Mapping

PORT = 7767
PORT_MAX = 65535
VARIABLE_PREFIX = "SMS_VOICE_EMULATOR_"
"""The environment variable of `--url` is SMS_VOICE_EMULATOR_URL, and so on for every flag."""
DEFAULT_URL = f"http://127.0.0.1:{PORT}"
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TRUE_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


def duration(text: str) -> float:
    """Parse a duration such as 90s or 2h, and return it in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd]?)", text)
    if not found:
        raise argparse.ArgumentTypeError(f"invalid duration {text!r}; write it as 90s, 5m, 2h or 3d")
    return float(found.group(1)) * UNITS[found.group(2) or "s"]


def port(text: str) -> int:
    """Parse a port."""
    if not text.isdecimal() or not 0 <= int(text) <= PORT_MAX:
        raise argparse.ArgumentTypeError(f"invalid port {text!r}; it must be a number from 0 to {PORT_MAX}")
    return int(text)


def url(text: str) -> str:
    """Parse the address of a server."""
    if not re.match("https?://[^/]", text):
        raise argparse.ArgumentTypeError(f"invalid address {text!r}; write it as {DEFAULT_URL}")
    return text.rstrip("/")


def count(text: str) -> int:
    """Parse a number of rows."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"invalid number {text!r}; it must be 1 or more")
    return int(text)


def variable_of(action: argparse.Action) -> str | None:
    """Return the environment variable that sets a flag; None for a positional argument, and for --help and --version."""
    long = next((option for option in action.option_strings if option.startswith("--")), None)
    if long is None or isinstance(action, argparse._HelpAction | argparse._VersionAction):
        return None
    return VARIABLE_PREFIX + long.removeprefix("--").replace("-", "_").upper()


def parsers_of(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command's parser with the words of the command, nested ones too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield name, command
                yield from ((f"{name} {inner}", found) for inner, found in parsers_of(command))


def describe_commands(parser: argparse.ArgumentParser) -> None:
    """Have the help of each command begin with its line in the list of commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for listed in action._choices_actions:
                text = listed.help or ""
                action.choices[listed.dest].description = f"{text[:1].upper()}{text[1:]}."
                describe_commands(action.choices[listed.dest])


def read_environment(parser: argparse.ArgumentParser, environment: Mapping[str, str] = os.environ) -> None:
    """
    Have each flag's default read from its environment variable, and its help name that variable; commas separate the
    values of a flag that can be repeated.

    A value that is not valid is refused as that of the flag would be, when its command runs.
    """
    for _, command in parsers_of(parser):
        for action in command._actions:
            variable = variable_of(action)
            if variable is None or "environment: " in (action.help or ""):
                continue
            action.help = f"{action.help} [environment: {variable}]"
            value = environment.get(variable)
            if value is not None:
                action.required = False
                action.default = value.split(",") if isinstance(action, argparse._AppendAction) else value


def check_environment(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Refuse defaults of the environment that argparse does not check by itself: choices, and flags without a value."""
    command = next((found for name, found in parsers_of(parser) if name == options.command), None)
    for action in command._actions if command else ():
        value = getattr(options, action.dest, None)
        if isinstance(action, argparse._StoreTrueAction | argparse.BooleanOptionalAction) and isinstance(value, str):
            if value.lower() not in TRUE_WORDS:
                parser.error(f"{variable_of(action)}: invalid value {value!r}; write true or false")
            setattr(options, action.dest, TRUE_WORDS[value.lower()])
        elif variable_of(action) and action.choices is not None and value is not None and value not in action.choices:
            parser.error(f"{variable_of(action)}: invalid value {value!r}; choose from {', '.join(action.choices)}")
