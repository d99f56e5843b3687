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


def test_a_wide_window_shows_the_phone_itself(open_page, send_text):
    """With room for it a phone has a frame, in the middle of its column; whoever writes in it is told who they are."""
    send_text("Hello")
    page = open_page(HANDSET, width=1400)
    page.wait("document.querySelector('.phone .composer')")
    frame = """(() => {
        const [phone, talk] = [".phone", ".talk"].map((name) => document.querySelector(name));
        const [inner, outer] = [phone, talk].map((node) => node.getBoundingClientRect());
        const { borderLeftWidth: border, borderTopLeftRadius: corner } = getComputedStyle(phone);
        return {
            hasFrame: parseFloat(border) > 5 && parseFloat(corner) > 20,
            isCentred: Math.abs(inner.left - outer.left - (outer.right - inner.right)) < 2,
            isInside: inner.top >= outer.top && inner.bottom <= outer.bottom && outer.bottom <= innerHeight,
            fills: inner.width === outer.width,
            width: inner.width,
        };
    })()"""
    plain = page.run(frame)
    framed = {}
    for width in (1500, 1920, 2560):
        page.shape(width)
        framed[width] = page.run(frame)

    assert (False, True) == (plain["hasFrame"], plain["fills"])
    for width, shown in framed.items():
        assert (True, True, True) == (shown["hasFrame"], shown["isCentred"], shown["isInside"]), width
    assert framed[1920]["width"] == framed[2560]["width"] < 800
    assert [f"You are {HANDSET}."] == page.texts(".talk-head .hint")


def test_a_device_is_not_a_phone_number(open_page):
    """What has no number, such as a push token, is shown as a device: nobody is told to be that number."""
    page = open_page("token-1")
    page.wait("document.getElementById('no-messages')")

    assert "You are" not in page.texts(".talk-head")[0]
    assert not page.run("document.querySelector('.composer #text:enabled')")


@pytest.mark.parametrize("width", [1400, 390])
def test_the_composer_has_its_place_before_it_is_there(open_page, send_text, width):
    """Nothing moves away under the pointer when the composer, which is loaded last, appears."""
    send_text()
    page = open_page(HANDSET, width=width)
    box = "document.getElementById('scroll').clientHeight"

    with_composer = page.run(box)
    page.run("document.getElementById('composer').remove()")

    assert abs(with_composer - page.run(box)) <= 1
