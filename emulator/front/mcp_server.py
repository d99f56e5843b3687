"""
`sms-voice-emulator mcp`: tools for a coding assistant, by the Model Context Protocol over stdio.

The tools are commands of the control API, with the names, descriptions and parameters that those have; each call goes
to a running server over HTTP. So an assistant, or an end-to-end test that it drives, can walk through a sign-up: wait
for the code, reply as the recipient, move the clock, read what was refused and why.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import urllib.parse
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from emulator import __version__
from emulator.control.command import Command, commands
from emulator.front.commands.client import Refused, call

TOOLS = (
    "search_messages",
    "wait_for_messages",
    "wait_for_code",
    "show_message",
    "receive_message",
    "tap_suggestion",
    "press_keys",
    "change_handset",
    "change_clock",
    "settle",
    "list_requests",
    "list_events",
    "list_opt_outs",
    "change_faults",
    "change_rules",
    "decide_registration",
    "verification_codes",
    "show_health",
    "reset",
)
"""The commands that are tools, those that an assistant needs first. The HTTP API has all others."""
READS = ("search_", "wait_", "show_", "list_")
INSTRUCTIONS = (
    "A local emulator of AWS End User Messaging. Find the texts and calls that the application under test has sent, act "
    "as their recipient, move virtual time, and read which AWS calls were refused and why (list_requests has hints). "
    "Phone numbers are written in E.164, such as +14255550100."
)


def tools() -> list[types.Tool]:
    """Return the description of every tool."""
    return [_tool(commands()[name]) for name in TOOLS]


def _tool(command: Command) -> types.Tool:
    parameters = command.parameters.values()
    schema = {
        "type": "object",
        "properties": {each.name: dict(each.parser.schema) for each in parameters},
        "required": [each.name for each in parameters if each.required or each.location == "path"],
        "additionalProperties": False,
    }
    description = re.sub(r"\s+", " ", command.function.__doc__ or "").strip()
    hints = types.ToolAnnotations(read_only_hint=command.name.startswith(READS), open_world_hint=False)
    return types.Tool(name=command.name, description=description, input_schema=schema, annotations=hints)


def call_tool(options: argparse.Namespace, name: str, arguments: dict[str, Any]) -> Any:
    """
    Execute a tool's command on the server, and return its answer.

    Raises:
        Refused: the tool is unknown, an argument is not valid, or there is no server.
    """
    if name not in TOOLS:
        raise Refused(f"unknown tool {name!r}; allowed: {', '.join(TOOLS)}")
    command = commands()[name]
    for argument in arguments:
        if argument not in command.parameters:
            allowed = ", ".join(command.parameters) or "none"
            raise Refused(f"{name}: unknown argument {argument!r}; allowed: {allowed}")
    path = command.path.removeprefix("/_emulator/").replace("{path:", "{")
    query: dict[str, Any] = {}
    body: Any = {}
    for argument, value in arguments.items():
        location = command.parameters[argument].location
        if location == "path":
            path = path.replace(f"{{{argument}}}", urllib.parse.quote(str(value), safe=""))
        elif location == "whole":
            body = value
        elif location == "body":
            body[argument] = value
        else:
            query[argument] = str(value).lower() if isinstance(value, bool) else value
    missing = re.search(r"\{(\w+)\}", path)
    if missing:
        raise Refused(f"{name}: {missing[1]} is required")
    return call(options, command.method, path, body if command.method in ("POST", "PUT") else None, **query)


def create_server(options: argparse.Namespace) -> Server[Any]:
    """Return the server of the tools."""

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools())

    async def run(_: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            # In a thread, since a command may wait.
            answer = await asyncio.to_thread(call_tool, options, asked.name, asked.arguments or {})
        except Refused as error:
            return types.CallToolResult(content=[types.TextContent(text=str(error))], is_error=True)
        text = json.dumps(answer, ensure_ascii=False)
        return types.CallToolResult(content=[types.TextContent(text=text)])

    return Server(
        "sms-voice-emulator",
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=run,
    )


def serve(options: argparse.Namespace) -> None:
    """Serve the tools over stdin and stdout until the client ends."""

    async def run() -> None:
        server = create_server(options)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run())
