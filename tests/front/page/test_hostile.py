"""Nothing that comes from outside runs: a corpus of markup in every field, through every view."""

import json
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

CORPUS = (
    '<img src=x onerror="window.pwned=1">',
    '"><svg/onload=window.pwned=1>',
    "<script>window.pwned=1</script>",
    "javascript:window.pwned=1",
    '</textarea><iframe srcdoc="<script>parent.pwned=1</script>">',
    "{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1}",
    "<a href='javascript:window.pwned=1'>x</a>",
    "<math><mi//xlink:href=data:x,<script>window.pwned=1</script>",
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned=1'><script>window.pwned=1</script></svg>"
ADDRESSES = (
    "#/messages", "#/messages/{message}", "#/messages/{message}?tab=timeline", "#/messages/{message}?tab=events",
    "#/messages/{message}?tab=json", "#/phones/{handset}", "#/phones/{handset}/{rich}", "#/requests",
    "#/requests/{request}?tab=request", "#/events", "#/events/1", "#/world/console", "#/messages?q={markup}",
    "#/requests?contains={markup}", "#/{markup}", "#/phones/{markup}/{markup}", "#/messages/x?tab={markup}",
)  # fmt: skip
INERT = """(() => [...document.querySelectorAll("body *")].filter((node) =>
    node.matches("script, iframe, object, embed, base, form[action], [srcdoc]") ||
    [...node.attributes].some(({ name, value }) => name.startsWith("on") || /^\\\\s*javascript:/i.test(value)) ||
    (node.matches("img, svg, math") && !node.closest(".card, .bubble, .bar, .frame > *"))
).map((node) => node.outerHTML.slice(0, 200)))()"""


@pytest.fixture
def hostile(control, sms_client, send_text, send_rcs, event_set, put):
    """Markup wherever a test or a phone can put it; returns the ids of what has it."""
    everything = " ".join(CORPUS)
    control("PUT", f"handsets/{HANDSET}", {"carrier": everything, "description": CORPUS[0], "outcome": "UNREACHABLE"})
    message = send_text(everything, ConfigurationSetName=event_set, Context={CORPUS[1]: CORPUS[0]})
    for markup in CORPUS:
        send_text(markup)
    card = {
        "Title": CORPUS[0],
        "Description": CORPUS[2],
        "Media": {"FileUrl": put("x.svg", SVG, "image/svg+xml"), "Height": "SHORT"},
        "Suggestions": [{"Reply": {"Text": CORPUS[0][:25], "PostbackData": CORPUS[1]}}],
    }
    control("PUT", f"handsets/{HANDSET}", {"outcome": None})
    rich = send_rcs({"RichCard": {"CardOrientation": "VERTICAL", "CardContent": card}})
    agent = control("GET", f"messages/{rich}")[1]["from"]
    control("POST", f"handsets/{HANDSET}/messages", {"to": agent, "body": everything})
    control("PUT", "opt-outs/Default/" + HANDSET)
    with pytest.raises(ClientError):
        send_text(everything)
    request = control("GET", "requests?refused=true")[1]["requests"][0]["request_id"]
    return {
        "message": message,
        "handset": quote(HANDSET),
        "rich": rich,
        "request": request,
        "markup": quote(CORPUS[0], safe=""),
    }


def test_markup_is_inert_in_every_view(open_page, hostile):
    """Whatever the view, markup is text: nothing of it becomes an element, an attribute or an address, and nothing runs."""
    page = open_page(refused=2)
    made = []
    for address in ADDRESSES:
        page.run(f"location.hash = {json.dumps(address.format(**hostile))}")
        page.run("new Promise((resolve) => setTimeout(resolve, 150))")
        made += [(address, node) for node in page.run(INERT)]

    assert [] == made
    assert page.run("window.pwned === undefined")


def test_files_with_markup_are_never_run(open_page, control, sms, agent):
    """HTML that a phone sends is offered for download; an SVG is a picture, in which scripts do not run."""
    sms.handset(HANDSET).send_file(
        b"<script>opener.pwned=1;parent.pwned=1</script>", f"{CORPUS[0]}.html", "text/html", agent
    )
    sms.handset(HANDSET).send_file(SVG, "x.svg", "image/svg+xml", agent)
    page = open_page(HANDSET)
    page.wait("document.querySelectorAll('#messages li').length === 2")
    page.wait("document.querySelector('#messages img, #messages li:last-child .file')")

    assert page.run("window.pwned === undefined && !document.querySelector('main :is(iframe, object, embed, script)')")
    assert page.run("[...document.querySelectorAll('.file[href]')].every((link) => link.hasAttribute('download'))")
