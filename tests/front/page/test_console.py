"""The console: a number is registered, a campaign approved, a text sent now or at its hour, by forms."""

import pytest

from emulator.testing import HANDSET

OURS = "+12125550100"
MARKUP = "<img src=x onerror=window.pwned=1>"


@pytest.fixture
def console(open_page):
    """Opens the console."""

    def opened(**window):
        page = open_page(at="#/world/console", **window)
        page.wait("document.querySelector('#console-sent p')")
        return page

    return opened


@pytest.fixture
def fill():
    """Types into fields of a form, one after the other, and submits it with Enter: no mouse is needed."""

    def typed(page, form, **values):
        for name, value in values.items():
            page.run(f"document.querySelector('#{form} [name={name}]').select()")
            page.type(value)
        page.run(f"document.querySelector('#{form} button[type=submit]').focus()")
        page.press("Enter")

    return typed


def cells(page, table):
    page.wait(f"document.querySelector('#console-{table} td')")
    return page.texts(f"#console-{table} td")


def test_console_says_what_there_is_not_yet(open_page):
    """The console is a section of World; each of its tables says that it is empty, and the keyboard leads back."""
    page = open_page()

    page.click("#to-world")
    page.click("#to-console")
    page.wait("document.querySelector('#console-sent p')")

    assert ["No numbers yet.", "No campaigns yet.", "Nothing has been sent from here yet."] == page.texts(
        "[data-section=console] .table p"
    )
    page.run("history.go(-2)")
    assert page.wait("document.getElementById('welcome') !== null")


@pytest.mark.usefixtures("language")
def test_number_is_registered(console, fill, sms_client):
    """The very number of the form is the account's from then on, with the capabilities that were ticked."""
    page = console()

    page.click("#register [value=Voice]")
    fill(page, "register", number="+1-212-555-0100")
    shown = cells(page, "numbers")

    found = sms_client.describe_phone_numbers()["PhoneNumbers"]
    assert [(OURS, "TEN_DLC", ["SMS"])] == [
        (row["PhoneNumber"], row["NumberType"], row["NumberCapabilities"]) for row in found
    ]
    assert [OURS, "TenDlc", "SMS", "Active"] == shown


def test_refusal_is_in_the_words_of_the_api(console, fill, sms, raises):
    """A refusal stands below its form in the API's own words, until the next attempt succeeds."""
    page = console(refused=1)

    fill(page, "register", number="nonsense")
    page.wait("document.querySelector('#register .refusal').textContent")
    refusal = page.texts("#register .refusal")
    kept = sms.control("list_numbers")["numbers"]
    fill(page, "register", number=OURS)
    cells(page, "numbers")

    assert ["BadRequestException: Invalid phone number: nonsense"] == refusal
    assert [] == kept
    assert [""] == page.texts("#register .refusal")


@pytest.mark.usefixtures("language")
def test_campaign_is_approved(console, fill, sms, number, campaigns):
    """A campaign is submitted, and the page shows when its review is over."""
    sms.clock.freeze()
    page = console()
    cells(page, "numbers")

    fill(page, "campaign", campaign=MARKUP, sender=number, volume="100000", sample="Check out our latest deals")
    submitted = cells(page, "campaigns")
    page.click("#clock")
    page.click("[data-seconds='60']")
    page.wait("document.querySelector('#console-campaigns .state').textContent === 'APPROVED'")

    assert [MARKUP, "Marketing", number, "PENDING"] == submitted
    assert [(MARKUP, 100000, "Check out our latest deals", "APPROVED")] == campaigns()
    assert page.run("window.pwned === undefined && !document.querySelector('main img')")


def test_campaign_without_a_sample_is_refused(console, fill, number, campaigns):
    """The fields that a decision needs are checked by the API, not by the page."""
    page = console(refused=1)

    fill(page, "campaign", campaign="News", sender=number)
    page.wait("document.querySelector('#campaign .refusal').textContent")

    assert "BadRequestException: MessageSample is required" in page.texts("#campaign .refusal")[0]
    assert [] == campaigns()


def test_text_is_sent_now(console, fill, sms, number):
    """The text arrives, the page says so, and leads to the conversation."""
    page = console()

    fill(page, "send", to=HANDSET, sender=number, body=MARKUP)
    page.wait("document.querySelector('#console-sent .state')?.textContent === 'Delivered'")
    shown = cells(page, "sent")
    page.click("#console-sent a")

    assert [HANDSET, MARKUP, "now", "Delivered"] == shown
    assert page.wait("document.querySelector('#messages .chosen .bubble')?.checkVisibility()")
    assert [MARKUP] == [message.body for message in sms.inbox.messages()]
    assert page.run("window.pwned === undefined && !document.querySelector('main img')")


def test_text_is_sent_at_its_hour(console, fill, sms, number):
    """A scheduled text waits until its hour by the virtual clock; the page offers the next one."""
    sms.clock.freeze()
    page = console()
    page.click("#send [value=later]")
    hour = page.wait("document.querySelector('#send [name=at]').value")

    fill(page, "send", to=HANDSET, sender=number, body="Later")
    waiting = cells(page, "sent")
    sent_before = sms.inbox.messages()
    page.click("#clock")
    page.click("[data-seconds='3600']")
    page.click("#settle")
    page.wait("document.querySelector('#console-sent .state').textContent === 'Delivered'")

    assert [HANDSET, "Later", hour.replace("T", " "), "Scheduled"] == waiting
    assert [] == sent_before
    (message,) = sms.inbox.messages()
    assert hour == f"{message.requested_at:%Y-%m-%dT%H:%M}"


def test_empty_text_is_refused(console, fill, sms, number):
    """A text without a body is refused by the API, and what was typed stays to be mended."""
    page = console(refused=1)

    fill(page, "send", to=HANDSET, sender=number)
    page.wait("document.querySelector('#send .refusal').textContent")

    assert ["BadRequestException: MessageBody must not be empty"] == page.texts("#send .refusal")
    assert HANDSET == page.run("document.querySelector('#send [name=to]').value")
    assert [] == sms.inbox.messages()


def test_console_is_of_one_account(console, fill, client):
    """The account and region of the console are those that its forms act for."""
    page = console()
    page.run("document.querySelector('#scope [name=account]').value = '210987654321'")
    page.choose("document.querySelector('#scope [name=region]')", "eu-west-1")

    fill(page, "register", number=OURS)
    cells(page, "numbers")

    there = client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1").describe_phone_numbers()
    assert [OURS] == [row["PhoneNumber"] for row in there["PhoneNumbers"]]
    assert [] == client("pinpoint-sms-voice-v2").describe_phone_numbers()["PhoneNumbers"]


def test_reset_empties_the_console(console, fill, sms, number):
    """An empty world has an empty console, and the page stays there."""
    page = console()
    fill(page, "send", to=HANDSET, sender=number, body="Old")
    cells(page, "sent")

    sms.reset()

    assert page.wait("document.querySelectorAll('[data-section=console] .table p').length === 3")
