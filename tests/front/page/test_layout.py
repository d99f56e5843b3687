"""The page at every width, by day and by night, and with a screen reader."""

import urllib.parse

import pytest

from emulator.testing import HANDSET

BUBBLES = "#messages .bubble"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 800, 1100, 1600])
def test_page_fits_every_width(open_page, send_text, width, scheme):
    """At any width, in light and dark, nothing overflows, and text has enough contrast."""
    message_id = send_text("A text with a word of more than fifty letters: " + "x" * 80)
    page = open_page(HANDSET, message_id, width=width, height=800, scheme=scheme)
    page.wait("document.querySelector('#message-detail .timeline')")
    full_width = "document.documentElement.scrollWidth"
    ground, ink = page.run(
        "(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.documentElement))"
    )

    widths = [page.run(full_width)]
    page.run(f"location.hash = '#/phones/{urllib.parse.quote(HANDSET)}'")
    page.wait("document.querySelector('[data-shown]').dataset.shown === 'talk'")
    widths.append(page.run(full_width))
    page.run("location.hash = ''")
    page.wait("document.querySelector('[data-shown]').dataset.shown === 'list'")
    widths.append(page.run(full_width))
    page.run("location.hash = '#/world/console'")
    page.wait("document.querySelector('#console-sent p')")
    widths.append(page.run(full_width))

    assert [width] * 4 == widths
    assert (_brightness(ground) > _brightness(ink)) == (scheme == "light")
    assert abs(_brightness(ground) - _brightness(ink)) > 150


@pytest.mark.parametrize("width", [360, 1600])
def test_every_channel_fits(open_page, put, picture, send_rcs, dial, width):
    """Pictures, cards, suggestions and calls stay within the conversation, however narrow; only a carousel is wider."""
    wide = put("red.png", picture, "image/png")
    card = {"Title": "Shoes " * 20, "Description": "x" * 90, "Media": {"FileUrl": wide, "Height": "SHORT"}}
    suggestions = [{"Reply": {"Text": f"Answer with number {n}", "PostbackData": str(n)}} for n in range(9)]
    horizontal = {"CardOrientation": "HORIZONTAL", "ThumbnailImageAlignment": "RIGHT", "CardContent": card}
    send_rcs({"RichCard": horizontal}, suggestions)
    send_rcs({"Carousel": {"CardWidth": "MEDIUM", "CardContents": [card] * 5}})
    dial("word " * 60)
    page = open_page(HANDSET, width=width, height=800)
    page.wait("document.querySelectorAll('#messages li').length === 3")
    page.wait("[...document.querySelectorAll('#messages img')].filter((image) => image.naturalWidth === 8).length === 6")

    sticking_out = page.run(
        """(() => {
            const end = document.getElementById("messages").getBoundingClientRect().right + 1;
            return [...document.querySelectorAll("#messages *")]
                .filter((node) => !node.parentElement.closest(".carousel") && node.getBoundingClientRect().right > end)
                .map((node) => node.outerHTML.slice(0, 200));
        })()"""
    )

    assert [] == sticking_out
    assert width == page.run("document.documentElement.scrollWidth")
    assert page.run("(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(document.querySelector('.carousel'))")


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


def test_every_control_has_a_name(open_page, sms, send_text, send_rcs, put, picture, dial):
    """A screen reader finds a name on every control that can be seen, and on every picture; in the console too."""
    send_rcs(
        {"FileMessage": {"FileUrl": put("red.png", picture, "image/png")}}, [{"Reply": {"Text": "A", "PostbackData": "a"}}]
    )
    message_id = send_text("Hello")
    sms.clock.freeze()
    dial()
    sms.clock.advance(seconds=2)
    sms.handset(HANDSET).pick_up()
    page = open_page(HANDSET, message_id)
    page.wait("document.querySelector('#message-detail .timeline') && document.querySelector('.keypad').checkVisibility()")
    nameless = """[...document.querySelectorAll("button, input, select, textarea, a, summary, img")]
        .filter((node) => node.checkVisibility())
        .filter((node) => node.tagName === "SELECT" || !node.innerText.trim())
        .filter((node) => !node.ariaLabel && !node.labels?.length && !node.alt)
        .map((node) => node.outerHTML)"""

    found = page.run(nameless)
    page.run("location.hash = '#/world/console'")
    page.wait("document.querySelector('#console-sent p')")

    assert [] == found + page.run(nameless)
