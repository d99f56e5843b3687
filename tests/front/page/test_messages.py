"""The list of all messages: what it shows, finds and deletes, and what can be copied from it."""

import json

import pytest

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550101"
ROWS = ".message-row"


def rows(page, count):
    """Wait for that many rows, and return their texts."""
    page.wait(f"document.querySelectorAll('{ROWS} a').length === {count}")
    return page.texts(f"{ROWS} .body")


@pytest.fixture
def copied():
    """Returns what a click on a button copies."""

    def click(page, selector):
        page.run("window.copied = null; navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        page.click(selector)
        return page.wait("window.copied")

    return click


def test_messages_are_listed_newest_first_and_live(open_page, sms, send_text):
    """Each message is one row with its ends, text, status and price; a new one comes on top while one looks."""
    send_text("First")
    sms.handset(HANDSET).reply("Second")
    page = open_page()
    first = rows(page, 2)

    send_text("Third")

    assert ["Second", "First"] == first
    assert ["Third", "Second", "First"] == rows(page, 3)
    assert "3" == page.wait("document.querySelector('#to-messages .count [aria-hidden]').textContent === '3' && '3'")
    assert "$0.00847" == page.texts(f"{ROWS} .price")[2]


def test_failures_are_seen_at_a_glance(open_page, sms, send_text):
    """The row of a message that failed is marked, and no other."""
    send_text("Fine")
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send_text("Failed")
    page = open_page()
    rows(page, 2)

    assert ["Failed"] == page.texts(f"{ROWS}.failed .body")
    assert ["✕UNREACHABLE"] == [text.replace("\n", "") for text in page.texts(f"{ROWS}.failed .status")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pears", ["Pears, ripe", "Pears"]),
        ('"pears, ripe"', ["Pears, ripe"]),
        ("pears -ripe", ["Pears"]),
        ("to:0101", ["Pears, ripe"]),
        ("is:inbound", ["My code is 4711"]),
        ("code:47", ["My code is 4711"]),
        ("nothing at all", []),
    ],
)
def test_search_language(open_page, sms, send_text, query, found):
    """What is typed is asked of the server, and is part of the address."""
    send_text("Pears")
    send_text("Pears, ripe", to=OTHER_HANDSET)
    sms.handset(HANDSET).reply("My code is 4711")
    page = open_page()
    rows(page, 3)

    page.press("/")
    page.type(query)
    page.wait(f"location.hash.includes(new URLSearchParams({{ q: {json.dumps(query)} }}))")

    assert found == rows(page, len(found))
    page.press("Escape")
    assert 3 == len(rows(page, 3))


@pytest.mark.usefixtures("language")
def test_filters_are_terms_of_the_search(open_page, sms, send_text):
    """A choice of state and direction is written into the search, which stays as it is typed elsewhere."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send_text("Failed")
    send_text("Fine", to=OTHER_HANDSET)
    page = open_page()
    rows(page, 2)

    page.choose("document.querySelector('[name=state]')", "failed")
    failed = rows(page, 1)
    page.choose("document.querySelector('[name=channel]')", "mms")
    page.wait("document.getElementById('no-matches')")

    assert ["Failed"] == failed
    assert "is:failed channel:mms" == page.run("document.getElementById('search').value")


def test_wrong_search_says_what_would_be_right(open_page, send_text):
    """An unknown field is reported with the known ones, and the list stays."""
    send_text("Here")
    page = open_page(refused=1)
    rows(page, 1)

    page.press("/")
    page.type("form:+1425")
    page.wait("document.querySelector('.toast.bad')?.innerText.includes('unknown search field \"form\"; known: to:, from:')")

    assert ["Here"] == rows(page, 1)


@pytest.mark.usefixtures("language")
def test_messages_are_deleted_one_and_many(open_page, sms, send_text):
    """Selected messages are deleted by a click, the rest after a question; `x` selects the open one."""
    for body in ("One", "Two", "Three", "Four"):
        send_text(body)
    page = open_page()
    rows(page, 4)

    page.press("j")
    page.press("x")
    page.click(f"{ROWS}:nth-child(2) input")
    page.click("#delete-selected")
    left = rows(page, 2)
    page.click("#delete-all")
    page.click("#delete-dialog .danger")
    page.wait("document.getElementById('welcome')")

    assert ["Two", "One"] == left
    assert [] == sms.inbox.messages()


@pytest.mark.usefixtures("language")
def test_keys_walk_the_list(open_page, send_text):
    """The keys j and k open the next and the previous message, Escape closes it, ? lists the keys."""
    send_text("First")
    send_text("Second")
    page = open_page()
    rows(page, 2)
    opened = "document.querySelector('#message-detail .bubble')?.innerText"

    page.press("j")
    page.wait(f"{opened} === 'Second'")
    page.press("j")
    page.wait(f"{opened} === 'First'")
    page.press("k")
    page.wait(f"{opened} === 'Second'")
    page.press("Escape")
    page.wait("!document.getElementById('detail')")
    page.press("?")

    assert page.wait("document.getElementById('help-dialog').open")


def test_escape_clears_the_search_and_leaves_it(open_page, send_text):
    """Escape empties the field, and pressed again leaves it, so that j opens a message."""
    send_text("First")
    page = open_page()
    rows(page, 1)

    page.press("/")
    page.type("nothing")
    page.wait("document.getElementById('no-matches')")
    page.press("Escape")
    rows(page, 1)
    page.press("Escape")
    page.press("j")

    assert page.wait("document.querySelector('#message-detail .bubble')?.innerText === 'First'")
    assert "" == page.run("document.getElementById('search').value")


@pytest.mark.usefixtures("language")
def test_copied_call_sends_the_message_again(open_page, sms, sms_server, send_text, copied):
    """The code is copied; a call is copied as boto3, and as it stands it sends the same text again."""
    message_id = send_text("Your code is 482913, order #10425")
    page = open_page(at=f"#/messages/{message_id}")
    page.wait("document.getElementById('copy-code')")

    code = copied(page, "#copy-code")
    exec(copied(page, "[data-copy-as=boto3]"), {})
    lines = [copied(page, f"[data-copy-as={way}]") for way in ("CLI", "JavaScript", "curl")]

    assert "482913" == code
    first, again = sms.inbox.messages()
    assert (first.body, first.to, first.sender) == (again.body, again.to, again.sender)
    assert all(sms_server.endpoint_url in line and "482913" in line for line in lines)


@pytest.mark.usefixtures("language")
def test_dead_delivery_is_sent_again(open_page, sms, send_text, event_set, client, topic_with_queue):
    """A record whose topic was away is sent again from the message once the topic is back."""
    topic, _ = topic_with_queue
    client("sns").delete_topic(TopicArn=topic)
    message_id = send_text("Lost", ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(at=f"#/messages/{message_id}?tab=events")
    page.wait("document.querySelector('.chip.dead')")
    client("sns").create_topic(Name=topic.rpartition(":")[2])

    page.click("[data-redeliver]")

    assert page.wait("document.querySelector('.chip.delivered') && !document.querySelector('.chip.dead')")


def test_many_messages_are_on_the_page_a_few_at_a_time(open_page, sms, send_text):
    """Of many messages only those in view are rows; scrolling loads what is far down."""
    for index in range(260):
        send_text(f"Text {index}")
    page = open_page(height=600)
    page.wait("document.querySelector('.message-row .body')?.innerText === 'Text 259'")
    count = page.run(f"document.querySelectorAll('{ROWS}').length")

    page.run("(() => { const list = document.getElementById('all-messages'); list.scrollTop = list.scrollHeight; })()")

    assert count < 60
    assert page.wait("document.querySelector('.message-row:last-child .body')?.innerText === 'Text 0'")
    assert ["260 messages"] == page.texts("#total")


def test_what_is_read_stays_where_it_is(open_page, send_text):
    """New messages on top move nothing that one has scrolled to, nor do they scroll back to what is selected."""
    for index in range(100):
        send_text(f"Text {index}")
    page = open_page()
    page.wait(f"document.querySelectorAll('{ROWS} a').length > 20")
    page.press("j")
    page.wait("document.getElementById('detail-tabs')")
    page.run("document.getElementById('all-messages').scrollTop = 1800")
    on_top = """(() => {
        const { top, left } = document.getElementById("all-messages").getBoundingClientRect();
        return document.elementFromPoint(left + 200, top + 60).closest(".message-row")?.querySelector(".body").textContent;
    })()"""
    read = page.wait(f"({on_top})?.startsWith('Text 4') && {on_top}")

    for index in range(3):
        send_text(f"New {index}")
    page.wait("document.getElementById('total').innerText.includes('103')")

    assert page.wait("document.getElementById('all-messages').scrollTop === 1908")
    assert read == page.run(on_top)


def test_notifications_can_be_switched_on(open_page, send_text, text):
    """With the browser's permission, a message that comes while the page is hidden is a notification."""
    page = open_page()
    page.run("Notification.requestPermission = async () => 'granted'")
    page.click("#open-menu")
    page.click("[name=notifications]")
    page.wait("JSON.parse(localStorage.getItem('notifications'))")
    page.run(
        """(() => {
            Object.defineProperty(document, "hidden", { value: true });
            window.shown = [];
            window.Notification = class extends EventTarget {
                constructor(title, { body }) { super(); shown.push([title, body]); }
            };
        })()"""
    )

    send_text("Look here")

    assert [[HANDSET, "Look here"]] == page.wait("window.shown.length && window.shown")
    assert page.wait(f"document.title === '(1) {text('nav.messages')}'")


def test_page_is_in_the_language_that_is_chosen(open_page, send_text):
    """The page is in English or Japanese, as chosen, and stays so; its theme likewise."""
    send_text("Hello")
    page = open_page()
    rows(page, 1)

    page.click("#open-menu")
    page.choose("document.querySelector('[name=theme]')", "dark")
    page.choose("document.querySelector('[name=language]')", "ja")
    page.wait("document.querySelector('#to-messages').innerText.includes('メッセージ')")
    page.reload()
    page.wait("document.querySelector('#total')?.innerText === '1 件のメッセージ'")

    assert ["ja", "dark", "メッセージ"] == page.run(
        "[document.documentElement.lang, document.documentElement.dataset.theme, document.title.replace(/^\\(1\\) /, '')]"
    )
