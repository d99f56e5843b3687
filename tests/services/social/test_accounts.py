"""Accounts, numbers, event destinations, tags, and the two steps of the sign-up."""

from __future__ import annotations

import re

import pytest

from emulator import Emulator

from .conftest import BUSINESS

UNKNOWN = "waba-" + "0" * 32
TOPIC = "arn:aws:sns:us-east-1:123456789012:events"


def test_a_linked_account_is_as_modelled(social, linked):
    """Ids are of AWS's forms, and an account can be asked for by its ARN too."""
    account = social.get_linked_whatsapp_business_account(id=linked["arn"])["account"]
    number = account["phoneNumbers"][0]

    assert re.fullmatch("waba-[0-9a-f]{12}4[0-9a-f]{19}", account["id"])
    assert f"arn:aws:social-messaging:us-east-1:123456789012:waba/{account['id'][5:]}" == account["arn"]
    assert ("COMPLETE", "Example Shop") == (account["registrationStatus"], account["wabaName"])
    assert re.fullmatch("phone-number-id-[0-9a-f]{32}", number["phoneNumberId"])
    assert (BUSINESS, "+1 206-555-0100", "UNKNOWN") == (
        number["phoneNumber"],
        number["displayPhoneNumber"],
        number["qualityRating"],
    )
    assert {"datasetId", "directSendEnforcementStatus"}.isdisjoint(account)


def test_accounts_are_listed_page_by_page(social, sms):
    """`maxResults` cuts the list, and `nextToken` continues it."""
    ids = [sms.whatsapp.link(f"+1206555010{index}", "Shop")["id"] for index in range(3)]

    pages = social.get_paginator("list_linked_whatsapp_business_accounts").paginate(PaginationConfig={"PageSize": 2})

    assert [ids[:2], ids[2:]] == [[row["id"] for row in page["linkedAccounts"]] for page in pages]


def test_the_sign_up_has_two_steps(social):
    """The callback links an incomplete account, and the finalization registers its number by a PIN."""
    first = social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAAtoken"})
    result = first["signupCallbackResult"]
    (waiting,) = result["linkedAccountsWithIncompleteSetup"].values()
    number = waiting["unregisteredWhatsAppPhoneNumbers"][0]["phoneNumberId"]

    second = social.associate_whatsapp_business_account(
        setupFinalization={
            "associateInProgressToken": result["associateInProgressToken"],
            "phoneNumbers": [{"id": number, "twoFactorPin": "123456", "dataLocalizationRegion": "DE"}],
            "waba": {"eventDestinations": [{"eventDestinationArn": TOPIC}], "tags": [{"key": "team", "value": "a"}]},
        }
    )

    assert "INCOMPLETE" == waiting["registrationStatus"]
    account = social.get_linked_whatsapp_business_account(id=second["linkedWhatsAppBusinessAccountId"])["account"]
    assert ("COMPLETE", [{"eventDestinationArn": TOPIC}]) == (account["registrationStatus"], account["eventDestinations"])
    assert "DE" == account["phoneNumbers"][0]["dataLocalizationRegion"]
    assert [{"key": "team", "value": "a"}] == social.list_tags_for_resource(resourceArn=account["arn"])["tags"]


@pytest.mark.parametrize(
    "changes",
    [
        {"associateInProgressToken": "unknown"},
        {"pin": "000000"},
        {"pin": "12"},
        {"waba": None},
        {"phoneNumberParent": UNKNOWN, "waba": {}},
        {"phoneNumbers": []},
        {"waba": {"eventDestinations": [{"eventDestinationArn": TOPIC + ".fifo"}]}},
    ],
    ids=str,
)
def test_a_finalization_is_refused(social, raises, changes):
    """A wrong token, PIN, number or combination is refused, and the account stays incomplete."""
    result = social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAA"})["signupCallbackResult"]
    (waiting,) = result["linkedAccountsWithIncompleteSetup"].values()
    number = waiting["unregisteredWhatsAppPhoneNumbers"][0]["phoneNumberId"]
    setup = {
        "associateInProgressToken": result["associateInProgressToken"],
        "phoneNumbers": [{"id": number, "twoFactorPin": changes.get("pin", "123456")}],
        "waba": {},
    } | {name: value for name, value in changes.items() if name != "pin"}

    with raises("InvalidParametersException"):
        social.associate_whatsapp_business_account(
            setupFinalization={name: value for name, value in setup.items() if value is not None}
        )

    assert "INCOMPLETE" == social.list_linked_whatsapp_business_accounts()["linkedAccounts"][0]["registrationStatus"]


def test_a_region_has_25_accounts(sms, social, raises):
    """The sign-up of one account more is refused."""
    for index in range(25):
        sms.whatsapp.link(f"+120655501{index:02d}", "Shop")

    with raises("LimitExceededException"):
        social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAA"})


def test_an_incomplete_account_sends_nothing(social, raises):
    """A number whose registration is not complete cannot send, nor its account have templates."""
    result = social.associate_whatsapp_business_account(signupCallback={"accessToken": "EAA"})["signupCallbackResult"]
    (waiting,) = result["linkedAccountsWithIncompleteSetup"].values()
    number = waiting["unregisteredWhatsAppPhoneNumbers"][0]["phoneNumberId"]

    with raises("InvalidParametersException"):
        social.send_whatsapp_message(
            originationPhoneNumberId=number, message=b'{"to": "+14255550100"}', metaApiVersion="v20.0"
        )
    with raises("InvalidParametersException"):
        social.create_whatsapp_message_template(id=waiting["wabaId"], templateDefinition=b"{}")


def test_an_unlinked_account_comes_back_with_its_templates(social, linked, create_template, sms, raises):
    """Disassociation ends AWS's ids; the account linked again has new ones, and the templates that Meta has kept."""
    create_template()

    social.disassociate_whatsapp_business_account(id=linked["id"])

    with raises("ResourceNotFoundException"):
        social.get_linked_whatsapp_business_account(id=linked["id"])
    with raises("ResourceNotFoundException"):
        social.disassociate_whatsapp_business_account(id=linked["id"])
    again = sms.whatsapp.link(BUSINESS, "Shop")
    assert linked["waba_id"] == again["waba_id"]
    assert linked["id"] != again["id"]
    assert ["order_update"] == [
        row["templateName"] for row in social.list_whatsapp_message_templates(id=again["id"])["templates"]
    ]


@pytest.mark.parametrize("arn", [TOPIC + ".fifo", "arn:aws:sqs:us-east-1:123456789012:queue", "arn:aws:logs:x"])
def test_a_destination_is_a_standard_topic_or_connect(social, linked, raises, arn):
    """Any other target is refused, and the destination stays."""
    before = social.get_linked_whatsapp_business_account(id=linked["id"])["account"]["eventDestinations"]

    with raises("InvalidParametersException"):
        social.put_whatsapp_business_account_event_destinations(
            id=linked["id"], eventDestinations=[{"eventDestinationArn": arn}]
        )

    assert before == social.get_linked_whatsapp_business_account(id=linked["id"])["account"]["eventDestinations"]


def test_an_unknown_account_has_no_destination(social, raises):
    """The model of PutWhatsAppBusinessAccountEventDestinations has no ResourceNotFoundException."""
    with raises("InvalidParametersException"):
        social.put_whatsapp_business_account_event_destinations(id=UNKNOWN, eventDestinations=[])


def test_tags_are_added_and_removed(social, linked, raises):
    """Tags of an account are added, overwritten and removed; those of an unknown ARN are refused."""
    arn = linked["arn"]
    social.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "1"}, {"key": "b"}])
    social.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}])

    assert 200 == social.untag_resource(resourceArn=arn, tagKeys=["b", "c"])["statusCode"]

    assert [{"key": "a", "value": "2"}] == social.list_tags_for_resource(resourceArn=arn)["tags"]
    with raises("InvalidParametersException"):
        social.tag_resource(resourceArn="arn:aws:sns:us-east-1:123456789012:x", tags=[])


def test_call_settings_are_replaced(social, linked, raises):
    """Call settings come back as they were set; hours that overlap are refused."""
    monday = {"dayOfWeek": "MONDAY", "openTime": {"hours": 9, "minutes": 0}, "closeTime": {"hours": 17, "minutes": 30}}
    hours = {"enabled": True, "timezone": "Europe/Berlin", "weeklyOperatingHours": [monday]}
    settings = {"callEnabled": True, "callHours": hours}

    social.update_linked_whatsapp_business_account_phone_number(id=linked["phone_number_id"], callSettings=settings)

    found = social.get_linked_whatsapp_business_account_phone_number(id=linked["phone_number_arn"])
    assert (settings, linked["id"]) == (found["callSettings"], found["linkedWhatsAppBusinessAccountId"])
    hours["weeklyOperatingHours"] = [monday, monday]
    with raises("InvalidParametersException"):
        social.update_linked_whatsapp_business_account_phone_number(id=linked["phone_number_id"], callSettings=settings)


def test_a_configuration_links_accounts():
    """`[[whatsapp_accounts]]` links accounts at the start."""
    entry = {"phone_number": BUSINESS, "display_name": "Shop", "region": "eu-west-1"}

    sms = Emulator(config={"whatsapp_accounts": [entry]})

    (number,) = sms.control.list_whatsapp_numbers()["numbers"]
    assert (BUSINESS, "eu-west-1", "Shop") == (number["phone_number"], number["region"], number["name"])
