"""Sending without a registration, the audit trail of consent, and the control API's view of both."""

import csv
import io
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from emulator.control.errors import InvalidArgument, NotFound
from emulator.testing import HANDSET, OTHER_HANDSET

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
DLT = {"IN_ENTITY_ID": "1101", "IN_TEMPLATE_ID": "1107"}
SINGAPORE, IRELAND, BRITAIN, INDIA = "+6581234567", "+353851234567", "+447700900123", "+919876543210"
VIETNAM = "+84912345678"


@pytest.fixture
def duty(limits):
    """Begins a world where registrations are a duty."""
    limits(registrations_required=True)


@pytest.fixture
def ending(sms):
    """Sends a text; gives the sender that it shows and the status that it ends in."""

    def send(client, to, identity=None, **members):
        if identity is not None:
            members["OriginationIdentity"] = identity
        client.send_text_message(DestinationPhoneNumber=to, MessageBody="Hi", **members)
        message = sms.inbox.messages(to=to)[-1]
        return message.sender, message.status

    return send


# --- Duties ---------------------------------------------------------------------------------------------------------


def test_number_of_a_revoked_campaign_is_blocked(duty, sms, sms_client, register, request_number, ending):
    """The carriers block the texts of a number whose campaign was revoked."""
    campaign = register(CAMPAIGN, associate=[register(BRAND)])
    number = request_number(RegistrationId=campaign)["PhoneNumber"]

    before = ending(sms_client, HANDSET, number)
    sms.registrations.decide(campaign, "REQUIRES_UPDATES")

    assert (number, "DELIVERED") == before
    assert (number, "CARRIER_BLOCKED") == ending(sms_client, HANDSET, number)


def test_ten_dlc_is_leased_for_a_campaign_only(duty, request_number, raises):
    """Where registrations are a duty, no 10DLC number is leased or searched without its campaign."""
    with raises("ValidationException", Reason="MISSING_PARAMETER") as response:
        request_number()

    assert "registrationId" == response["Fields"][0]["Name"]


@pytest.mark.parametrize(
    ("to", "shown"),
    [(SINGAPORE, "LIKELY-SCAM"), (IRELAND, "Likely Scam"), (BRITAIN, "ACME"), (VIETNAM, "NOTICE"), ("+33612345678", "ACME")],
)
def test_unregistered_name_is_replaced(duty, sms_client, ending, to, shown):
    """A name that its country does not know gives way to a generic one, or to what the regulator prescribes."""
    sms_client.create_configuration_set(ConfigurationSetName="named")
    sms_client.set_default_sender_id(ConfigurationSetName="named", SenderId="ACME")

    assert (shown, "DELIVERED") == ending(sms_client, to, ConfigurationSetName="named")


def test_friendly_world_shows_every_name(sms_client, ending):
    """Where registrations are taken as granted the name stands as it is."""
    sms_client.create_configuration_set(ConfigurationSetName="named")
    sms_client.set_default_sender_id(ConfigurationSetName="named", SenderId="ACME")

    assert ("ACME", "DELIVERED") == ending(sms_client, SINGAPORE, ConfigurationSetName="named")


def test_sender_id_of_a_revoked_registration(duty, sms, sms_client, register, ending):
    """A sender id whose registration was revoked counts as unregistered, and is replaced."""
    registration = register("SG_SENDER_ID_REGISTRATION", {"senderIdInfo.senderId": "ACME"})

    before = ending(sms_client, SINGAPORE, "ACME")
    sms.registrations.decide(registration, "REQUIRES_UPDATES")

    assert ("ACME", "DELIVERED") == before
    assert ("LIKELY-SCAM", "DELIVERED") == ending(sms_client, SINGAPORE, "ACME")


def test_india_wants_entity_and_template(duty, sms, client, register, ending, raises):
    """India's carriers deliver a registered name with both ids of the ledger, block it without, and refuse others."""
    there = client("pinpoint-sms-voice-v2", region="ap-south-1")
    registration = register("IN_SENDER_ID_REGISTRATION", {"senderIdInfo.senderId": "ACMEIN"}, client=there)

    with_ids = ending(there, INDIA, "ACMEIN", DestinationCountryParameters=DLT)
    without = ending(there, INDIA, "ACMEIN")
    one_alone = ending(there, INDIA, "ACMEIN", DestinationCountryParameters={"IN_ENTITY_ID": "1101"})
    sms.registrations.decide(registration, "REQUIRES_UPDATES")

    assert ("ACMEIN", "DELIVERED") == with_ids
    assert [("ACMEIN", "CARRIER_BLOCKED")] * 2 == [without, one_alone]
    with raises("ValidationException", Reason="SENDER_ID_NOT_REGISTERED"):
        ending(there, INDIA, "ACMEIN", DestinationCountryParameters=DLT)
    assert ("NOTICE", "DELIVERED") == ending(there, INDIA)


# --- Consent --------------------------------------------------------------------------------------------------------


def test_consent_is_kept_with_time_and_cause(sms, sms_client, request_number, send_text):
    """Every opt-out and opt-in is kept, by whom it came: a sign-up, a reply, the account's own word."""
    number = request_number()["PhoneNumberId"]
    send_text("Text SIGNUP to opt in", OriginationIdentity=number)
    sms_client.put_keyword(OriginationIdentity=number, Keyword="SIGNUP", KeywordMessage="You are in", KeywordAction="OPT_IN")

    reply = sms.handset(HANDSET).reply("SIGNUP")
    sms.clock.advance(hours=1)
    sms.handset(HANDSET).reply("STOP")
    sms.handset(HANDSET).reply("SIGNUP")
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    records = sms.consent.records(number=HANDSET)
    assert "You are in" == reply["reply"]
    assert [
        ("OPT_IN", "CONFIRMATION"),
        ("OPT_OUT", "KEYWORD"),
        ("OPT_IN", "KEYWORD"),
        ("OPT_OUT", "API"),
        ("OPT_IN", "API"),
    ] == [(record["action"], record["cause"]) for record in records]
    assert records[0]["at"] < records[1]["at"]
    assert {"arn:aws:sms-voice:us-east-1:123456789012:opt-out-list/Default"} == {
        record["opt_out_list_arn"] for record in records
    }


def test_consent_is_found_by_what_it_was(sms, sms_client):
    """The trail is searched by number, action, cause and time."""
    for number in (HANDSET, OTHER_HANDSET):
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=number)
    sms.clock.advance(days=1)
    later = sms.clock.now
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    assert 2 == len(sms.consent.records(action="OPT_OUT"))
    assert [HANDSET] == [record["number"] for record in sms.consent.records(since=later, cause="API")]
    assert [] == sms.consent.records(cause="CONFIRMATION")
    with pytest.raises(InvalidArgument, match="action must be one of"):
        sms.consent.records(action="MAYBE")


def test_transactional_texts_may_pass(limits, sms, sms_client, request_number, send_text, raises):
    """By a setting of its own, transactional texts reach recipients who have opted out, and promotional ones do not."""
    limits(transactional_to_opted_out=True)
    promotional = request_number(MessageType="PROMOTIONAL")["PhoneNumber"]
    transactional = request_number()["PhoneNumber"]
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    sms_client.send_text_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=transactional, MessageBody="Your parcel is here"
    )
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=promotional, MessageBody="Sale")

    assert ["Your parcel is here"] == [message.body for message in sms.handset(HANDSET).inbox]


# --- The control API ------------------------------------------------------------------------------------------------


@pytest.fixture
def control(sms_server):
    """Calls the control API of the server; gives status and body."""

    def call(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{sms_server.endpoint_url}/_emulator/{path}", data=data, method=method)
        try:
            with urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    return call


@pytest.mark.parametrize("reach", ["server"], indirect=True)
def test_reviewer_over_http(sms, control, register):
    """The reviewer decides over HTTP: the registration is shown as it stands then."""
    control("PUT", "account", {"reviewer": "manual"})
    registration = register(BRAND)
    reason = {"reason": "BRAND_ADDRESS_INVALID", "short_description": "No such street", "field_path": "companyInfo.address"}

    status, body = control(
        "POST", f"registrations/{registration}/decision", {"status": "REQUIRES_UPDATES", "reasons": [reason]}
    )

    shown = json.loads(body)
    assert (200, "REQUIRES_UPDATES", "DENIED", [reason]) == (
        status,
        shown["status"],
        shown["version_status"],
        shown["reasons"],
    )
    assert [shown] == json.loads(control("GET", f"registrations?registration_type={BRAND}")[1])["registrations"]
    assert "manual" == json.loads(control("GET", "account")[1])["reviewer"]


@pytest.mark.parametrize("reach", ["server"], indirect=True)
def test_consent_over_http(sms_client, control):
    """The audit trail is exported as JSON and as CSV."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    status, body = control("GET", "consent?number=14255550100")
    table = list(csv.DictReader(io.StringIO(control("GET", "consent?format=csv")[1])))

    assert 200 == status
    assert [("OPT_OUT", "API", HANDSET)] == [
        (record["action"], record["cause"], record["number"]) for record in json.loads(body)["records"]
    ]
    assert json.loads(body)["records"] == table
    assert 400 == control("GET", "consent?format=xml")[0]


@pytest.mark.parametrize(
    ("status", "reasons", "field"),
    [
        ("DONE", None, "status"),
        ("COMPLETE", None, "status"),
        ("REQUIRES_UPDATES", "because", None),
        ("REQUIRES_UPDATES", [{"short_description": "No"}], "reason"),
        ("REQUIRES_UPDATES", [{"reason": "INVALID_URL", "field_path": "nothing"}], "field_path"),
        ("CLOSED", [{"reason": "INVALID_URL"}], "reasons"),
    ],
)
def test_decision_that_makes_no_sense(sms, register, standing, status, reasons, field):
    """A decision that the life of a registration does not know is refused, and nothing changes."""
    registration = register(BRAND, submit=False)

    with pytest.raises(InvalidArgument) as error:
        sms.control("decide_registration", registration_id=registration, status=status, reasons=reasons)

    assert field == error.value.field
    assert "CREATED" == standing(registration)["RegistrationStatus"]


def test_decision_on_an_absent_registration(sms):
    """A decision on an unknown registration is refused."""
    with pytest.raises(NotFound):
        sms.registrations.decide("registration-0", "COMPLETE")


def test_closed_registration_is_the_end(sms, sms_client, register, standing, raises):
    """A registration that the reviewer has closed takes no version and no resource, and can only be deleted."""
    registration = register("SE_LONG_CODE_REGISTRATION")

    sms.registrations.decide(registration, "CLOSED")

    with raises("ConflictException", Reason="CREATE_REGISTRATION_VERSION_NOT_ALLOWED"):
        sms_client.create_registration_version(RegistrationId=registration)
    with pytest.raises(InvalidArgument):
        sms.registrations.decide(registration, "COMPLETE")
    assert ["CLOSED"] == [row["status"] for row in sms.registrations.records()]
    assert "DELETED" == sms_client.delete_registration(RegistrationId=registration)["RegistrationStatus"]
