"""SECURITY.md: each promise names tests that are there, and what it says of limits is what the code has."""

import re
from pathlib import Path

from emulator import bounds
from emulator.aws import calls_out, clients, webhooks
from emulator.messaging import retention
from emulator.messaging.state import whatsapp
from emulator.reporting import outbox
from emulator.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
ROW = re.compile(r"^\| (.+?) \| (.+?) \|(?: (.*?) ?\|)?$", re.MULTILINE)


def rows(heading):
    """Return the rows of the table under a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return list(ROW.findall(section))[1:]


def test_each_promise_has_its_tests():
    """What is named is a file, or a folder, with tests, or the fixtures of all of them."""
    promises = rows("What is promised")
    assert len(promises) > 15
    for promise, named, _ in promises[1:]:
        paths = re.findall(r"`([^`]+)`", named)
        assert paths, promise
        for path in paths:
            found = ROOT / "tests" / path
            files = [found] if found.is_file() else sorted(found.glob("test_*.py"))
            assert files, f"{path} is not there"
            assert any("def test_" in file.read_text("utf-8") or file.name == "conftest.py" for file in files), path


def test_the_limits_are_those_of_the_code():
    """The numbers of the table."""
    limits = {what: limit for what, limit, _ in rows("The limits")}

    def limit_of(beginning):
        (found,) = [limit for what, limit in limits.items() if what.startswith(beginning)]
        return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", found)]

    settings = Settings()
    assert [settings.messages_kept] == limit_of("messages, with")
    assert [retention.FILE_BYTES_MAX // 2**30] == limit_of("the files of all")
    assert [settings.scopes_kept] == limit_of("accounts and regions")
    assert [settings.timers_kept] == limit_of("pending timers")
    assert [outbox.QUEUE_MAX, outbox.WAITING_MAX, outbox.TARGETS_MAX] == limit_of("records that wait")
    assert [bounds.RECORDS] == limit_of("what is remembered")
    assert [bounds.OPT_OUTS] == limit_of("numbers on an opt-out")
    assert [bounds.RESOURCES] == limit_of("what is made by name")
    assert [whatsapp.CONTACTS_MAX, bounds.FILES] == limit_of("WhatsApp")
    assert [calls_out.WAITING_MAX, calls_out.ENDPOINTS_MAX] == limit_of("notifications")
    assert [clients.CONNECT_SECONDS_MAX, clients.READ_SECONDS_MAX] == limit_of("a call to another endpoint")
    assert webhooks.WEBHOOK_SECONDS_MAX == calls_out.CALL_SECONDS_MAX == limit_of("a webhook call")[0]
