"""Templates: definitions, review, editing and deletion, the parameters of messages, the library."""

from __future__ import annotations

import json

import pytest

from emulator.testing import HANDSET

from .conftest import ABROAD, DEFINITION, PARAMETERS

BODY = {"type": "BODY", "text": "Hello"}
SIMPLE = {"name": "hello", "language": "en", "category": "UTILITY", "components": [BODY]}


@pytest.fixture
def create(social, linked):
    """Creates a template of this definition; gives the answer."""

    def create(**changes):
        definition = json.dumps(SIMPLE | changes).encode()
        return social.create_whatsapp_message_template(id=linked["id"], templateDefinition=definition)

    return create


def test_a_template_is_reviewed(create, social, linked, sms):
    """A new template is PENDING, and approved after the review time of the profile."""
    sms.clock.freeze()
    made = create()

    assert ("PENDING", "UTILITY") == (made["templateStatus"], made["category"])
    sms.clock.advance(seconds=30)
    (row,) = social.list_whatsapp_message_templates(id=linked["id"])["templates"]
    assert ("hello", "APPROVED", "UNKNOWN", "en") == tuple(
        row[name] for name in ("templateName", "templateStatus", "templateQualityScore", "templateLanguage")
    )


def test_the_reviewer_may_deny(create, social, linked, sms):
    """With the account's reviewer `deny` a template is rejected, with a reason."""
    sms.account().reviewer = "deny"
    made = create()

    found = social.get_whatsapp_message_template(id=linked["id"], metaTemplateId=made["metaTemplateId"])

    template = json.loads(found["template"])
    assert ("REJECTED", "INVALID_FORMAT") == (template["status"], template["rejected_reason"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Hello"}, 100),
        ({"language": "english"}, 100),
        ({"category": "SERVICE"}, 100),
        ({"components": []}, 2388072),
        ({"components": [BODY, BODY]}, 100),
        ({"components": [{"type": "BODY", "text": "x" * 1025}]}, 2388040),
        ({"components": [{"type": "BODY", "text": "{{1}} is here", "example": {"body_text": [["a"]]}}]}, 2388299),
        ({"components": [{"type": "BODY", "text": "Here is {{1}}.", "example": {"body_text": [["a"]]}}]}, 2388299),
        ({"components": [{"type": "BODY", "text": "Hi {{1}} and you"}]}, 2388072),
        ({"components": [{"type": "BODY", "text": "Hi {{2}} and you", "example": {"body_text": [["a"]]}}]}, 2388072),
        (
            {"components": [{"type": "BODY", "text": "a {{1}} b {{2}} c", "example": {"body_text": [["a", "b"]]}}]},
            2388293,
        ),
        ({"components": [BODY, {"type": "HEADER", "format": "IMAGE"}]}, 2388047),
        ({"components": [BODY, {"type": "HEADER", "format": "TEXT", "text": "x" * 61}]}, 2388040),
        ({"components": [BODY, {"type": "FOOTER", "text": "{{1}}"}]}, 2388073),
        ({"components": [BODY, {"type": "BUTTONS", "buttons": [{"type": "PHONE_NUMBER", "text": "x" * 26}]}]}, 2388040),
        ({"category": "AUTHENTICATION"}, 100),
    ],
    ids=str,
)
def test_a_definition_breaks_a_rule(create, raises, social, linked, changes, code):
    """A definition that Meta refuses is InvalidParametersException with Meta's code, and makes no template."""
    with raises("InvalidParametersException") as error:
        create(**changes)

    assert error["message"].startswith(f"(#{code}) ")
    assert [] == social.list_whatsapp_message_templates(id=linked["id"])["templates"]


def test_a_name_is_taken_once_per_language(create, raises, social, linked, sms):
    """A second language is another template; the name of a deleted one is blocked for 30 days."""
    create()
    create(language="de")
    with raises("InvalidParametersException"):
        create()

    social.delete_whatsapp_message_template(id=linked["id"], templateName="hello", deleteAllLanguages=True)

    with raises("InvalidParametersException"):
        create()
    sms.clock.advance(days=30)
    assert create()["metaTemplateId"]


def test_one_language_is_deleted_by_id(create, social, linked, raises):
    """With its id, one language of a template is deleted; a second deletion finds nothing."""
    create()
    german = create(language="de")["metaTemplateId"]

    social.delete_whatsapp_message_template(id=linked["id"], templateName="hello", metaTemplateId=german)

    rows = social.list_whatsapp_message_templates(id=linked["id"])["templates"]
    assert ["en"] == [row["templateLanguage"] for row in rows]
    with raises("ResourceNotFoundException"):
        social.delete_whatsapp_message_template(id=linked["id"], templateName="hello", metaTemplateId=german)


def test_an_edited_template_is_reviewed_again(create, social, linked, sms, raises):
    """An edit brings a template back to PENDING; an approved one can be edited once a day, its category never."""
    template = create()["metaTemplateId"]
    sms.clock.advance(seconds=30)
    sms.clock.freeze()
    components = json.dumps([{"type": "BODY", "text": "Good day"}]).encode()

    social.update_whatsapp_message_template(id=linked["id"], metaTemplateId=template, templateComponents=components)

    found = json.loads(social.get_whatsapp_message_template(id=linked["id"], metaTemplateId=template)["template"])
    assert ("PENDING", "Good day") == (found["status"], found["components"][0]["text"])
    sms.clock.advance(seconds=30)
    for changes in ({"templateComponents": components}, {"templateCategory": "MARKETING"}):
        with raises("InvalidParametersException"):
            social.update_whatsapp_message_template(id=linked["id"], metaTemplateId=template, **changes)


def test_a_template_must_be_named(social, linked, raises):
    """Get needs an id, or a name with its language."""
    with raises("InvalidParametersException"):
        social.get_whatsapp_message_template(id=linked["id"], templateName="hello")
    with raises("ResourceNotFoundException"):
        social.get_whatsapp_message_template(id=linked["id"], templateName="hello", templateLanguageCode="en")


# --- Messages made from templates -------------------------------------------------------------------------------------


def test_a_template_needs_no_window(create_template, send_template, message):
    """A template is delivered without a window, with its text filled in."""
    create_template()

    found = message(send_template())

    assert ("DELIVERED", "Your order 17 has been sent and arrives on Friday. Thank you.") == (found.status, found.body)


def _body(*texts):
    return {"type": "body", "parameters": [{"type": "text", "text": text} for text in texts]}


BUTTON = PARAMETERS[1]


@pytest.mark.parametrize(
    ("components", "code"),
    [
        ([_body("17"), BUTTON], 132000),
        ([_body("17", "Friday", "x"), BUTTON], 132000),
        ([BUTTON], 132000),
        ([{"type": "body", "parameters": [{"type": "image", "image": {}}, {"type": "text", "text": "a"}]}, BUTTON], 132012),
        ([_body("17", "a\nb"), BUTTON], 132018),
        ([_body("17", "a     b"), BUTTON], 132018),
        ([_body("17", ""), BUTTON], 100),
        ([_body("17", "x" * 1024), BUTTON], 132005),
        ([_body("17", "Friday")], 131008),
        ([_body("17", "Friday"), BUTTON | {"index": "7"}], 131009),
        ([_body("17", "Friday"), BUTTON | {"sub_type": "quick_reply"}], 132012),
    ],
    ids=str,
)
def test_parameters_must_fit(create_template, send_template, failure, components, code):
    """A message whose parameters are not those of the template fails by Meta's code."""
    create_template()

    assert code == failure(send_template(components=components))[0]


def test_a_wrong_count_is_worded_as_seen(create_template, send_template, failure):
    """The details of 132000 name both numbers, as real ones do."""
    create_template()

    details = "body: number of localizable_params (1) does not match the expected number of params (2)"
    assert (132000, details) == failure(send_template(components=[_body("17"), BUTTON]))


def test_named_parameters_are_matched(create_template, send_template, message, failure):
    """With named placeholders each parameter has the name of one."""
    body = {"type": "BODY", "text": "Hello {{name}}, welcome."}
    body["example"] = {"body_text_named_params": [{"param_name": "name", "example": "Ada"}]}
    create_template(name="named", parameter_format="NAMED", components=[body])
    parameter = {"type": "text", "text": "Bo", "parameter_name": "name"}

    good = send_template(name="named", components=[{"type": "body", "parameters": [parameter]}])
    bad = send_template(name="named", components=[_body("Bo")])

    assert "Hello Bo, welcome." == message(good).body
    assert 100 == failure(bad)[0]


def test_a_header_needs_its_file(create_template, send_template, message, failure, client, social, linked):
    """A template with a picture in its header is sent with one; without it the details name the format."""
    s3 = client("s3")
    s3.create_bucket(Bucket="samples")
    s3.put_object(Bucket="samples", Key="a.png", Body=b"x", ContentType="image/png")
    sample = {"bucketName": "samples", "key": "a.png"}
    handle = social.create_whatsapp_message_template_media(id=linked["id"], sourceS3File=sample)["metaHeaderHandle"]
    header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": [handle]}}
    create_template(name="picture", components=[header, BODY])
    image = {"type": "image", "image": {"link": "https://example.com/a.png"}}

    good = send_template(name="picture", components=[{"type": "header", "parameters": [image]}])

    assert handle.startswith("4::aW1hZ2UvcG5n:")
    assert "DELIVERED" == message(good).status
    assert (132012, "header: Format mismatch, expected IMAGE, received UNKNOWN") == failure(
        send_template(name="picture", components=[])
    )


def test_a_code_is_in_body_and_button(create_template, send_template, message, failure):
    """An authentication template has a fixed text; its code is sent twice."""
    parts = [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]
    create_template(name="code", category="AUTHENTICATION", components=parts)
    button = {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "123456"}]}

    assert (
        "*123456* is your verification code."
        == message(send_template(name="code", components=[_body("123456"), button])).body
    )
    assert 131008 == failure(send_template(name="code", components=[_body("123456")]))[0]


@pytest.mark.parametrize(("status", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)])
def test_only_approved_templates_are_sent(create_template, send_template, failure, sms, status, code):
    """A paused, disabled or rejected template fails by its own code."""
    sms.whatsapp.decide(create_template(), status)

    assert code == failure(send_template())[0]


def test_a_third_pause_disables(create_template, social, linked, sms):
    """A template is paused for three hours, then for six, and disabled the third time."""
    template = create_template()
    seen = []

    for hours in (3, 6, 1):
        sms.whatsapp.decide(template, "PAUSED")
        seen.append(social.list_whatsapp_message_templates(id=linked["id"])["templates"][0]["templateStatus"])
        sms.clock.advance(hours=hours)

    assert ["PAUSED", "PAUSED", "DISABLED"] == seen


def test_marketing_is_not_delivered_in_the_us(create_template, send_template, message, failure):
    """A marketing template fails for a US number, and is delivered abroad."""
    create_template(category="MARKETING")

    assert 131049 == failure(send_template(to=HANDSET))[0]
    assert "DELIVERED" == message(send_template(to=ABROAD)).status


def test_who_has_stopped_marketing_gets_none(create_template, send_template, failure, sms):
    """A marketing template fails for a user who has stopped them."""
    create_template(category="MARKETING")
    sms.handset(ABROAD).behave(whatsapp_marketing=False)

    assert 131050 == failure(send_template(to=ABROAD))[0]


# --- The library ------------------------------------------------------------------------------------------------------


def test_a_library_template_is_approved_at_once(social, linked, send_template, message):
    """A template from the library is found by a filter, taken over with its buttons' inputs, and sent."""
    (row,) = social.list_whatsapp_template_library(id=linked["id"], filters={"searchKey": "parcel"})["metaLibraryTemplates"]

    made = social.create_whatsapp_message_template_from_library(
        id=linked["id"],
        metaLibraryTemplate={
            "templateName": "my_delivery",
            "libraryTemplateName": row["templateName"],
            "templateCategory": "UTILITY",
            "templateLanguage": "en_US",
            "libraryTemplateButtonInputs": [{"type": "URL", "url": {"base_url": "https://example.com/track"}}],
        },
    )

    assert "APPROVED" == made["templateStatus"]
    found = message(send_template(name="my_delivery", components=[_body("Ada", "17", "Friday")]))
    assert "DELIVERED" == found.status


def test_an_unknown_library_template_is_not_found(social, linked, raises):
    """What the library does not have is not found, and an unknown filter refused."""
    wanted = {"templateName": "a", "libraryTemplateName": "b", "templateCategory": "UTILITY", "templateLanguage": "en_US"}

    with raises("ResourceNotFoundException"):
        social.create_whatsapp_message_template_from_library(id=linked["id"], metaLibraryTemplate=wanted)
    with raises("InvalidParametersException"):
        social.list_whatsapp_template_library(id=linked["id"], filters={"colour": "red"})


def test_a_template_comes_back_as_meta_has_it(create_template, social, linked):
    """GetWhatsAppMessageTemplate answers the definition as JSON text."""
    template = create_template()

    found = json.loads(social.get_whatsapp_message_template(id=linked["id"], metaTemplateId=template)["template"])

    assert DEFINITION["components"] == found["components"]
    assert {"id": template, "status": "APPROVED", "parameter_format": "POSITIONAL"}.items() <= found.items()
