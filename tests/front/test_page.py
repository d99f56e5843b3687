"""The page at /_emulator/, in a real browser, and the parts of the control API that it needed."""

import http.client
import importlib.util
import json
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest

from emulator.telecom.carriers import TEXT_OUTCOMES

HANDSET, OTHER_HANDSET = "+14255550100", "+14255550101"
UI = Path(__file__).parents[2] / "emulator" / "front" / "ui"

_spec = importlib.util.spec_from_file_location("page_browser", Path(__file__).with_name("page_browser.py"))
page_browser = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(page_browser)


@pytest.fixture
def reach():
    """The page is there over the server only."""
    return "server"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """One Chromium for all tests."""
    program = page_browser.find_chromium()
    if program is None:
        pytest.skip(f"no Chromium found, by any name of {', '.join(page_browser.NAMES)}")
    running = page_browser.Browser(program, tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture
def open_page(browser, sms_server):
    """Opens the page at a place (`#/…`), and waits until it hears of what happens; it must have nothing to complain of."""
    pages = []

    def opened(place="", **window):
        page = browser.open(f"{sms_server.endpoint_url}/_emulator/{place}", **window)
        pages.append(page)
        page.wait("document.getElementById('link').dataset.state === 'live'")
        page.wait("[...document.querySelectorAll('#welcome, #nothing-open, #conversation')].some((part) => !part.hidden)")
        return page

    yield opened
    complaints = [page.complaints() for page in pages]
    for page in pages:
        page.close()
    assert not any(complaints), complaints


@pytest.fixture
def control(sms_server):
    """Calls the control API: gives the status and the answer's JSON."""

    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{sms_server.endpoint_url}/_emulator/{path}", data, method=method)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return call


def place(number, message_id=None):
    """The part of the page's address that names a conversation, and a message in it."""
    return f"#/{urllib.parse.quote(number)}" + (f"/{message_id}" if message_id else "")


BUBBLES = "#messages .bubble"


# --- What the page needs of the control API --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content_type", "file"),
    [
        ("", "text/html", "index.html"),
        ("ui/inbox.js", "text/javascript", "inbox.js"),
        ("ui/inbox.css", "text/css", "inbox.css"),
    ],
)
def test_page_is_served(sms_server, path, content_type, file):
    """The page and its assets are served as they are, with the types that browsers insist on."""
    with urllib.request.urlopen(f"{sms_server.endpoint_url}/_emulator/{path}") as response:
        body = response.read()

    assert content_type == response.headers.get_content_type()
    assert (UI / file).read_bytes() == body


def test_page_asks_for_nothing_from_elsewhere():
    """No asset names another host, but for the namespace of SVG."""
    text = "".join((UI / name).read_text(encoding="utf-8") for name in ("index.html", "inbox.js", "inbox.css"))

    assert "//" not in text.replace("http://www.w3.org/2000/svg", "").replace("https?:\\/\\/", "").replace("// ", "")


def test_handsets_are_listed_by_who_wrote_last(control, send_text):
    """Each handset comes once, with its newest message, the one with the latest first; a cursor goes on."""
    send_text("One")
    send_text("Two", to=OTHER_HANDSET)
    send_text("Three")

    _, first = control("GET", "handsets?limit=1")
    _, second = control("GET", "handsets?limit=1&after=" + urllib.parse.quote(first["next"]))

    assert [(HANDSET, "Three")] == [(row["number"], row["last"]["body"]) for row in first["handsets"]]
    assert [(OTHER_HANDSET, "Two")] == [(row["number"], row["last"]["body"]) for row in second["handsets"]]
    assert second["next"] is None


@pytest.mark.parametrize("wanted", ["pear", "PEAR", "5550101", "delivered"])
def test_handsets_are_searched(control, sms, send_text, wanted):
    """A search finds the newest message that has the text in body, number or status, in whatever case."""
    send_text("Pears", to=OTHER_HANDSET)
    sms.handset(OTHER_HANDSET).behave(outcome="NO_RECEIPT")
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    send_text("Apples")

    _, answer = control("GET", f"handsets?contains={wanted}")

    assert [(OTHER_HANDSET, "Pears")] == [(row["number"], row["last"]["body"]) for row in answer["handsets"]]


def test_conversation_is_read_from_its_end(control, sms, send_text):
    """A conversation holds both directions, oldest first; the newest page comes first, and a cursor leads back."""
    send_text("One")
    sms.handset(HANDSET).reply("Two")
    send_text("Three")
    send_text("Elsewhere", to=OTHER_HANDSET)

    _, newest = control("GET", f"handsets/{HANDSET}/messages?limit=2")
    _, older = control("GET", f"handsets/{HANDSET}/messages?limit=2&before={newest['previous']}")

    assert ["Two", "Three"] == [message["body"] for message in newest["messages"]]
    assert ["One"] == [message["body"] for message in older["messages"]]
    assert older["previous"] is None


@pytest.mark.parametrize(
    "path", [f"handsets/{HANDSET}/messages?before=nothing", "handsets?after=nothing", "handsets?limit=0"]
)
def test_senseless_pages_are_refused(control, path):
    """A cursor that is none, and a page of nothing, get 400 and the name of the field."""
    status, answer = control("GET", path)

    assert (400, path.partition("?")[2].partition("=")[0]) == (status, answer["field"])


def test_numbers_that_can_be_written_to_are_listed(control, client, request_number):
    """The numbers of all accounts are listed with whose they are."""
    mine = request_number()["PhoneNumber"]
    other = client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1").request_phone_number(
        IsoCountryCode="US", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="TOLL_FREE"
    )

    _, answer = control("GET", "numbers")

    assert [(mine, "123456789012", "us-east-1"), (other["PhoneNumber"], "210987654321", "eu-west-1")] == [
        (row["number"], row["account"], row["region"]) for row in answer["numbers"]
    ]


def test_outcomes_are_listed(control):
    """The outcomes that a handset may be given are those that are listed."""
    _, outcomes = control("GET", "carriers/outcomes")

    assert sorted(TEXT_OUTCOMES) == outcomes
    assert {200} == {control("PUT", f"handsets/{HANDSET}", {"outcome": outcome})[0] for outcome in outcomes}


def test_pending_can_be_cut_short(control, sms, send_text):
    """The clock shows as much of the future as is asked for, and always how much there is."""
    sms.clock.freeze()
    for _ in range(3):
        send_text()

    _, answer = control("GET", "clock?limit=2")

    assert (2, 3) == (len(answer["pending"]), answer["pending_count"])


def test_stream_tells_what_no_message_tells(control, sms_server):
    """A listener hears that time was moved, that messages were deleted, and that the world is a new one."""
    connection = http.client.HTTPConnection(sms_server.host, sms_server.port, timeout=10)
    connection.request("GET", "/_emulator/stream")
    stream = connection.getresponse()
    opening = [stream.readline() for _ in range(3)]

    control("POST", "clock", {"advance_seconds": 60})
    control("POST", "settle", {})
    control("DELETE", "messages")
    control("POST", "reset", {})
    heard = [stream.readline() for _ in range(4 * 3)][::3]
    connection.close()

    assert b"event: clock\n" == opening[0]
    assert [b"event: clock\n", b"event: clock\n", b"event: deleted\n", b"event: reset\n"] == heard


# --- The page --------------------------------------------------------------------------------------------------------


def test_newcomer_is_told_how_to_send(open_page, sms_server):
    """The empty page shows a program that sends a first text; run as it stands, its text appears, and is opened."""
    page = open_page()
    program = page.texts("#snippet pre")[0]

    exec(program, {})

    assert sms_server.endpoint_url in program
    assert page.wait("document.querySelector('#messages .bubble')?.innerText === 'Your code is 482913'")
    assert HANDSET == page.texts("#number")[0]
    assert not page.run("document.getElementById('welcome').checkVisibility()")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl found")
def test_newcomer_with_curl(open_page):
    """The lines for curl send a first text too."""
    page = open_page()
    page.click("#tab-curl")

    subprocess.run(["sh", "-ec", page.texts("#snippet pre")[0]], check=True, capture_output=True)

    assert page.wait("document.querySelector('#messages .bubble')?.innerText === 'Your code is 482913'")


def test_conversation_shows_what_became_of_each_text(open_page, sms, send_text):
    """A conversation shows both directions, each text with its status, and with AWS's words where it failed."""
    send_text("Hello")
    sms.handset(HANDSET).reply("Hi yourself")
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send_text("Are you there?")
    sms.settle()

    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 3")

    assert ["Hello", "Hi yourself", "Are you there?"] == page.texts(BUBBLES)
    assert ["DELIVERED", "RECEIVED", "UNREACHABLE"] == page.texts("#messages .status")
    assert ["✓✓", "", "✕"] == page.texts("#messages .tick")
    assert ["Phone is currently unreachable/unavailable"] == page.texts("#messages .why")
    assert ["outbound", "inbound", "outbound"] == page.run(
        "[...document.querySelectorAll('#messages li')].map((row) => row.classList[0])"
    )


def test_texts_appear_and_move_while_one_looks(open_page, sms, send_text):
    """A text appears as accepted when it is sent, and its status moves with the clock, without a reload."""
    sms.clock.freeze()
    page = open_page()

    send_text("Live")
    page.wait("document.querySelector('#messages .status')?.innerText === 'ACCEPTED'")
    page.click("#settle")

    assert page.wait("document.querySelector('#messages .status').innerText === 'DELIVERED'")


@pytest.mark.parametrize(
    "body",
    [
        '<img src=x onerror="window.pwned = 1"><script>window.pwned = 1</script>',
        '"><svg onload=window.pwned=1> &lt;b&gt; ${window.pwned = 1}',
        'javascript:window.pwned=1 https://example.com/"onmouseover="window.pwned=1',
    ],
)
def test_texts_are_never_markup(open_page, sms, send_text, event_set, body):
    """Whatever is in a text, a context or a carrier's name is shown letter by letter, and nothing of it runs."""
    sms.handset(HANDSET).behave(carrier=body, outcome="UNREACHABLE", description=body)
    message_id = send_text(body, Context={"key": "<img src=x onerror=window.pwned=1>"}, ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(place(HANDSET, message_id))

    page.wait("document.querySelector('#message-detail .event')")

    assert [body] == page.texts(BUBBLES)
    assert body in page.texts("#message-detail dd")
    assert [body] == page.texts("#messages .why")
    assert page.run(
        "window.pwned === undefined && !document.querySelector('main :is(img, script, svg, b b, [onload], [onerror])')"
    )
    assert page.run("[...document.querySelectorAll('main a')].every((link) => link.protocol === 'https:')")


def test_person_answers_with_enter(open_page, sms, send_text, number):
    """What is typed goes to whoever wrote, when Enter is pressed; Shift and Enter would start a new line."""
    send_text("Come at ten?")
    page = open_page(place(HANDSET))
    page.wait("document.getElementById('target').value")

    page.click("#text")
    page.type("Yes, I will")
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages li').length === 2")

    assert [("Yes, I will", number)] == [(m.body, m.to) for m in sms.inbox.messages(direction="inbound")]
    assert page.run("document.getElementById('text').value === ''")


def test_person_chooses_whom_to_answer(open_page, sms, send_text, request_number, number):
    """When two numbers wrote, the last is offered first, and the other can be chosen, and stays chosen."""
    second = request_number(NumberType="TOLL_FREE")["PhoneNumber"]
    send_text("From the first")
    send_text("From the second", OriginationIdentity=second)
    page = open_page(place(HANDSET))
    offered = page.wait("document.getElementById('target').value")

    page.choose("document.getElementById('target')", number)
    page.click("[data-word=HELP]")
    page.wait("document.querySelectorAll('#messages li').length === 4")

    assert second == offered
    assert [number] == [message.to for message in sms.inbox.messages(direction="inbound")]
    assert number == page.run("document.getElementById('target').value")


def test_stop_button_opts_out(open_page, sms_client, send_text, raises):
    """One click on STOP opts the handset out, and the page says what the keyword did."""
    send_text("Offers!")
    page = open_page(place(HANDSET))
    page.wait("document.getElementById('target').value")

    page.click("[data-word=STOP]")
    page.wait("document.querySelector('.toast')?.innerText === 'Keyword STOP: OPT_OUT'")

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text("More offers!")


def test_sender_that_owns_no_number_cannot_be_answered(open_page, sms_client):
    """Where only a shared route wrote, the page says so and sends nothing."""
    sms_client.send_text_message(DestinationPhoneNumber="+4915112345678", MessageBody="Hello")

    page = open_page(place("+4915112345678"))
    page.wait("document.getElementById('target').textContent.includes('cannot be answered')")

    assert page.run("[...document.getElementById('composer').elements].every((control) => control.disabled)")


def test_somebody_new_writes_first(open_page, sms, number):
    """A handset that nobody has written to can write to any number of an account."""
    page = open_page()

    page.click("#compose")
    page.type("+1 (425) 555-0101")
    page.press("Enter")
    page.wait("document.getElementById('target').value")
    page.click("#text")
    page.type("Are you open?")
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages li').length === 1")

    assert [(OTHER_HANDSET, number)] == [(m.sender, m.to) for m in sms.inbox.messages(direction="inbound")]


def test_message_shows_history_records_and_deliveries(open_page, sms, send_text, event_set, topic_with_queue):
    """Beside a chosen message stand its history, each event record, and where the record went."""
    send_text("Chosen", ConfigurationSetName=event_set)
    sms.settle()
    page = open_page(place(HANDSET))

    page.click(BUBBLES)
    page.wait("document.querySelectorAll('#message-detail .event').length === 2")
    page.click("#message-detail .event:last-of-type summary")

    assert ["ACCEPTED", "SUCCESSFUL", "DELIVERED"] == page.texts("#message-detail .timeline b")
    assert ["delivered", "delivered"] == page.texts("#message-detail .chip")
    record = json.loads(page.texts("#message-detail .event[open] pre")[0])
    assert ("TEXT_DELIVERED", True) == (record["eventType"], record["isFinal"])
    assert [f"DELIVERED events/to-sns\n\n{topic_with_queue[0]}"] == page.texts("#message-detail .event[open] .deliveries li")


def test_failed_delivery_is_shown(open_page, sms, send_text, event_set, client, topic_with_queue):
    """A record that its topic refused is shown with the reason."""
    client("sns").delete_topic(TopicArn=topic_with_queue[0])
    message_id = send_text("Lost", ConfigurationSetName=event_set)
    sms.settle()

    page = open_page(place(HANDSET, message_id))
    page.wait("document.querySelector('#message-detail .chip.failed, #message-detail .chip.dead')")

    assert "Topic does not exist" in page.run("document.querySelector('#message-detail .deliveries .why').textContent")


def test_handset_is_told_how_to_behave(open_page, control, sms, send_text):
    """A change of the form changes that one member of the handset, and leaves what a test has set meanwhile."""
    send_text()
    page = open_page(place(HANDSET))
    page.wait("document.querySelector('[name=outcome]').options.length > 1")
    page.wait("document.querySelector('[name=delay_seconds]').value === '0'")
    sms.handset(HANDSET).behave(delay=7)

    page.choose("document.querySelector('[name=outcome]')", "CARRIER_BLOCKED")
    page.wait("document.getElementById('behaves').textContent === 'texts end as CARRIER_BLOCKED, after 7 s'")

    _, behaviour = control("GET", f"handsets/{HANDSET}")
    assert ("CARRIER_BLOCKED", 7) == (behaviour["outcome"], behaviour["delay_seconds"])


@pytest.mark.parametrize(("name", "passed"), [("+1 min", 60), ("+1 h", 3600), ("+1 day", 86400)])
def test_clock_is_advanced(open_page, sms, name, passed):
    """The buttons move virtual time by what they say, and the page shows the new time."""
    page = open_page()
    expected = sms.clock.now + timedelta(seconds=passed)

    page.click(f"[data-seconds='{passed}']")
    page.wait(f"document.getElementById('now').textContent === '{expected:%H:%M:%S %Y-%m-%d}'")

    assert expected == sms.clock.now
    assert [name] == page.texts(f"[data-seconds='{passed}']")


@pytest.mark.parametrize("mode", ["frozen", "running"])
def test_clock_mode_is_changed(open_page, sms, mode):
    """The choice of mode is the clock's."""
    page = open_page()

    page.click(f"#modes label:has([value={mode}])")
    page.wait(f"fetch('clock').then((answer) => answer.json()).then((clock) => clock.mode === '{mode}')")

    assert mode == sms.clock.mode


def test_future_is_shown(open_page, sms, send_text):
    """What is pending is counted and listed, and leads to its message."""
    sms.clock.freeze()
    message_id = send_text("Pending")
    page = open_page()
    page.wait("document.getElementById('future').textContent === '1 pending'")

    page.click("#future")
    page.click("#pending button")

    assert page.wait("document.querySelector('#messages .chosen .bubble').innerText === 'Pending'")
    assert page.run("location.hash").endswith(f"/{message_id}")


def test_search_finds_and_opens_the_message(open_page, send_text):
    """A search leaves the handsets that match, and opens at the message that does."""
    send_text("A needle")
    send_text("Hay")
    send_text("More hay", to=OTHER_HANDSET)
    page = open_page()
    page.wait("document.querySelectorAll('#handsets li').length === 2")

    page.press("/")
    page.type("NEEDLE")
    page.wait("document.querySelectorAll('#handsets li').length === 1")
    page.click("#handsets button")
    page.wait("document.querySelector('#messages .chosen')")

    assert ["A needle"] == page.texts("#messages .chosen .bubble")


def test_costs_are_summed(open_page, sms, control, send_text):
    """The bar shows the total, and the panel its rows by month, channel and country."""
    send_text()
    sms.settle()
    row = control("GET", "costs")[1]["costs"][0]
    page = open_page()

    page.click("#costs")
    page.wait("document.querySelectorAll('#bill tbody tr').length === 1")

    assert [f"${row['total']:.5f}"] == page.texts("#costs")
    assert [row["month"], "sms", "US", "1", "1"] == page.texts("#bill tbody td")[:5]


def test_rules_are_set(open_page, control):
    """The carriers' rules can be written; what is no rule is refused with a sentence, and changes nothing."""
    page = open_page()
    page.click("[popovertarget=settings-panel]")
    page.wait("document.getElementById('rules-text').value === '[]'")

    page.run('document.getElementById(\'rules-text\').value = \'[{"outcome": "SPAM", "match": {"country": "US"}}]\'')
    page.click("#rules button")
    page.wait("document.querySelector('.toast')?.innerText === '1 rule set'")
    page.run("document.getElementById('rules-text').value = '[{'")
    page.click("#rules button")
    page.wait("document.querySelector('.toast.bad')?.innerText.startsWith('The rules are not JSON')")

    assert ["SPAM"] == [rule["outcome"] for rule in control("GET", "carriers/rules")[1]]


def test_account_can_be_put_into_the_sandbox(open_page, sms):
    """The account's tier is the choice's."""
    page = open_page()
    page.click("[popovertarget=settings-panel]")

    page.choose("document.querySelector('[name=tier]')", "SANDBOX")
    page.wait("fetch('account').then((answer) => answer.json()).then((account) => account.tier === 'SANDBOX')")

    assert sms.account().tier == "SANDBOX"


def test_reset_asks_first(open_page, sms, send_text):
    """Reset empties the world, but not without a yes."""
    send_text()
    page = open_page()
    page.wait("document.querySelectorAll('#handsets li').length === 1")

    page.click("#reset")
    page.press("Escape")
    kept = len(sms.inbox.messages())
    page.click("#reset")
    page.click("#reset-dialog [value=reset]")
    page.wait("document.getElementById('welcome').checkVisibility()")

    assert 1 == kept
    assert [] == sms.inbox.messages()


def test_reset_by_a_test_empties_an_open_page(open_page, sms, send_text):
    """A page that is open while another resets the world forgets the old one."""
    send_text("Old")
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 1")

    sms.reset()

    assert page.wait(
        "document.getElementById('welcome').checkVisibility() && !document.querySelector('#handsets li, #messages li')"
    )


def test_deleted_messages_leave_an_open_page(open_page, control, sms, send_text):
    """Messages that another deletes go from the open conversation and from the list; the rest stays."""
    send_text("Deleted")
    sms.handset(HANDSET).reply("Kept")
    send_text("Deleted too", to=OTHER_HANDSET)
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 2")

    control("DELETE", "messages?direction=outbound")
    page.wait("document.querySelectorAll('#messages li').length === 1")

    assert ["Kept"] == page.texts(BUBBLES)
    assert [HANDSET] == page.texts("#handsets .who")


def test_new_texts_are_marked_until_they_are_seen(open_page, send_text):
    """A text for a handset that is not shown counts as new there, and in the title, until the handset is chosen."""
    send_text("Shown")
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 1")

    send_text("Not shown", to=OTHER_HANDSET)
    page.wait("document.title === '(1) Inbox'")
    first = page.texts("#handsets .who, #handsets .unread")
    page.click("#handsets li:first-child button")

    assert [OTHER_HANDSET, "1", HANDSET] == first
    assert page.wait("document.title === 'Inbox' && !document.querySelector('.unread')")


def test_handsets_are_walked_with_arrows(open_page, send_text):
    """Down and Enter open the next handset: no mouse is needed."""
    send_text("First")
    send_text("Second", to=OTHER_HANDSET)
    page = open_page()
    page.wait("document.querySelectorAll('#handsets li').length === 2")

    page.run("document.querySelector('#handsets button').focus()")
    page.press("ArrowDown")
    page.press("Enter")

    assert page.wait(f"document.getElementById('number').textContent === '{HANDSET}'")


def test_many_handsets_come_in_pages(open_page, send_text):
    """Of many handsets the first hundred are listed, and more when asked for."""
    for index in range(130):
        send_text(f"Text {index}", to=f"+1425555{index:04d}")
    page = open_page()
    page.wait("document.querySelectorAll('#handsets li').length === 100")

    page.click("#more-handsets")
    page.wait("document.querySelectorAll('#handsets li').length === 130")

    assert ["Text 129", "Text 0"] == page.run(
        "[...document.querySelectorAll('#handsets .text')].map((n) => n.textContent).filter((t, i) => i % 129 === 0)"
    )
    assert page.run("document.getElementById('more-handsets').hidden")


def test_long_conversation_comes_in_pages(open_page, send_text):
    """Of a long conversation the newest hundred are shown, at the end; earlier ones when asked for."""
    for index in range(130):
        send_text(f"Text {index}")
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 100")
    shown = page.wait(
        "document.getElementById('scroll').scrollTop > 0"
        " && document.querySelector('#messages li:last-child .bubble').innerText"
    )

    page.click("#earlier")
    page.wait("document.querySelectorAll('#messages li').length === 130")

    assert "Text 129" == shown
    assert [f"Text {index}" for index in range(130)] == page.texts(BUBBLES)


def test_old_message_is_found_far_back(open_page, send_text):
    """A link to a message that is older than the newest page opens the conversation as far back as that."""
    message_id = send_text("Oldest")
    for index in range(110):
        send_text(f"Text {index}")

    page = open_page(place(HANDSET, message_id))

    assert page.wait("document.querySelector('#messages .chosen .bubble')?.innerText === 'Oldest'")


def test_flood_keeps_the_page_small(open_page, send_text):
    """A flood into an open conversation leaves the newest rows on the page, and the older within reach."""
    send_text("Before")
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#messages li').length === 1")

    for index in range(450):
        send_text(f"Flood {index}")
    page.wait("document.querySelector('#messages li:last-child .bubble').textContent === 'Flood 449'")
    rows = page.run("document.querySelectorAll('#messages li').length")
    page.click("#earlier")

    assert 400 == rows
    assert page.wait("document.querySelector('#messages li:first-child .bubble').textContent === 'Before'")


def test_new_text_touches_its_own_rows_only(open_page, send_text):
    """What a new text changes on the page is its handset's row and its own; no other is drawn again."""
    for index in range(20):
        send_text(f"Text {index}", to=f"+1425555{index:04d}")
    send_text("Open")
    page = open_page(place(HANDSET))
    page.wait("document.querySelectorAll('#handsets li').length === 21 && document.querySelector('#messages .arrived')")
    page.run(
        """(() => {
            window.touched = new Set();
            new MutationObserver((changes) => {
                for (const { target, addedNodes } of changes)
                    for (const node of [target, ...addedNodes]) {
                        const within = node.parentElement?.closest("#handsets li, #messages li");
                        const row = within ?? (node.matches?.("li") ? node : null);
                        if (row) touched.add(row.textContent.match(/Text \\d+|Open|New/)?.[0]);
                    }
            }).observe(document.querySelector("main"), {
                childList: true, characterData: true, attributes: true, subtree: true,
            });
        })()"""
    )

    send_text("New", to="+14255550003")
    page.wait("document.querySelector('#handsets li .text').textContent === 'New'")

    assert ["New"] == page.run("[...touched]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1100, 1600])
def test_page_fits_every_width(open_page, send_text, width, scheme):
    """At any width, by day and by night, nothing sticks out, and text can be told from its ground."""
    message_id = send_text("A text with a word of more than fifty letters: " + "x" * 80)
    page = open_page(place(HANDSET, message_id), width=width, height=800, scheme=scheme)
    page.wait("document.querySelector('#message-detail .timeline')")
    full_width = "document.documentElement.scrollWidth"
    ground, ink = page.run(
        "(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.documentElement))"
    )

    widths = [page.run(full_width)]
    page.run(f"location.hash = '{place(HANDSET)}'")
    page.wait("document.querySelector('main').dataset.view === 'talk'")
    widths.append(page.run(full_width))
    page.run("location.hash = ''")
    page.wait("document.querySelector('main').dataset.view === 'list'")
    widths.append(page.run(full_width))

    assert [width] * 3 == widths
    assert (_brightness(ground) > _brightness(ink)) == (scheme == "light")
    assert abs(_brightness(ground) - _brightness(ink)) > 150


def _brightness(color):
    return sum(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(",")) / 3


def test_narrow_page_shows_one_thing_at_a_time(open_page, send_text):
    """On a narrow window one goes from the handsets to a conversation, to a message, and back."""
    send_text("Hello")
    page = open_page(width=390)
    visible = """['.list', '.talk', '.detail']
        .filter((name) => document.querySelector(name).checkVisibility({ visibilityProperty: true })).join()"""
    steps = [page.run(visible)]

    for button in ("#handsets button", BUBBLES, "#close-detail", "#back"):
        before = steps[-1]
        page.click(button)
        steps.append(page.wait(f"({visible}) !== '{before}' && {visible}"))

    assert [".list", ".talk", ".detail", ".talk", ".list"] == steps


def test_every_control_has_a_name(open_page, send_text):
    """A screen reader finds a name on every control that can be seen."""
    message_id = send_text("Hello")
    page = open_page(place(HANDSET, message_id))
    page.wait("document.querySelector('#message-detail .timeline')")

    nameless = page.run(
        """[...document.querySelectorAll("button, input, select, textarea, a, summary")]
            .filter((node) => node.checkVisibility())
            .filter((node) => node.tagName === "SELECT" || !node.innerText.trim())
            .filter((node) => !node.ariaLabel && !node.labels?.length)
            .map((node) => node.outerHTML)"""
    )

    assert [] == nameless
