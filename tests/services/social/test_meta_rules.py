"""What Meta decides by settings and by the account: pacing, caps, Direct Send, prices, codes by recipient."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms
from emulator.testing import HANDSET

from .conftest import ABROAD, BUSINESS

PLAIN = [{"type": "BODY", "text": "Our shop has moved."}]
REPLY = {"type": "reply", "reply": {"id": "yes", "title": "Yes"}}


class Shop:
    """A linked account with the template `news`, in a world with limits of its own."""

    def __init__(self, sms, category="MARKETING", components=PLAIN, phone_number=BUSINESS):
        self.sms = sms
        self.client = boto3.client("socialmessaging", region_name="us-east-1")
        self.linked = sms.whatsapp.link(phone_number, "Shop")
        definition = {"name": "news", "language": "en", "category": category, "components": components}
        answer = self.client.create_whatsapp_message_template(
            id=self.linked["id"], templateDefinition=json.dumps(definition).encode()
        )
        self.template = answer["metaTemplateId"]
        sms.whatsapp.decide(self.template, "APPROVED")

    def send(self, to=ABROAD, **members):
        """Send the template, or a message given by its members, and return its id."""
        template = {"type": "template", "template": {"name": "news", "language": {"code": "en"}}}
        blob = {"messaging_product": "whatsapp", "to": to} | (members or template)
        answer = self.client.send_whatsapp_message(
            originationPhoneNumberId=self.linked["phone_number_id"],
            message=json.dumps(blob).encode(),
            metaApiVersion="v23.0",
        )
        return answer["messageId"]

    def result(self, message_id):
        """Return the status of a message with Meta's code, after ten seconds."""
        self.sms.clock.advance(seconds=10)
        (found,) = self.sms.inbox.messages(message_id=message_id)
        return found.status, found.whatsapp.error and found.whatsapp.error["code"]


@pytest.fixture
def shop_with():
    """Makes a shop in a world with these limits."""
    worlds = []

    def make(limits, **shop):
        worlds.extend((mock_aws(), mock_sms(clock="frozen", config={"limits": limits})))
        worlds[-2].__enter__()
        return Shop(worlds[-1].__enter__(), **shop)

    yield make
    for world in reversed(worlds):
        world.__exit__(None, None, None)


# --- Pacing and caps --------------------------------------------------------------------------------------------------


@pytest.fixture
def paced(shop_with):
    """A shop whose templates are held after one message."""
    return shop_with({"whatsapp_pacing_after": 1})


def test_a_new_template_is_paced(paced):
    """The first message is delivered, the second held, and sent half an hour later."""
    first, second = paced.send(), paced.send(to="+447700900124")

    assert ("DELIVERED", None) == paced.result(first)
    assert ("ACCEPTED", None) == paced.result(second)
    paced.sms.clock.advance(minutes=30)
    assert ("DELIVERED", None) == paced.result(second)


@pytest.mark.parametrize("decision", [{"status": "PAUSED"}, {"quality_score": "RED"}], ids=str)
def test_what_is_held_for_a_bad_template_is_dropped(paced, decision):
    """A template that is paused, or of low quality, has what was held for it fail by 132015, free of charge."""
    first, second = paced.send(), paced.send(to="+447700900124")
    paced.result(first)

    paced.sms.whatsapp.decide(paced.template, **decision)
    paced.sms.clock.advance(minutes=30)

    assert ("FAILED", 132015) == paced.result(second)
    assert (0, 0) == paced.sms.inbox.messages(message_id=second)[0].cost_in("FAILED")


def test_a_good_template_is_not_paced(paced):
    """A template of the quality GREEN is never held."""
    paced.sms.whatsapp.decide(paced.template, quality_score="GREEN")

    assert [("DELIVERED", None)] * 2 == [paced.result(paced.send()) for _ in range(2)]


def test_a_user_receives_so_much_marketing(shop_with):
    """Beyond the cap marketing fails by 131049, until a day has passed or the user has written."""
    shop = shop_with({"whatsapp_marketing_cap": 1})

    assert [("DELIVERED", None), ("FAILED", 131049)] == [shop.result(shop.send()) for _ in range(2)]
    shop.sms.handset(ABROAD).whatsapp("Go on", to=BUSINESS)
    assert ("DELIVERED", None) == shop.result(shop.send())
    shop.sms.clock.advance(days=1)
    assert ("DELIVERED", None) == shop.result(shop.send())


def test_a_recipient_has_a_code_of_its_own(shop_with):
    """All that is sent to a phone with `whatsapp_error` fails by that code, and nothing else does."""
    shop = shop_with({})
    shop.sms.handset(ABROAD).behave(whatsapp_error=130472)

    assert ("FAILED", 130472) == shop.result(shop.send())
    assert ("DELIVERED", None) == shop.result(shop.send(to="+447700900124"))


FLOW = {"version": "6.0", "screens": [{"id": "FIRST", "terminal": True, "layout": {"type": "SingleColumnLayout"}}]}


@pytest.fixture
def flow_shop(shop_with):
    """A shop with a published flow and an open window; gives the shop, the id of the flow, and a message that opens it."""
    shop = shop_with({})
    shop.sms.handset(HANDSET).whatsapp("Hi", to=BUSINESS)
    answer = shop.client.create_whatsapp_flow(
        id=shop.linked["id"], flowName="book", categories=["OTHER"], flowJson=json.dumps(FLOW).encode(), publish=True
    )
    parameters = {"flow_message_version": "3", "flow_id": answer["flowId"], "flow_cta": "Book"}
    action = {"name": "flow", "parameters": parameters}
    interactive = {"type": "flow", "body": {"text": "Book a table"}, "action": action}
    return shop, answer["flowId"], {"type": "interactive", "interactive": interactive}


def test_a_flow_is_blocked(flow_shop):
    """A blocked flow is not sent, and its health says so; unblocked, it is."""
    shop, flow_id, message = flow_shop

    shop.sms.whatsapp.decide_flow(flow_id, "BLOCKED")
    blocked = shop.client.get_whatsapp_flow(id=shop.linked["id"], flowId=flow_id)

    assert ("BLOCKED", "BLOCKED") == (blocked["flowStatus"], blocked["healthStatus"]["canSendMessage"])
    assert ("FAILED", 132068) == shop.result(shop.send(to=HANDSET, **message))
    shop.sms.whatsapp.decide_flow(flow_id, "PUBLISHED")
    assert ("DELIVERED", None) == shop.result(shop.send(to=HANDSET, **message))


def test_a_flow_is_throttled(flow_shop):
    """A throttled flow is sent ten times an hour."""
    shop, flow_id, message = flow_shop
    shop.sms.whatsapp.decide_flow(flow_id, "THROTTLED")

    sent = [shop.send(to=HANDSET, **message) for _ in range(11)]

    assert [("DELIVERED", None), ("FAILED", 132069)] == [shop.result(message_id) for message_id in sent[-2:]]
    shop.sms.clock.advance(hours=1)
    assert ("DELIVERED", None) == shop.result(shop.send(to=HANDSET, **message))


def test_a_draft_is_not_blocked(flow_shop):
    """Only a published flow can be blocked."""
    shop, _, _ = flow_shop
    draft = shop.client.create_whatsapp_flow(id=shop.linked["id"], flowName="other", categories=["OTHER"])["flowId"]

    with pytest.raises(ValueError, match="the flow is DRAFT"):
        shop.sms.whatsapp.decide_flow(draft, "BLOCKED")


# --- Direct Send ------------------------------------------------------------------------------------------------------


@pytest.fixture
def direct(shop_with):
    """A shop that may use Direct Send."""
    shop = shop_with({})
    shop.sms.whatsapp.change(BUSINESS, direct_send=True)
    return shop


UTILITY = {"type": "text", "text": {"body": "Your order 17 is on its way."}, "category": "utility"}


def test_direct_send_needs_no_window(direct):
    """A text with a category arrives without a window, at the price of its category, and its template is listed once."""
    results = [direct.result(direct.send(**UTILITY)), direct.result(direct.send(**UTILITY | {"ttl_seconds": 600}))]

    assert [("DELIVERED", None)] * 2 == results
    message = direct.sms.inbox.messages(channel="whatsapp")[-1]
    assert ("Your order 17 is on its way.", "utility", 2200) == (
        message.body,
        message.whatsapp.category,
        message.cost_in("DELIVERED")[1],
    )
    listed = direct.client.list_whatsapp_message_templates(id=direct.linked["id"])["templates"]
    metrics = boto3.client("cloudwatch", region_name="us-east-1").list_metrics(Namespace="AWS/SocialMessaging")["Metrics"]
    assert "MetaTemplateMessageFeeCount" in {row["MetricName"] for row in metrics}
    assert ["AUTO_GENERATED"] == [row["templateSource"] for row in listed if "templateSource" in row]


def test_a_button_of_direct_send_is_a_templates(direct):
    """A tapped reply button comes back as the quick reply of a template."""
    question = {"type": "button", "body": {"text": "Is Friday fine?"}, "action": {"buttons": [REPLY]}}
    direct.result(direct.send(type="interactive", interactive=question, category="utility"))

    direct.sms.handset(ABROAD).tap("Yes")

    (answer,) = direct.sms.inbox.messages(direction="inbound")
    assert {"payload": "yes", "text": "Yes"} == answer.whatsapp.payload["button"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "marketing"}, 131009),
        ({"category": 7}, 100),
        ({"ttl_seconds": 29}, 100),
        ({"ttl_seconds": 43201}, 100),
        ({"category": "authentication", "ttl_seconds": 901}, 100),
        ({"category": None, "ttl_seconds": 60}, 100),
        ({"text": {"body": "x" * 1025}}, 100),
        ({"type": "location", "location": {"latitude": 1, "longitude": 1}}, 100),
    ],
    ids=str,
)
def test_direct_send_is_checked(direct, changes, code):
    """What Direct Send does not carry fails, and leaves no template behind."""
    members = {name: value for name, value in (UTILITY | changes).items() if value is not None}

    assert ("FAILED", code) == direct.result(direct.send(**members))
    assert 1 == len(direct.client.list_whatsapp_message_templates(id=direct.linked["id"])["templates"])


def test_direct_send_is_enabled_by_meta(shop_with):
    """Without Meta's leave it fails by 100, and after wrong categories by 131064, which the account's status shows."""
    shop = shop_with({})

    assert ("FAILED", 100) == shop.result(shop.send(**UTILITY))
    shop.sms.whatsapp.change(BUSINESS, direct_send=True, direct_send_enforcement="RESTRICTED")
    assert ("FAILED", 131064) == shop.result(shop.send(**UTILITY))
    account = shop.client.get_linked_whatsapp_business_account(id=shop.linked["id"])["account"]
    assert "RESTRICTED" == account["directSendEnforcementStatus"]


def test_a_generated_template_is_metas(direct, raises):
    """What Meta has made can neither be changed nor deleted."""
    direct.send(**UTILITY)
    made = direct.client.list_whatsapp_message_templates(id=direct.linked["id"])["templates"][-1]

    with raises("InvalidParametersException") as error:
        direct.client.update_whatsapp_message_template(
            id=direct.linked["id"], metaTemplateId=made["metaTemplateId"], templateComponents=json.dumps(PLAIN).encode()
        )
    assert "2388318" in error["message"]
    with raises("InvalidParametersException") as error:
        direct.client.delete_whatsapp_message_template(id=direct.linked["id"], templateName=made["templateName"])
    assert "2388330" in error["message"]


# --- Prices -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "fee"),
    [
        ("+447700900123", 5290),
        ("+4915112345678", 13650),
        ("+254712345678", 2250),
        ("+81312345678", 7320),
        ("+59171234567", 7400),
    ],
)
def test_a_country_belongs_to_a_market(shop_with, to, fee):
    """Meta's fee is that of the country, or of the market that it belongs to."""
    shop = shop_with({})

    message_id = shop.send(to=to)

    shop.result(message_id)
    assert (500, fee) == shop.sms.inbox.messages(message_id=message_id)[0].cost_in("DELIVERED")


CODE_PARTS = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]
CODE = [{"type": "text", "text": "123456"}]


@pytest.mark.parametrize(
    ("to", "international", "billed"),
    [
        ("+919812345678", True, ("authentication-international", 2800)),
        ("+919812345678", False, ("authentication", 140)),
        (ABROAD, True, ("authentication", 2200)),
    ],
)
def test_codes_abroad_may_cost_more(shop_with, to, international, billed):
    """With the setting, a code to a country with an international rate is charged by it."""
    limits = {"whatsapp_authentication_international": international}
    shop = shop_with(limits, category="AUTHENTICATION", components=CODE_PARTS)
    components = [
        {"type": "body", "parameters": CODE},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": CODE},
    ]
    template = {"name": "news", "language": {"code": "en"}, "components": components}

    message_id = shop.send(to=to, type="template", template=template)

    assert ("DELIVERED", None) == shop.result(message_id)
    (message,) = shop.sms.inbox.messages(message_id=message_id)
    assert billed == (message.whatsapp.category, message.cost_in("DELIVERED")[1])
    assert [{"type": "copy_code", "text": "Copy code", "code": "123456"}] == message.whatsapp.shown["buttons"]


def test_the_window_may_be_charged(shop_with):
    """With the setting, utility templates cost in the window too, and free-form messages beyond a thousand a month."""
    shop = shop_with({"whatsapp_window_is_charged": True}, category="UTILITY")
    shop.sms.handset(HANDSET).whatsapp("Hi", to=BUSINESS)
    number = next(iter(shop.sms.world.stores["messaging"])).whatsapp.accounts[shop.linked["id"]].phone_numbers[0]
    number.services = (f"{shop.sms.clock.now:%Y-%m}", 999)
    text = {"type": "text", "text": {"body": "Hi"}}

    sent = [shop.send(to=HANDSET), shop.send(to=HANDSET, **text), shop.send(to=HANDSET, **text)]

    shop.result(sent[-1])
    found = [shop.sms.inbox.messages(message_id=message_id)[0] for message_id in sent]
    assert [340, 0, 340] == [message.cost_in("DELIVERED")[1] for message in found]
    assert ["regular", "free_customer_service", "regular"] == [message.whatsapp.price_type for message in found]
