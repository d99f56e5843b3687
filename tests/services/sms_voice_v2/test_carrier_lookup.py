"""CarrierLookup: what is known of a number."""

import pytest


@pytest.fixture
def look_up(sms_client):
    """The answer without its metadata."""

    def look(number, **members):
        answer = sms_client.carrier_lookup(PhoneNumber=number, **members)
        answer.pop("ResponseMetadata")
        return answer

    return look


def test_a_mobile(look_up):
    """A mobile has its carrier, and its network's codes."""
    assert {
        "E164PhoneNumber": "+41791234567",
        "DialingCountryCode": "41",
        "IsoCountryCode": "CH",
        "Country": "Switzerland",
        "MCC": "228",
        "MNC": "010",
        "Carrier": "Swisscom",
        "PhoneNumberType": "MOBILE",
    } == look_up("+41791234567")


@pytest.mark.parametrize(
    ("number", "kind"),
    [("+442079460018", "LANDLINE"), ("+445612345678", "VOIP"), ("+18002345678", "OTHER"), ("+11234567890", "INVALID")],
)
def test_what_is_no_mobile_has_no_network(sms_client, look_up, number, kind):
    """Landlines, VoIP and the rest have neither MCC nor MNC."""
    if kind not in sms_client.meta.service_model.shape_for("PhoneNumberType").enum:
        pytest.skip(f"the installed botocore does not know {kind} yet")
    answer = look_up(number)

    assert kind == answer["PhoneNumberType"]
    assert not {"MCC", "MNC"} & set(answer)


@pytest.mark.parametrize("number", ["+1 (206) 234-5678", "+1[206]234.5678", "+1,206,234,5678"])
def test_the_input_may_be_written_with_marks(look_up, number):
    """Brackets, blanks, points and commas are taken away, and nothing is said of it without cleansing."""
    answer = look_up(number)

    assert ("+12062345678", "US", "1") == (
        answer["E164PhoneNumber"],
        answer["IsoCountryCode"],
        answer["DialingCountryCode"],
    )
    assert "OriginalPhoneNumber" not in answer


def test_an_invalid_number_is_an_answer(look_up):
    """Of an invalid number there is the number, and that it is one."""
    assert {"E164PhoneNumber": "+1555", "PhoneNumberType": "INVALID"} == look_up("+1555")


def test_cleansing_takes_the_trunk_prefix_away(sms_client, look_up):
    """With cleansing the zero that is dialled at home is gone, and what was given is said; without it is invalid."""
    if "EnableCleansing" not in sms_client.meta.service_model.operation_model("CarrierLookup").input_shape.members:
        pytest.skip("the installed botocore does not know EnableCleansing yet")
    given = "+44 (0)20 7946 0018"

    assert "INVALID" == look_up(given)["PhoneNumberType"]
    cleansed = look_up(given, EnableCleansing=True)
    assert ("+442079460018", given) == (cleansed["E164PhoneNumber"], cleansed["OriginalPhoneNumber"])
    assert "OriginalPhoneNumber" not in look_up("+442079460018", EnableCleansing=True)


def test_a_handset_of_the_tester_is_a_mobile(sms, look_up):
    """A landline's number that is given a handset is a mobile, of the handset's carrier."""
    sms.handset("+442079460018").behave(carrier="Example Mobile")

    answer = look_up("+442079460018")

    assert ("MOBILE", "Example Mobile", "GB") == tuple(
        answer[name] for name in ("PhoneNumberType", "Carrier", "IsoCountryCode")
    )


def test_what_cannot_be_a_number_is_refused(look_up, raises):
    """No plus, or more digits than any number has."""
    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED"):
        look_up("12065550100")
    with raises("ValidationException", Reason="CANNOT_PARSE"):
        look_up("+" + "1" * 25)
