"""Write docs/python-reference.md from signatures and docstrings: `python tools/python_reference.py`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from emulator import Emulator, client, client_decisions, client_reports, mock_sms, testing
from emulator.control import errors
from emulator.control.codes import CodesClient
from emulator.front import pytest_plugin

PAGE = Path(__file__).resolve().parents[1] / "docs" / "python-reference.md"
INTRODUCTION = """# Python reference

Written by `tools/python_reference.py` from signatures and docstrings. [Python](python-api.md) is the introduction.
"""
MESSAGE = """## Message

What the methods of `sms.inbox` and `sms.handset(number).inbox` return has the fields of
[MessageView](control-api-reference.md#messageview), except that `from_` stands for `from`, a keyword of
Python, and that `price` and `carrier_fee` are `Decimal` dollars.
"""
INTERNAL = frozenset({"world", "handle", "deliver"})
"""Members of Emulator that only the emulator's own code uses."""
FIXTURES = ("sms", "sms_client", "sms_server")
ERRORS = (errors.InvalidArgument, errors.NotFound, errors.WaitTimeout, errors.MissingExtra)
EXAMPLE = re.compile(r"(?:^(?:>>>|\.\.\.) .*\n)+", re.MULTILINE)
SECTION = re.compile(r"^(Args|Returns|Raises|Yields|Attributes):$")
TITLES = {"Args": "Arguments", "Attributes": "Attributes", "Returns": "Returns", "Raises": "Raises", "Yields": "Yields"}


def example(found: re.Match[str]) -> str:
    """Return an example of a docstring as a block of code, with an empty line after the imports."""
    code = re.sub("(?m)^.{4}", "", found[0])
    code = re.sub(r"(?m)^((?:import|from) .*\n)(?!import |from )", r"\1\n", code)
    return f"```python\n{code}```\n"


def prose(documented: Any) -> str:
    """Return a docstring as Markdown: sections of arguments become lists."""
    lines: list[str] = []
    section = ""
    text = EXAMPLE.sub(example, inspect.getdoc(documented) or "")
    for line in text.splitlines():
        if found := SECTION.match(line):
            section = TITLES[found[1]]
            lines += [f"{section}:", ""]
        elif section and (item := re.match(r"^ {4}(\w+): (.*)$", line)):
            lines.append(f"- `{item[1]}`: {item[2]}")
        elif section and line.startswith("    "):
            lines.append(f"  {line.strip()}" if lines[-1].startswith(("- ", "  ")) else line.strip())
        else:
            section = "" if line else section
            lines.append(line)
    return "\n".join(lines).strip() + "\n"


def signature(function: Callable[..., Any]) -> str:
    """Return the parameters of a function, without `self` and without annotations of what they return."""
    found = inspect.signature(function)
    hidden = ("self", "wall")
    kept = [each.replace(annotation=each.empty) for name, each in found.parameters.items() if name not in hidden]
    return str(found.replace(parameters=kept, return_annotation=found.empty))


def members(cls: type, prefix: str) -> Iterator[str]:
    """Yield the lines about the public methods and properties of a class."""
    for name, member in vars(cls).items():
        if name.startswith("_") or (cls is Emulator and name in INTERNAL):
            continue
        target = getattr(member, "fget", None) or getattr(member, "func", None)
        if target is not None:
            yield f"**`{prefix}{name}`**: {prose(target)}"
        elif inspect.isfunction(member):
            yield f"**`{prefix}{name}{signature(member)}`**\n\n{prose(member)}"


def clients() -> Iterator[tuple[str, type]]:
    """Yield the objects that hang on an emulator, with how they are reached."""
    yield "sms.inbox", client.InboxClient
    yield "sms.handset(number)", client.HandsetClient
    yield "sms.clock", client.ClockClient
    yield "sms.carriers", client.CarriersClient
    yield "sms.faults", client.FaultsClient
    yield "sms.events", client_reports.EventsClient
    yield "sms.requests", client_reports.RequestsClient
    yield "sms.account()", client_decisions.AccountClient
    yield "sms.registrations", client_decisions.RegistrationsClient
    yield "sms.consent", client_reports.ConsentClient
    yield "sms.codes", CodesClient
    yield "sms.calls", client.CallsClient
    yield "sms.devices", client.DevicesClient
    yield "sms.rcs", client_decisions.RcsClient
    yield "sms.whatsapp", client_decisions.WhatsAppClient


def page() -> str:
    """Return the page."""
    parts = [INTRODUCTION, "## mock_sms\n", f"`emulator.mock_sms{signature(mock_sms)}`\n", prose(mock_sms)]
    parts += ["## Fixtures of pytest\n"]
    for name in FIXTURES:
        fixture = getattr(pytest_plugin, name)
        parts.append(f"**`{name}`**: {prose(getattr(fixture, '__wrapped__', fixture))}")
    parts += ["## Emulator\n", f"`emulator.Emulator{signature(Emulator)}`\n", prose(Emulator), *members(Emulator, "sms.")]
    for path, cls in clients():
        parts += [f"## {path}\n", prose(cls), *members(cls, f"{path}.")]
    parts += [MESSAGE, "## Errors\n\nOf `emulator.control.errors`.\n"]
    parts += [f"**`{each.__name__}`**: {prose(each)}" for each in ERRORS]
    parts.append("## emulator.testing\n")
    for name, member in vars(testing).items():
        if inspect.isfunction(inspect.unwrap(member)) and member.__module__ == "emulator.testing" and name[0] != "_":
            parts.append(f"**`{name}{signature(member)}`**\n\n{prose(member)}")
    return "\n".join(parts).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
