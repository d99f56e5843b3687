"""Every view in both themes and languages: nothing overflows, nothing is without a name, and contrast is enough."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

AXE = Path(__file__).parents[3] / ".clients" / "js" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (390, 900, 1400, 2560)
VIEWS = {
    "#/messages": ".message-row",
    "#/messages/{message}": "#detail-tabs",
    "#/messages/{message}?tab=timeline": ".timeline",
    "#/messages/{message}?tab=events": ".event",
    "#/messages/{message}?tab=json": "pre",
    "#/messages/{message}?tab=handset": "#behaviour",
    "#/phones": "#handsets [role=listitem]",
    "#/phones/{handset}": ".ghost",
    "#/phones/{handset}/{message}": "#detail-tabs",
    "#/requests": ".request-row",
    "#/requests/{refused}": "#hint",
    "#/events": ".event-row",
    "#/events/1": "#event-detail",
    "#/world/wizard": "#wizard",
    "#/world/account": "#account-form",
    "#/world/numbers": "#all-numbers",
    "#/world/pools": "#no-pools",
    "#/world/senders": "#no-senders",
    "#/world/sets": "#all-sets",
    "#/world/opt-outs": "#all-opt-outs td",
    "#/world/protect": "#no-protect",
    "#/world/registrations": "#no-registrations",
    "#/world/brands": "#no-brands",
    "#/world/verified": "#no-verified",
    "#/world/whatsapp": "#link-form",
    "#/world/devices": "#all-devices",
    "#/world/faults": "#faults-form",
    "#/world/spend": "#all-limits li",
    "#/world/costs": "#bill td",
    "#/world/pending": "#all-pending",
    "#/world/rules": "#rules-form",
    "#/world/console": "#console-sent",
}
"""The address of each view, and what shows that it is complete."""


@pytest.fixture
def addresses(control, sms_client, send_text, send_rcs, event_set, put, picture, dial):
    """One of everything; returns the addresses of the views with the ids of what there is."""
    card = {"Title": "Shoes", "Media": {"FileUrl": put("red.png", picture, "image/png"), "Height": "SHORT"}}
    send_rcs(
        {"Carousel": {"CardWidth": "MEDIUM", "CardContents": [card] * 3}}, [{"Reply": {"Text": "Yes", "PostbackData": "1"}}]
    )
    dial()
    control("PUT", f"handsets/{HANDSET}", {"outcome": "UNREACHABLE"})
    send_text("A failure with a word of more than fifty letters: " + "x" * 80)
    control("PUT", f"handsets/{HANDSET}", {"outcome": None})
    message = send_text("Your code is 482913", ConfigurationSetName=event_set)
    control("PUT", f"opt-outs/Default/{HANDSET}")
    with pytest.raises(ClientError):
        send_text("Refused")
    control("POST", "settle", {})
    refused = control("GET", "requests?refused=true")[1]["requests"][0]["request_id"]
    names = {"message": message, "handset": quote(HANDSET), "refused": refused}
    return {address.format(**names): shown for address, shown in VIEWS.items()}


@pytest.mark.parametrize(("scheme", "language", "checked"), [("light", "en", 1400), ("dark", "ja", 390)])
def test_every_view_is_accessible_at_every_width(open_page, addresses, scheme, language, checked):
    """axe-core finds nothing, and no view is wider than its window, from 390 to 2,560 pixels."""
    page = open_page(at="#/messages", scheme=scheme)
    page.choose("document.querySelector('[name=language]')", language)
    page.wait(f"document.documentElement.lang === '{language}'")
    if AXE.exists():
        page.run(AXE.read_text(encoding="utf-8") + "; 0")
    faults = {}
    for address, shown in addresses.items():
        page.run(f"location.hash = {json.dumps(address)}")
        page.wait(f"document.querySelector({json.dumps(f'#content {shown}')})")
        for width in WIDTHS:
            page.shape(width, 900, scheme)
            if (wide := page.run("document.documentElement.scrollWidth")) != width:
                faults["too wide", width] = (address, wide)
            if AXE.exists() and width == checked:
                faults |= {(rule, target): (address, width, summary) for rule, target, summary in _violations(page)}

    assert not faults, "\n".join(map(str, faults.items()))


def _violations(page):
    found = page.run(f"axe.run({{ runOnly: {json.dumps(RULES)} }}).then(({{ violations }}) => violations)")
    return [(fault["id"], node["target"][0], node["failureSummary"]) for fault in found for node in fault["nodes"]]
