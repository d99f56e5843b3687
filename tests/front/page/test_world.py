"""The clock, what is pending, costs, rules, the account, and the reset."""

from datetime import timedelta

import pytest

HANDSET, OTHER_HANDSET = "+14255550100", "+14255550101"
BUBBLES = "#messages .bubble"


DAYS = {"en": "{0:%b} {0.day}, {0.year}", "ja": "{0.year}年{0.month}月{0.day}日"}


@pytest.mark.parametrize(("key", "passed"), [("minute", 60), ("hour", 3600), ("day", 86400)])
def test_clock_is_advanced(open_page, sms, key, passed, text, language):
    """The buttons move virtual time by what they say, and the page shows the new time."""
    page = open_page()
    expected = sms.clock.now + timedelta(seconds=passed)

    page.click("#clock")
    page.click(f"[data-seconds='{passed}']")
    now = f"{expected:%H:%M:%S} {DAYS[language].format(expected)}"
    page.wait(f"document.getElementById('now').textContent.startsWith('{now}')")

    assert expected == sms.clock.now
    assert [text(f"clock.{key}")] == page.texts(f"[data-seconds='{passed}']")


@pytest.mark.parametrize("mode", ["frozen", "running"])
@pytest.mark.usefixtures("language")
def test_clock_mode_is_changed(open_page, sms, mode):
    """The choice of mode is the clock's."""
    page = open_page()

    page.click("#clock")
    page.click(f"#modes label:has([value={mode}])")
    page.wait(f"fetch('clock').then((answer) => answer.json()).then((clock) => clock.mode === '{mode}')")

    assert mode == sms.clock.mode


def test_future_is_shown(open_page, sms, send_text):
    """Pending timers are counted and listed, and lead to their messages."""
    sms.clock.freeze()
    message_id = send_text("Pending")
    page = open_page()
    page.wait("document.getElementById('future').textContent === '1'")

    page.click("#clock")
    page.click("#pending button")

    assert page.wait("document.querySelector('#message-detail .bubble').innerText === 'Pending'")
    assert page.run("location.hash").endswith(f"/{message_id}")


def test_costs_are_summed(open_page, sms, control, send_text):
    """The bar shows the total, and the panel its rows by month, channel and country."""
    send_text()
    sms.settle()
    row = control("GET", "costs")[1]["costs"][0]

    page = open_page(at="#/world/costs")
    page.wait("document.querySelectorAll('#bill tbody tr').length === 1")

    assert [f"${row['total']:.5f}"] == page.texts("#costs-total")
    assert [row["month"], "SMS", "US", "1", "1"] == page.texts("#bill tbody td")[:5]


@pytest.mark.usefixtures("language")
def test_account_can_be_put_into_the_sandbox(open_page, sms):
    """The account's tier is the choice's."""
    page = open_page(at="#/world/account")
    page.wait("document.querySelector('[name=tier]')")

    page.choose("document.querySelector('[name=tier]')", "SANDBOX")
    page.wait("fetch('account').then((answer) => answer.json()).then((account) => account.tier === 'SANDBOX')")

    assert sms.account().tier == "SANDBOX"


@pytest.mark.usefixtures("language")
def test_reset_asks_first_and_can_be_undone(open_page, sms, send_text):
    """Reset empties the state, but not without a yes; and one click puts everything back."""
    send_text()
    page = open_page()
    page.wait("document.querySelectorAll('.message-row').length === 1")

    page.click("#open-menu")
    page.click("#reset")
    page.press("Escape")
    kept = len(sms.inbox.messages())
    page.click("#open-menu")
    page.click("#reset")
    page.click("#reset-dialog [value=reset]")
    page.wait("document.getElementById('welcome')")
    emptied = len(sms.inbox.messages())
    page.click(".toast button")
    page.wait("document.querySelectorAll('.message-row').length === 1")

    assert (1, 0, 1) == (kept, emptied, len(sms.inbox.messages()))


def test_reset_by_a_test_empties_an_open_page(open_page, sms, send_text):
    """A page that is open while another resets the world forgets the old one."""
    send_text("Old")
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 1")

    sms.reset()

    assert page.wait("document.getElementById('no-messages') && !document.querySelector('#handsets button, #messages li')")


def test_deleted_messages_leave_an_open_page(open_page, control, sms, send_text):
    """Messages that another deletes go from the open conversation and from the list; the rest stays."""
    send_text("Deleted")
    sms.handset(HANDSET).reply("Kept")
    send_text("Deleted too", to=OTHER_HANDSET)
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 2")

    control("DELETE", "messages?direction=outbound")
    page.wait("document.querySelectorAll('#messages li').length === 1")

    assert ["Kept"] == page.texts(BUBBLES)
    page.wait("document.querySelectorAll('#handsets .who').length === 1")
    assert [HANDSET] == page.texts("#handsets .who")
