"""`sms-voice-emulator mcp`, by the client of the protocol's own SDK."""

import asyncio
import json
import sys

import pytest

from emulator.testing import HANDSET


@pytest.fixture
def reach():
    return "server"


@pytest.fixture
def ask(sms_server):
    """Return a function that calls tools, one after the other, and returns the results."""
    # Imported here, since it takes a second of whoever collects the suite.
    mcp, stdio = pytest.importorskip("mcp"), pytest.importorskip("mcp.client.stdio")

    async def session(*calls):
        program = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "emulator", "mcp", "--url", sms_server.endpoint_url]
        )
        async with stdio.stdio_client(program) as streams, mcp.ClientSession(*streams) as client:
            await client.initialize()
            listed = await client.list_tools()
            return listed.tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return lambda *calls: asyncio.run(session(*calls))


def test_a_sign_up(ask, send_text, sms):
    """An assistant finds the code, replies as the recipient, and reads what was refused."""
    send_text("Your code is 493817")

    tools, (code, reply, opted_out, wrong, unknown) = ask(
        ("wait_for_code", {"to": HANDSET, "timeout": 5}),
        ("receive_message", {"number": HANDSET, "body": "STOP"}),
        ("list_opt_outs", {"number": HANDSET}),
        ("receive_message", {"number": HANDSET, "text": "STOP"}),
        ("wait_for_code", {"to": "+14255550177", "timeout": 0}),
    )

    assert "493817" == json.loads(code.content[0].text)["code"]
    assert "OPT_OUT" == json.loads(reply.content[0].text)["action"]
    assert "recipient" == json.loads(opted_out.content[0].text)["opt_outs"][0]["by"]
    assert (True, "receive_message: unknown argument 'text'; allowed: number, body, to, media, account, region") == (
        wrong.is_error,
        wrong.content[0].text,
    )
    assert unknown.is_error
    assert "0 of 1 messages with to='+14255550177'" in unknown.content[0].text
    by_name = {tool.name: tool for tool in tools}
    assert "Wait until a message with a one-time code has been sent" in by_name["wait_for_code"].description
    assert ["to"] == by_name["wait_for_code"].input_schema["required"]
