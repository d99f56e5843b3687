"""Many messages: they come in pages, and the page stays small."""

from emulator.testing import HANDSET

BUBBLES = "#messages .bubble"


def test_long_conversation_comes_in_pages(open_page, send_text):
    """Of a long conversation the newest hundred are shown, at the end; earlier ones when asked for."""
    for index in range(130):
        send_text(f"Text {index}")
    page = open_page(HANDSET)
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

    page = open_page(HANDSET, message_id)

    assert page.wait("document.querySelector('#messages .chosen .bubble')?.innerText === 'Oldest'")


def test_scrolling_up_a_little_leaves_the_end(open_page, send_text):
    """A conversation scrolled up by a line stays there when a text arrives; back at its end, it follows new texts."""
    for index in range(30):
        send_text(f"Text {index}")
    page = open_page(HANDSET)
    box = "document.getElementById('scroll')"
    left = f"{box}.scrollHeight - {box}.scrollTop - {box}.clientHeight"
    rows = "document.querySelectorAll('#messages li').length"
    page.wait(f"{rows} === 30 && {box}.scrollTop > 0 && {left} === 0")

    page.run(f"{box}.scrollTop -= 15")
    page.run("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    send_text("Below")
    page.wait(f"{rows} === 31")
    kept = page.run(left)
    page.run(f"{box}.scrollTop = {box}.scrollHeight")
    page.run("new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))")
    send_text("Followed")

    assert kept > 15
    assert page.wait(f"{rows} === 32 && {left} === 0")


def test_flood_keeps_the_page_small(open_page, send_text):
    """A flood into an open conversation leaves the newest rows on the page, and the older within reach."""
    send_text("Before")
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 1")

    for index in range(450):
        send_text(f"Flood {index}")
    page.wait("document.querySelector('#messages li:last-child .bubble').textContent === 'Flood 449'")
    rows = page.run("document.querySelectorAll('#messages li').length")
    page.click("#earlier")

    assert 400 == rows
    assert page.wait("document.querySelector('#messages li:first-child .bubble').textContent === 'Before'")


def test_new_text_touches_its_own_rows_only(open_page, send_text):
    """A new text redraws its handset's row and its own, and no other."""
    for index in range(20):
        send_text(f"Text {index}", to=f"+1425555{index:04d}")
    send_text("Open")
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#handsets button').length === 21 && document.querySelector('#messages .arrived')")
    page.run(
        """(() => {
            window.touched = new Set();
            new MutationObserver((changes) => {
                for (const { target, addedNodes } of changes)
                    for (const node of [target, ...addedNodes]) {
                        const within = node.parentElement?.closest("#handsets [role=listitem], #messages li");
                        const row = within ?? (node.matches?.("li") ? node : null);
                        if (row) touched.add(row.textContent.match(/Text \\d+|Open|New/)?.[0]);
                    }
            }).observe(document.querySelector("main"), {
                childList: true, characterData: true, attributes: true, subtree: true,
            });
        })()"""
    )

    send_text("New", to="+14255550003")
    page.wait("document.querySelector('#handsets [role=listitem] .text').textContent === 'New'")

    assert ["New"] == page.run("[...touched]")
