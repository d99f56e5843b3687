"""WhatsApp as the phone shows it: what businesses send, and what the person does with it."""

import base64
import io
import json
import wave

import pytest

from emulator.testing import HANDSET

BUSINESS = "+12065550100"
HOSTILE = '<img src=x onerror="window.pwned=1"> *<b>b</b>* javascript:window.pwned=1'
FORM = {
    "version": "7.0",
    "screens": [
        {
            "id": "FIRST",
            "title": "Appointment",
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextHeading", "text": "When?"},
                    {
                        "type": "RadioButtonsGroup",
                        "name": "time",
                        "label": "Time",
                        "required": True,
                        "data-source": [{"id": "9", "title": "09:00"}, {"id": "10", "title": "10:00"}],
                    },
                    {
                        "type": "Footer",
                        "label": "Next",
                        "on-click-action": {
                            "name": "navigate",
                            "next": {"type": "screen", "name": "LAST"},
                            "payload": {"time": "${form.time}"},
                        },
                    },
                ],
            },
        },
        {
            "id": "LAST",
            "title": "Your name",
            "terminal": True,
            "data": {"time": {"type": "string", "__example__": "9"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextInput", "name": "name", "label": "Name", "required": True},
                    {
                        "type": "Footer",
                        "label": "Book",
                        "on-click-action": {
                            "name": "complete",
                            "payload": {"time": "${data.time}", "name": "${form.name}"},
                        },
                    },
                ],
            },
        },
    ],
}


def interactive(kind, action, **members):
    return {"interactive": {"type": kind, "body": {"text": f"About {kind}"}, "action": action} | members}


def reply(title):
    return {"type": "reply", "reply": {"id": title.lower(), "title": title}}


def sound(seconds=2):
    """A WAV file of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 8000 * seconds)
    return file.getvalue()


@pytest.fixture
def linked(sms):
    """A business that the handset has written to, so that it may write freely; gives its ids."""
    ids = sms.whatsapp.link(BUSINESS, "Example Shop")
    sms.handset(HANDSET).whatsapp("Hello, is anybody there?", to=BUSINESS)
    return ids


@pytest.fixture
def send(client, linked, sms):
    """Sends a message of the Cloud API and has it arrive; gives its row of the inbox."""
    social = client("socialmessaging")

    def send(kind, **members):
        payload = {"messaging_product": "whatsapp", "to": HANDSET, "type": kind} | members
        answer = social.send_whatsapp_message(
            originationPhoneNumberId=linked["phone_number_id"], message=json.dumps(payload).encode(), metaApiVersion="v23.0"
        )
        sms.clock.advance(seconds=10)
        return sms.inbox.messages(message_id=answer["messageId"])[0]

    return send


@pytest.fixture
def open_phone(open_page):
    """Opens the conversation, and waits until one can write in it by WhatsApp."""

    def opened(**window):
        page = open_page(HANDSET, **window)
        page.wait("document.querySelector('.wa-window')")
        return page

    return opened


def rows(sms, direction="inbound"):
    """The messages of the person, newest last, but for the first one."""
    return [message.whatsapp for message in sms.inbox.messages(direction=direction) if message.channel == "whatsapp"][1:]


def bubble(message):
    return f"[data-id='{message.message_id}']"


def test_what_a_business_sends(open_phone, sms, send, put, client, linked, picture):
    """Texts with their marks, places, contacts, pictures, quotes, reactions and failures look as on a phone."""
    s3_url = put("red.png", picture, "image/png").removeprefix("s3://files/")
    file = {"bucketName": "files", "key": s3_url}
    media = client("socialmessaging").post_whatsapp_message_media(
        originationPhoneNumberId=linked["phone_number_id"], sourceS3File=file
    )["mediaId"]
    text = send("text", text={"body": "*Bold* _it_ ~no~ ```x<y``` 2*3*4"})
    image = send("image", image={"id": media, "caption": "A *red* square"})
    place = send("location", location={"latitude": 47.6, "longitude": -122.3, "name": "Desk"})
    people = send(
        "contacts", contacts=[{"name": {"formatted_name": "Ada", "first_name": "Ada"}, "phones": [{"phone": "+1"}]}]
    )
    quoting = send("text", text={"body": "As I said"}, context={"message_id": text.whatsapp.wamid})
    send("reaction", reaction={"message_id": text.whatsapp.wamid, "emoji": "🎉"})
    failed = send("text", text={"body": "x" * 5000})
    page = open_phone()
    page.wait(f'document.querySelector("{bubble(image)} img")?.naturalWidth === 8')

    marked = page.run(f'document.querySelector("{bubble(text)} .bubble").innerHTML')
    assert "<strong>Bold</strong> <em>it</em> <s>no</s> <code>x&lt;y</code> 2*3*4" == marked
    assert ["A", "red"] == page.texts(f"{bubble(image)} :is(.bubble, strong)")[0].split()[:2]
    assert ["Desk\n47.6, -122.3"] == page.texts(f"{bubble(place)} .wa-place > span:last-child")
    assert ["Ada\n+1"] == page.texts(f"{bubble(people)} .wa-people span:last-child")
    assert "*Bold*" in page.texts(f"{bubble(quoting)} .quoted span")[0]
    assert "🎉" in page.texts(f"{bubble(text)} .reactions")[0]
    error = failed.whatsapp.error
    assert page.texts(f"{bubble(failed)} .why")[0].startswith(f"{error['code']} {error['title']} · ")
    assert "Example Shop" in page.texts(".wa-window")[0]
    assert "freely until" in page.texts(".wa-window")[0]


@pytest.mark.usefixtures("language")
def test_buttons_lists_and_cards(open_phone, sms, send):
    """Buttons and rows are tapped, links lead out, codes are copied, orders and places are sent."""
    sections = [{"title": "Morning", "rows": [{"id": "t1", "title": "09:00", "description": "Early"}]}]
    url = {"display_text": "Shop", "url": "https://example.com/shop"}
    buttons = send("interactive", **interactive("button", {"buttons": [reply("Yes"), reply("No")]}, footer={"text": "Foot"}))
    choice = send("interactive", **interactive("list", {"button": "Times", "sections": sections}))
    link = send("interactive", **interactive("cta_url", {"name": "cta_url", "parameters": url}))
    where = send("interactive", **interactive("location_request_message", {"name": "send_location"}))
    product = send("interactive", **interactive("product", {"catalog_id": "c1", "product_retailer_id": "shoe"}))
    cards = [
        {"header": {"type": "image", "image": {"link": "https://example.com/x.png"}}, "body": {"text": f"Card {n}"},
         "action": {"name": "cta_url", "parameters": url}}
        for n in range(3)
    ]  # fmt: skip
    carousel = send("interactive", **interactive("carousel", {"cards": cards}))
    page = open_phone()

    page.click(f"{bubble(buttons)} .wa-buttons button")
    page.wait("document.querySelectorAll('#messages .inbound').length === 2")
    page.click(f"{bubble(choice)} [data-type=list]")
    page.click("#list-sheet [name=row]")
    page.click("#list-sheet .primary")
    page.wait("document.querySelectorAll('#messages .inbound').length === 3")
    page.click(f"{bubble(where)} [data-type=send_location]")
    page.click("#location-sheet .primary")
    page.wait("document.querySelectorAll('#messages .inbound').length === 4")
    page.click(f"{bubble(product)} [data-type=product]")
    page.click("#order-sheet .primary")
    page.wait("document.querySelector('#messages .wa-order')")

    tapped, row, place, order = rows(sms)
    assert "yes" == tapped.payload["interactive"]["button_reply"]["id"]
    assert "t1" == row.payload["interactive"]["list_reply"]["id"]
    assert where.whatsapp.wamid == place.payload["context"]["id"]
    assert [("shoe", 1)] == [(x["product_retailer_id"], x["quantity"]) for x in order.payload["order"]["product_items"]]
    assert "https://example.com/shop" == page.run(f'document.querySelector("{bubble(link)} a.button").href')
    assert [f"Card {n}" for n in range(3)] == page.texts(f"{bubble(carousel)} .card-text")
    assert ["Foot"] == page.texts(f"{bubble(buttons)} .wa-footer")


@pytest.mark.usefixtures("language")
def test_a_flow_is_filled_and_submitted(open_phone, sms, client, linked, send):
    """The screens of a flow are forms; what was filled in comes back as one answer."""
    social = client("socialmessaging")
    flow = social.create_whatsapp_flow(id=linked["id"], flowName="book", categories=["OTHER"])["flowId"]
    social.update_whatsapp_flow_assets(id=linked["id"], flowId=flow, flowJson=json.dumps(FORM).encode())
    social.publish_whatsapp_flow(id=linked["id"], flowId=flow)
    parameters = {"flow_message_version": "3", "flow_cta": "Book now", "flow_id": flow, "flow_token": "t"}
    message = send("interactive", **interactive("flow", {"name": "flow", "parameters": parameters}))
    page = open_phone()

    page.click(f"{bubble(message)} [data-type=flow]")
    page.click("#flow-sheet [value='10']")
    page.click("#flow-sheet .primary")
    page.wait("document.getElementById('flow-sheet-title').innerText === 'Your name'")
    page.click("#flow-sheet [name=name]")
    page.type("Ada")
    page.click("#flow-sheet .primary")
    page.wait("document.querySelectorAll('#messages .inbound').length === 2")

    answered = json.loads(rows(sms)[-1].payload["interactive"]["nfm_reply"]["response_json"])
    assert {"flow_token": "t", "time": "10", "name": "Ada"} == answered
    assert not page.run("document.getElementById('flow-sheet')")


def test_what_the_person_does(open_phone, sms, send, number, picture, text):
    """One writes, sends files, notes, places and contacts, edits, deletes, reacts, reads, and changes to SMS and back."""
    received = send("text", text={"body": "How can I help?"})
    page = open_phone()
    page.wait(f"document.getElementById('target').value === 'whatsapp:{BUSINESS}'")

    def inbound(count):
        page.wait(f"document.querySelectorAll('#messages .inbound').length === {count}")

    page.click("#text")
    page.type("Twoo shoes")
    page.press("Enter")
    inbound(2)
    for element, name, kind, content in (
        ("wa-file", "a.png", "image/png", picture),
        ("wa-voice", "n.wav", "audio/wav", sound()),
    ):
        data = json.dumps(base64.b64encode(content).decode())
        page.run(
            f"""(() => {{
                const transfer = new DataTransfer();
                const bytes = Uint8Array.from(atob({data}), (c) => c.charCodeAt(0));
                transfer.items.add(new File([bytes], "{name}", {{ type: "{kind}" }}));
                document.getElementById("{element}").files = transfer.files;
                document.getElementById("{element}").dispatchEvent(new Event("change", {{ bubbles: true }}));
            }})()"""
        )
        page.wait(f"document.querySelector('#messages {'img' if kind.startswith('image') else '.voice-note'}')")
    page.wait("document.querySelector('.voice-note .length').innerText === '0:02'")
    page.click("#wa-attach")
    page.click("[data-send=contact]")
    page.click("#contact-sheet [name=name]")
    page.type("Ada")
    page.click("#contact-sheet .primary")
    inbound(5)
    own = next(message for message in sms.inbox.messages(direction="inbound") if message.body == "Twoo shoes")
    page.hover(f"{bubble(own)} .bubble")
    page.click(f"{bubble(own)} [data-act=edit]")
    page.run("document.querySelector('#edit-sheet textarea').select()")
    page.type("Two shoes")
    page.click("#edit-sheet .primary")
    page.wait(f"document.querySelector(\"{bubble(own)} .wa-footer\")?.innerText === '{text('whatsapp.edited')}'")
    edited = page.texts(f"{bubble(own)} .bubble")[0]
    page.click(f"{bubble(own)} [data-act=delete]")
    page.wait(f'document.querySelector("{bubble(own)} .gone")')
    page.click(f"{bubble(received)} [data-act=react]")
    page.click(f"{bubble(received)} .emojis button")
    page.wait(f'document.querySelector("{bubble(received)} .reactions")')
    page.click(f"{bubble(received)} [data-act=read]")
    page.wait(f"document.querySelector(\"{bubble(received)}\").classList.contains('read')")

    kinds = [row.kind for row in rows(sms)]
    assert ["text", "image", "audio", "contacts", "edit", "revoke", "reaction"] == kinds
    assert edited.startswith("Two shoes")
    assert rows(sms)[2].payload["audio"]["voice"] is True
    assert "READ" == sms.inbox.messages(message_id=received.message_id)[0].status


@pytest.mark.usefixtures("language")
def test_one_number_by_sms_and_whatsapp(open_page, sms, number):
    """Where a number takes both, the composer switches between texts and WhatsApp."""
    sms.whatsapp.link(number, "Both")
    sms.handset(HANDSET).whatsapp("By WhatsApp", to=number)
    page = open_page(HANDSET)

    page.click("[data-channel=sms]")
    page.click("#text")
    page.type("By SMS")
    page.press("Enter")
    page.wait("document.querySelectorAll('#messages .inbound').length === 2")
    page.click("[data-channel=whatsapp]")
    page.wait("document.querySelector('.wa-window')")

    assert ["whatsapp", "sms"] == [message.channel for message in sms.inbox.messages(direction="inbound")]


@pytest.fixture
def call_handset(client, linked, send, sms):
    """Calls the handset by WhatsApp, which it has allowed; gives the call's id."""
    social = client("socialmessaging")
    social.update_linked_whatsapp_business_account_phone_number(
        id=linked["phone_number_id"], callSettings={"callEnabled": True}
    )
    send("interactive", **interactive("call_permission_request", {"name": "call_permission_request"}))
    sms.handset(HANDSET).tap("Always allow")
    sms.clock.freeze()
    event = {"messaging_product": "whatsapp", "action": "connect", "to": HANDSET}
    event["session"] = {"sdp_type": "offer", "sdp": "v=0"}

    def call():
        return social.send_whatsapp_call_event(
            originationPhoneNumberId=linked["phone_number_id"], metaApiVersion="v23.0", callEvent=json.dumps(event).encode()
        )["callId"]

    return call


@pytest.mark.usefixtures("language")
def test_calls_are_taken_and_ended(open_phone, call_handset):
    """A call of the business is answered and hung up, the next is declined; one's own is ended while it rings."""
    page = open_phone()

    call_handset()
    page.click("[data-call=answer]")
    page.wait("document.querySelector('.wa-call[data-status=connected]')")
    page.click("[data-call=hangup]")
    page.wait("!document.querySelector('.wa-call')")
    call_handset()
    page.wait("document.querySelector('[data-call=answer]')")
    page.click("[data-call=hangup]")
    page.wait("!document.querySelector('.wa-call')")
    page.click("#call-business:enabled")
    page.wait("document.querySelector('.wa-call[data-status=ringing]')")
    page.click("[data-call=hangup]")

    assert page.wait("!document.querySelector('.wa-call') && document.querySelector('#call-business:enabled')")


def test_codes_are_copied_and_markup_is_inert(open_phone, sms, send, client, linked):
    """The code of an authentication template is copied by one click; nothing that a business sends runs."""
    definition = {
        "name": "login", "language": "en_US", "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]},
        ],
    }  # fmt: skip
    made = client("socialmessaging").create_whatsapp_message_template(
        id=linked["id"], templateDefinition=json.dumps(definition).encode()
    )
    sms.whatsapp.decide(made["metaTemplateId"], "APPROVED")
    given = [{"type": "text", "text": "J$8K1"}]
    components = [
        {"type": "body", "parameters": given},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": given},
    ]
    code = send("template", template={"name": "login", "language": {"code": "en_US"}, "components": components})
    send("text", text={"body": HOSTILE})
    sections = [{"title": "<b>t</b>", "rows": [{"id": "x", "title": "<img src=x>", "description": HOSTILE[:60]}]}]
    listed = send(
        "interactive", **interactive("list", {"button": "<i>l</i>", "sections": sections}, footer={"text": HOSTILE[:50]})
    )
    send("contacts", contacts=[{"name": {"formatted_name": HOSTILE, "first_name": HOSTILE}}])
    send("location", location={"latitude": 1, "longitude": 2, "name": HOSTILE})
    sms.handset(HANDSET).whatsapp(
        to=BUSINESS, type="document",
        document={"data": base64.b64encode(b"<script>").decode(), "mime_type": "text/html", "filename": HOSTILE},
    )  # fmt: skip
    page = open_phone()
    page.run("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")

    page.click(f"{bubble(code)} .bubble button.code")
    assert "J$8K1" == page.wait("window.copied")
    page.run("window.copied = null")
    page.click(f"{bubble(code)} [data-type=copy_code]")
    assert "J$8K1" == page.wait("window.copied")
    page.click(f"{bubble(listed)} [data-type=list]")
    page.wait("document.querySelector('#list-sheet[open]')")
    assert not page.run("document.querySelector('main :is(img, script, iframe, b b)')")
    assert not page.run("window.pwned")


SHOWN = "getComputedStyle(document.querySelector('{} .wa-actions')).opacity === '1'"


@pytest.mark.usefixtures("language")
def test_actions_are_reached_by_mouse_and_keyboard(open_phone, send):
    """What can be done with a message shows where the mouse is, and to the keyboard, which reacts and goes back."""
    first, second = (send("text", text={"body": body}) for body in ("First", "Second"))
    page = open_phone()

    page.hover(f"{bubble(first)} .bubble")
    page.wait(SHOWN.format(bubble(first).replace("'", '"')))
    assert not page.run(SHOWN.format(bubble(second).replace("'", '"')))
    page.run(f'document.querySelector("{bubble(second)} .meta").focus()')
    page.press("Tab")
    page.press("Enter")
    page.wait("document.activeElement.closest('.emojis')")
    page.press("Escape")
    page.wait("document.activeElement.dataset.act === 'react' && !document.querySelector('.emojis')")
    page.press("Enter")
    page.wait("document.activeElement.closest('.emojis')")
    page.press("Tab")
    page.press("Enter")

    assert "❤" in page.wait(f'document.querySelector("{bubble(second)} .reactions")?.innerText')
    assert page.run("document.activeElement.dataset.act === 'react'")


def test_actions_are_there_for_fingers(open_phone, send):
    """Without a mouse they are always shown, on one line with the status, and large enough."""
    message = send("text", text={"body": "Hello"})
    page = open_phone(width=390, height=800)
    page.touch()
    page.wait(SHOWN.format(bubble(message).replace("'", '"')))

    height, *buttons = page.run(
        f"""(() => {{
            const sizes = (nodes) => [...nodes].map((node) => node.getBoundingClientRect());
            const foot = document.querySelector("{bubble(message)} .foot");
            const buttons = sizes(foot.querySelectorAll("[data-act]"));
            return [sizes([foot])[0].height, ...buttons.map((box) => Math.min(box.width, box.height))];
        }})()"""
    )
    assert height < 40
    assert len(buttons) == 2
    assert min(buttons) >= 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_readable(open_phone, sms, send, scheme):
    """At 390 px nothing sticks out, every control has a name, and every text of WhatsApp a contrast of 4.5 : 1."""
    send(
        "interactive",
        **interactive("button", {"buttons": [reply("A rather long one 12"), reply("No")]}, footer={"text": "F"}),
    )
    first = send("text", text={"body": "x" * 120})
    sms.handset(HANDSET).whatsapp(
        to=BUSINESS, type="text", text={"body": "Y " * 90}, context={"from": "1", "id": first.whatsapp.wamid}
    )
    sms.handset(HANDSET).react("👍")
    page = open_phone(width=390, height=800, scheme=scheme)
    page.wait("document.querySelector('.quoted') && document.querySelector('.wa-window.open')")

    faults = page.run(
        """(() => {
            const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
            const paint = (colors) => {
                canvas.clearRect(0, 0, 1, 1);
                for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
                const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
                const light = (v) => (v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                const linear = [r, g, b].map((v) => light(v / 255));
                return .2126 * linear[0] + .7152 * linear[1] + .0722 * linear[2];
            };
            const grounds = (node) => (node ? [...grounds(node.parentElement), getComputedStyle(node).backgroundColor] : []);
            const bad = [];
            for (const node of document.querySelectorAll("#messages *, .composer *")) {
                if (node.getBoundingClientRect().right > innerWidth + 1) bad.push(["wide", node.outerHTML.slice(0, 150)]);
                if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
                const under = grounds(node);
                const [one, other] = [paint(under), paint([...under, getComputedStyle(node).color])].sort((a, b) => b - a);
                if ((one + .05) / (other + .05) < 4.5) bad.push([(one + .05) / (other + .05), node.outerHTML.slice(0, 150)]);
            }
            for (const node of document.querySelectorAll("#messages button, .composer :is(button, input, select, textarea)"))
                if (!node.innerText.trim() && !node.ariaLabel && !node.labels?.length)
                    bad.push(["nameless", node.outerHTML]);
            return bad;
        })()"""
    )

    assert [] == faults
    assert 390 == page.run("document.documentElement.scrollWidth")
