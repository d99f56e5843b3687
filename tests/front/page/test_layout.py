"""The page at every width, by day and by night, and with a screen reader."""

import pytest

from emulator.testing import HANDSET

BUBBLES = "#messages .bubble"


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


def test_narrow_page_shows_one_thing_at_a_time(open_page, send_text):
    """On a narrow window one goes from the handsets to a conversation, to a message, and back."""
    send_text("Hello")
    page = open_page(at="#/phones", width=390)
    visible = """['.list', '.talk', '.detail']
        .filter((name) => document.querySelector(name)?.checkVisibility({ visibilityProperty: true })).join()"""
    steps = [page.wait(visible)]

    for button in ("#handsets button", BUBBLES, "#close-detail", "#back"):
        before = steps[-1]
        page.click(button)
        steps.append(page.wait(f"({visible}) !== '{before}' && {visible}"))

    assert [".list", ".talk", ".detail", ".talk", ".list"] == steps
