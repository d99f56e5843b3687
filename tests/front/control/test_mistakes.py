"""The control API over HTTP: how it answers invalid requests."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from emulator.testing import HANDSET

HALF_A_PAIR = '{"body": "\\ud800", "to": "+12065550100"}'
TOO_DEEP = "[" * 100_000
MISTAKES = [
    ("GET", "messages?tow=1", None, "tow", 'unknown query parameter "tow"; allowed: limit, after, offset, order,'),
    (
        "GET",
        "messages?emulator=1",
        None,
        "emulator",
        'unknown query parameter "emulator"; allowed: limit, after, offset, order,',
    ),
    (
        "GET",
        "messages?self=1",
        None,
        "self",
        'unknown query parameter "self"; allowed: limit, after, offset, order,',
    ),
    (
        "GET",
        "messages?command=1",
        None,
        "command",
        'unknown query parameter "command"; allowed: limit, after, offset, order,',
    ),
    (
        "GET",
        "messages?sender=1",
        None,
        "sender",
        'unknown query parameter "sender"; allowed: limit, after, offset, order,',
    ),
    ("GET", "messages?limit=0", None, "limit", "at least 1"),
    ("GET", "messages?limit=many", None, "limit", 'an integer, not "many"'),
    ("GET", "messages?after=none", None, "after", 'unknown cursor "none"'),
    ("GET", "messages?since=yesterday", None, "since", "such as 2026-03-01T12:00:00Z"),
    ("GET", "messages?before=", None, "before", "such as 2026-03-01T12:00:00Z"),
    ("GET", "messages?channel=fax", None, "channel", "mms, push, rcs, sms, voice, whatsapp"),
    ("GET", "messages?direction=up", None, "direction", "inbound, outbound"),
    ("GET", "messages?status=delivered", None, "status", "DELIVERED"),
    ("GET", "messages?account=1", None, "account", "12 digits"),
    ("GET", "messages?region=europe", None, "region", "us-east-1"),
    ("DELETE", "messages?tow=1", None, "tow", 'unknown query parameter "tow"; allowed: to, from,'),
    ("DELETE", "messages?status=sent", None, "status", "must be one of"),
    ("GET", "messages/wait?count=0", None, "count", "at least 1"),
    ("GET", "messages/wait?count=1.5", None, "count", "an integer"),
    ("GET", "messages/wait?timeout=301", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=-1", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=nan", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=soon", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?closing=1", None, "closing", 'unknown query parameter "closing"; allowed: count, timeout, '),
    ("GET", "messages/wait?status=delivered", None, "status", "must be one of"),
    ("GET", "handsets/home", None, "number", "write it as +14255550100"),
    ("PUT", "handsets/home", {}, "number", "write it as +14255550100"),
    ("PUT", f"handsets/{HANDSET}", [], None, "must be a JSON object, not []"),
    ("PUT", f"handsets/{HANDSET}", {"outcome": "delivered"}, "outcome", "DELIVERED"),
    ("PUT", f"handsets/{HANDSET}", {"outcome": ["SPAM"]}, "outcome", 'not ["SPAM"]'),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": "1"}, "delay_seconds", 'a number from 0 to 1000000000, not "1"'),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": -1}, "delay_seconds", "not -1"),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": 1e300}, "delay_seconds", "not 1e+300"),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": True}, "delay_seconds", "not true"),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"delay": 1},
        "delay",
        'unknown field "delay"; allowed: outcome, description, delay_seconds',
    ),
    ("PUT", f"handsets/{HANDSET}", {"answers": "maybe"}, "answers", "answer, busy, fail, no_answer"),
    ("PUT", f"handsets/{HANDSET}", {"rcs": "no"}, "rcs", "true or false"),
    ("PUT", f"handsets/{HANDSET}", {"reads_rcs": 1}, "reads_rcs", "true or false"),
    ("PUT", f"handsets/{HANDSET}", {"carrier": 5}, "carrier", "must be text"),
    ("PUT", f"handsets/{HANDSET}", {"description": {}}, "description", "must be text"),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"color": "red"},
        "color",
        'unknown field "color"; allowed: outcome, description, delay_seconds',
    ),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"emulator": 1},
        "emulator",
        'unknown field "emulator"; allowed: outcome, description, delay_seconds',
    ),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"command": 1},
        "command",
        'unknown field "command"; allowed: outcome, description, delay_seconds',
    ),
    ("PUT", f"handsets/{HANDSET}", {"outcome": "SPAM", "rcs": 1}, "rcs", "true or false"),
    ("POST", f"handsets/{HANDSET}/messages", {"to": "+12065550100"}, "body", "body is required"),
    ("POST", f"handsets/{HANDSET}/messages", {"body": ""}, "body", "body must not be empty"),
    ("POST", f"handsets/{HANDSET}/messages", {"body": 5}, "body", "body must be text, not 5"),
    (
        "POST",
        f"handsets/{HANDSET}/messages",
        {"body": "Hi"},
        "to",
        "nothing was sent to +14255550100 yet",
    ),
    (
        "POST",
        f"handsets/{HANDSET}/messages",
        {"body": "Hi", "to": ["+1"]},
        "to",
        'a phone number, a short code or an agent id, not ["+1"]',
    ),
    ("POST", f"handsets/{HANDSET}/messages", {"body": "Hi", "media": ["a"]}, "media", "AWS does not support two-way MMS"),
    (
        "POST",
        f"handsets/{HANDSET}/messages",
        {"body": "Hi", "from": "+1"},
        "from",
        'unknown field "from"; allowed: body, to, media',
    ),
    ("POST", f"handsets/{HANDSET}/messages?account=1", {"body": "Hi"}, "account", "12 digits"),
    ("POST", f"handsets/{HANDSET}/messages", HALF_A_PAIR, None, "half of a surrogate pair"),
    ("POST", "handsets/home/messages", {"body": "Hi"}, "number", "write it as +14255550100"),
    ("PUT", "carriers/rules", {"outcome": "SPAM"}, None, "the rules must be a list"),
    ("PUT", "carriers/rules", ["SPAM"], None, 'rule 1: expected an object, not "SPAM"'),
    ("PUT", "carriers/rules", [{"outcome": "SPAM"}, {}], "outcome", "rule 2: outcome is required"),
    ("PUT", "carriers/rules", [{"outcome": "spam"}], "outcome", "rule 1: outcome must be one of"),
    ("PUT", "carriers/rules", [{"outcome": {}}], "outcome", "rule 1: outcome must be one of"),
    (
        "PUT",
        "carriers/rules",
        [{"outcome": "SPAM", "chance": 1}],
        "chance",
        'rule 1: unknown field "chance"; allowed: match, outcome, probability',
    ),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": "US"}], "match", "must be an object"),
    (
        "PUT",
        "carriers/rules",
        [{"outcome": "SPAM", "match": {"land": "US"}}],
        "match.land",
        'cannot match "land"; allowed: carrier, ',
    ),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": {"to": 5}}], "match.to", "must be text"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": {"channel": "fax"}}], "match.channel", "must be one of"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "probability": 2}], "probability", "from 0 to 1"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "times": -1}], "times", "at least 0"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "times": 1.5}], "times", "an integer"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "delay_seconds": 1e99}], "delay_seconds", "from 0"),
    ("GET", "clock?limit=few", None, "limit", "an integer"),
    ("GET", "clock?at=1", None, "at", 'unknown query parameter "at"; allowed: limit'),
    ("POST", "clock", {"mode": "fast"}, "mode", "frozen, running, stepping"),
    ("POST", "clock", {"mode": []}, "mode", "frozen, running, stepping"),
    ("POST", "clock", {"speed": 0}, "speed", "above 0"),
    ("POST", "clock", {"speed": 1e9}, "speed", "from 0 to 1000000"),
    ("POST", "clock", '{"speed": Infinity}', "speed", "from 0 to 1000000"),
    ("POST", "clock", '{"speed": NaN}', "speed", "from 0 to 1000000"),
    ("POST", "clock", {"advance_seconds": -1}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_seconds": 1e12}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_seconds": "1h"}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_to": "2000-01-01"}, "advance_to", "time cannot run backwards: it is 20"),
    ("POST", "clock", {"advance_to": "9999-01-01"}, "advance_to", "ends with the year 8999"),
    ("POST", "clock", {"advance_to": "8999-12-31", "advance_seconds": 86400}, "advance_to", "ends with the year 8999"),
    ("POST", "clock", {"advance_to": 5}, "advance_to", "such as 2026-03-01T12:00:00Z"),
    (
        "POST",
        "clock",
        {"advance": 5},
        "advance",
        'unknown field "advance"; allowed: mode, speed, advance_seconds, advance_to',
    ),
    ("POST", "clock", {"mode": "frozen", "speed": -1}, "speed", "from 0"),
    ("POST", "clock", "{mode: frozen}", None, "the body is not JSON"),
    ("POST", "clock", "5", None, "must be a JSON object, not 5"),
    ("POST", "clock", TOO_DEEP, None, "the body is not JSON"),
    ("POST", "settle", {"within_seconds": "1"}, "within_seconds", "from 0"),
    ("POST", "settle", {"within": 1}, "within", 'unknown field "within"; allowed: within_seconds'),
    ("GET", "account?account=me", None, "account", "12 digits"),
    ("GET", "account?region=US", None, "region", "us-east-1"),
    ("GET", "account?tier=SANDBOX", None, "tier", 'unknown query parameter "tier"; allowed: account, region'),
    ("PUT", "account", {"tier": "sandbox"}, "tier", "PRODUCTION, SANDBOX"),
    ("PUT", "account", {"tier": None}, "tier", "PRODUCTION, SANDBOX"),
    ("PUT", "account", {"enabled": "yes"}, "enabled", "true or false"),
    ("PUT", "account", {"tier": "SANDBOX", "limits": 1}, "limits", 'unknown field "limits"; allowed: tier, enabled, '),
    ("PUT", "account", {"command": "reset"}, "command", 'unknown field "command"; allowed: tier, enabled, '),
    ("PUT", "account?account=1", {"tier": "SANDBOX"}, "account", "12 digits"),
    ("PUT", "faults", {}, None, "the faults must be a list"),
    ("PUT", "faults", [5], None, "fault 1: expected an object, not 5"),
    ("PUT", "faults", [{"times": 1}], "error", "fault 1: error is required"),
    ("PUT", "faults", [{"error": "503"}, {"error": "Throttling"}], "error", "fault 2: error must be"),
    ("PUT", "faults", [{"error": 200}], "error", "from 400 to 599"),
    ("PUT", "faults", [{"error": "5\u00b20"}], "error", "from 400 to 599"),
    ("PUT", "faults", [{"error": "503", "operation": "send_text_message"}], "operation", "write it as SendTextMessage"),
    ("PUT", "faults", [{"error": "503", "operation": []}], "operation", "must be text"),
    ("PUT", "faults", [{"error": "503", "service": "gamelift"}], "service", "pinpoint-sms-voice-v2"),
    ("PUT", "faults", [{"error": "Throttling", "service": "webhook"}], "error", "from 400 to 599; not"),
    (
        "PUT",
        "faults",
        [{"error": "503", "service": "webhook", "operation": "GET"}],
        "operation",
        'webhook is only called by POST, not "GET"',
    ),
    (
        "PUT",
        "faults",
        [{"error": "503", "service": "sns", "operation": "CreateTopic"}],
        "operation",
        'sns is only called by PublishBatch, not "CreateTopic"',
    ),
    ("PUT", "faults", [{"error": "NoSuchError", "service": "sns"}], "error", "NotFoundException"),
    ("PUT", "faults", [{"error": "503", "probability": -0.1}], "probability", "from 0 to 1"),
    ("PUT", "faults", [{"error": "503", "times": "often"}], "times", "an integer"),
    ("PUT", "faults", [{"error": "503", "latency_seconds": 1e6}], "latency_seconds", "from 0 to 3600"),
    ("PUT", "faults", [{"error": "503", "reason": "ANY"}], "reason", "503 does not have a Reason"),
    ("PUT", "faults", [{"error": "ConflictException", "reason": "ANY"}], "reason", "must be one of"),
    ("PUT", "faults", [{"error": "503", "chance": 1}], "chance", 'fault 1: unknown field "chance"; allowed: error, '),
    ("GET", "events?limit=0", None, "limit", "at least 1"),
    ("GET", "events?after=x", None, "after", "an integer"),
    ("GET", "events?type=x", None, "type", 'unknown query parameter "type"; allowed: message_id, '),
    ("GET", "events?account=x", None, "account", "12 digits"),
    ("GET", "costs?month=2026-03", None, "month", 'unknown query parameter "month"; allowed: account, region'),
    ("GET", "numbers?account=me", None, "account", "12 digits"),
    ("GET", "verification-codes?number=1", None, "number", 'unknown query parameter "number"; allowed: to, account, region'),
    ("GET", "carriers/rules?limit=1", None, "limit", 'unknown query parameter "limit"; allowed: none'),
    ("POST", "settle?within_seconds=1", None, "within_seconds", 'unknown query parameter "within_seconds"; allowed: none'),
    ("POST", "reset", {"aws": "yes"}, "aws", "true or false"),
    ("POST", "reset", {"all": True}, "all", 'unknown field "all"; allowed: aws'),
]


def snapshot(control):
    """Return everything that the control API can set; asked for over HTTP, it would take longer than all else."""
    world = [control.search_messages(), control.show_rules(), control.show_faults(), control.show_account()]
    return json.dumps([*world, control.show_handset(number=HANDSET), control.show_clock()])


@pytest.mark.parametrize(("method", "path", "body", "field", "error"), MISTAKES)
def test_mistake_is_told_and_changes_nothing(sms_server, raw, method, path, body, field, error):
    """An invalid request is answered 400, with the field and a sentence that says what is allowed; nothing changes."""
    control = sms_server.emulator.control
    sms_server.emulator.clock.freeze()
    before = snapshot(control)

    status, content_type, text = raw(method, path, body if isinstance(body, str | None) else json.dumps(body))

    assert (400, "application/json") == (status, content_type), text
    answer = json.loads(text)
    assert {"error", "field"} == set(answer)
    assert field == answer["field"], answer["error"]
    assert error in answer["error"]
    assert before == snapshot(control)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "messages/", 404),
        ("GET", "ui/../control.py", 404),
        ("GET", "ui/%2e%2e/control.py", 404),
        ("POST", "messages", 405),
        ("DELETE", "clock", 405),
        ("PATCH", "account", 405),
        ("GET", "settle", 405),
    ],
)
def test_what_is_not_there(ask, method, path, status):
    """An unknown path or method is answered in JSON."""
    assert status == ask(method, path)[0]


def test_body_that_is_no_text(raw):
    """A body that is not UTF-8 is answered in JSON."""
    status, content_type, text = raw("POST", "clock", b'{"mode": "\xff"}')

    assert (400, "application/json") == (status, content_type)
    assert "the body is not UTF-8" in json.loads(text)["error"]


def test_bug_is_told_without_a_traceback(sms_server, ask, monkeypatch):
    """A bug of ours is answered 500 in JSON, and nothing of the code is shown."""
    monkeypatch.setattr(sms_server.emulator.engine, "control", lambda *_, **__: 1 / 0)

    status, answer = ask("GET", "clock")

    assert 500 == status
    assert {"error", "field"} == set(answer)
    assert "Traceback" not in answer["error"]
    assert "ZeroDivisionError" not in answer["error"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", None])
def test_content_type_does_not_matter(sms_server, get, content_type):
    """A body is JSON whatever it is declared as, since `curl -d` declares a form."""
    connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
    headers = {} if content_type is None else {"Content-Type": content_type}

    connection.request("POST", "/_emulator/clock", '{"mode": "frozen"}', headers)
    connection.getresponse().read()
    connection.close()

    assert "frozen" == get("clock")["mode"]


def test_front_door(sms_server):
    """The address itself leads a browser to the page."""
    connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.request("GET", answer.headers["Location"])
    page = connection.getresponse()

    assert (302, "/_emulator/") == (answer.status, answer.headers["Location"])
    assert (200, True) == (page.status, page.read().lower().startswith(b"<!doctype html>"))
    connection.close()
