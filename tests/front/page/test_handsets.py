"""The list of handsets, the search, and how a handset behaves."""

import pytest

HANDSET, OTHER_HANDSET = "+14255550100", "+14255550101"


def test_handset_is_told_how_to_behave(open_page, control, sms, send_text, text):
    """A change of the form changes that one member of the handset, and leaves what a test has set meanwhile."""
    send_text()
    page = open_page(HANDSET)
    page.wait("document.querySelector('[name=outcome]').options.length > 1")
    page.wait("document.querySelector('[name=delay_seconds]').value === '0'")
    sms.handset(HANDSET).behave(delay=7)

    page.choose("document.querySelector('[name=outcome]')", "CARRIER_BLOCKED")
    oddities = [text("behaviour.ends-as", outcome="CARRIER_BLOCKED"), text("behaviour.after", seconds=7)]
    page.wait(f"document.getElementById('behaves').textContent === '{text('list.comma').join(oddities)}'")

    _, behaviour = control("GET", f"handsets/{HANDSET}")
    assert ("CARRIER_BLOCKED", 7) == (behaviour["outcome"], behaviour["delay_seconds"])


def test_handset_can_lack_rcs_or_read_it(open_page, control, send_text, text):
    """Two ticks of the form set RCS and its read receipts; a handset without RCS says so beside its number."""
    send_text()
    page = open_page(HANDSET)
    page.wait("document.querySelector('[name=rcs]').checked")

    page.click("[name=reads_rcs]")
    page.click("[name=rcs]")
    page.wait(f"document.getElementById('behaves').textContent === '{text('behaviour.no-rcs')}'")
    page.wait("fetch('handsets/%2B14255550100').then((a) => a.json()).then((handset) => handset.reads_rcs)")

    _, behaviour = control("GET", f"handsets/{HANDSET}")
    assert (False, True) == (behaviour["rcs"], behaviour["reads_rcs"])


@pytest.mark.usefixtures("language")
def test_search_finds_and_opens_the_message(open_page, send_text):
    """A search leaves the handsets that match, and opens at the message that does."""
    send_text("A needle")
    send_text("Hay")
    send_text("More hay", to=OTHER_HANDSET)
    page = open_page(at="#/phones")
    page.wait("document.querySelectorAll('#handsets button').length === 2")

    page.press("/")
    page.type("NEEDLE")
    page.wait("document.querySelectorAll('#handsets button').length === 1")
    page.click("#handsets button")
    page.wait("document.querySelector('#messages .chosen')")

    assert ["A needle"] == page.texts("#messages .chosen .bubble")


def test_new_texts_are_marked_until_they_are_seen(open_page, send_text, text):
    """A text for a handset that is not shown counts as new there, and in the title, until the handset is chosen."""
    send_text("Shown")
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 1")

    send_text("Not shown", to=OTHER_HANDSET)
    page.wait(f"document.title === '(1) {text('nav.phones')}' && document.querySelector('#handsets .unread')")
    first = page.texts("#handsets .who, #handsets .unread")
    page.click("#handsets [role=listitem]:first-child button")

    assert [OTHER_HANDSET, "1", HANDSET] == first
    assert page.wait(f"document.title === '{text('nav.phones')}' && !document.querySelector('.unread')")


@pytest.mark.usefixtures("language")
def test_handsets_are_walked_with_arrows(open_page, send_text):
    """Down and Enter open the next handset: no mouse is needed."""
    send_text("First")
    send_text("Second", to=OTHER_HANDSET)
    page = open_page(at="#/phones")
    page.wait("document.querySelectorAll('#handsets button').length === 2")

    page.wait("document.getElementById('number')")
    page.run("document.querySelector('#handsets button').focus()")
    page.press("ArrowDown")
    page.press("Enter")

    assert page.wait(f"document.getElementById('number').textContent === '{HANDSET}'")


def test_many_handsets_come_as_the_list_is_scrolled(open_page, send_text):
    """Of many handsets those in view are drawn, and the list goes on to the oldest."""
    for index in range(230):
        send_text(f"Text {index}", to=f"+1425555{index:04d}")
    page = open_page(at="#/phones")
    page.wait("document.querySelector('#handsets .text')?.textContent === 'Text 229'")
    drawn = page.run("document.querySelectorAll('#handsets button').length")

    page.wait(
        """(() => {
            const list = document.getElementById("handsets");
            list.scrollTop = list.scrollHeight;
            return [...list.querySelectorAll(".text")].at(-1).textContent === "Text 0";
        })()"""
    )

    assert drawn < 60
