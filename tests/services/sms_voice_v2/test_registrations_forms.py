"""Every form of the data file: its shape, and that it can be filled and handed in."""

import re

import pytest

from emulator.kernel.tables import load_table
from emulator.messaging.registrations.forms import COMPARISONS, form_of, forms
from emulator.testing import lease_number

TYPES = sorted(forms())
IN_PROCESS = pytest.mark.parametrize("reach", ["mock"], indirect=True)
"""A form does not depend on the way in, and there are many."""
EVIDENCE = re.compile(r"seen|inferred|documented")


@pytest.mark.parametrize("registration_type", TYPES)
def test_definition_is_valid(registration_type):
    """A form's fields are named after their sections, say what they take, and where their path is known from."""
    form = form_of(registration_type)

    for path, field in form.fields.items():
        assert field["SectionPath"] == path.partition(".")[0]
        assert field["SectionPath"] in form.sections
        assert EVIDENCE.search(field["path_evidence"])
        if field["FieldType"] == "TEXT":
            rule = field["TextValidation"]
            re.compile(rule["Pattern"])
            assert 0 <= rule["MinLength"] <= rule["MaxLength"] <= 2048
        if field["FieldType"] == "SELECT":
            rule = field["SelectValidation"]
            assert 1 <= rule["MinChoices"] <= rule["MaxChoices"] <= len(rule["Options"])
        for rule in field.get("ConditionalBehavior", {}).get("Rules", ()):
            assert {condition["DependsOnFieldPath"] for condition in rule["Conditions"]} <= set(form.fields)
            assert {condition["Operator"] for condition in rule["Conditions"]} <= set(COMPARISONS)


def test_definitions_are_described(sms_client):
    """Every type, section and field of the data file is answered by the three Describe operations."""
    pages = sms_client.get_paginator("describe_registration_type_definitions").paginate()
    types = [row["RegistrationType"] for page in pages for row in page["RegistrationTypeDefinitions"]]
    campaign = "US_TEN_DLC_CAMPAIGN_REGISTRATION"

    sections = sms_client.describe_registration_section_definitions(RegistrationType=campaign)
    fields = sms_client.describe_registration_field_definitions(RegistrationType=campaign)
    samples = sms_client.describe_registration_field_definitions(RegistrationType=campaign, SectionPath="messageSamples")

    assert [
        row["RegistrationType"]
        for row in load_table("messaging/registrations/data/registration_types.json")["registration_types"]
    ] == types
    assert list(form_of(campaign).sections) == [row["SectionPath"] for row in sections["RegistrationSectionDefinitions"]]
    assert list(form_of(campaign).fields) == [row["FieldPath"] for row in fields["RegistrationFieldDefinitions"]]
    assert "messageSamples.messageSample1" == samples["RegistrationFieldDefinitions"][0]["FieldPath"]
    assert {"messageSamples"} == {row["SectionPath"] for row in samples["RegistrationFieldDefinitions"]}


def test_types_are_filtered_by_what_they_take(sms_client):
    """Types are found by the resource type and the country of their associations."""
    answer = sms_client.describe_registration_type_definitions(
        Filters=[
            {"Name": "supported-association-resource-type", "Values": ["phone-number"]},
            {"Name": "supported-association-iso-country-code", "Values": ["US"]},
        ]
    )

    assert {"US_TEN_DLC_CAMPAIGN_REGISTRATION", "US_TOLL_FREE_REGISTRATION", "US_SHORT_CODE_REGISTRATION"} == {
        row["RegistrationType"] for row in answer["RegistrationTypeDefinitions"]
    }


@pytest.fixture
def associates(client, request):
    """Return, by resource type, the functions that make what must be associated before a type is submitted."""
    sms_client = client("pinpoint-sms-voice-v2")

    def toll_free():
        return lease_number(sms_client, NumberType="TOLL_FREE")["PhoneNumberId"]

    def agent():
        return sms_client.create_rcs_agent()["RcsAgentId"]

    return {"registration": lambda: request.getfixturevalue("brand"), "phone-number": toll_free, "rcs-agent": agent}


@IN_PROCESS
@pytest.mark.parametrize("registration_type", TYPES)
def test_form_is_filled_and_approved(client, register, associates, registration_type):
    """Filled with what it requires, and with what belongs to it, a registration is approved."""
    there = client("pinpoint-sms-voice-v2", region="ap-south-1" if registration_type.startswith("IN_") else "us-east-1")
    before_submit = [
        associates[row["ResourceType"]]()
        for row in form_of(registration_type).associations
        if row["AssociationBehavior"] == "ASSOCIATE_BEFORE_SUBMIT"
    ]

    registration = register(registration_type, associate=before_submit, client=there)

    found = there.describe_registrations(RegistrationIds=[registration])["Registrations"][0]
    assert ("COMPLETE", 1) == (found["RegistrationStatus"], found["ApprovedVersionNumber"])


@IN_PROCESS
@pytest.mark.parametrize("registration_type", [name for name in TYPES if "_RCS_" in name])
def test_rcs_form_wants_its_agent(register, raises, registration_type):
    """An RCS launch form takes all its values, and is not handed in without its agent."""
    with raises("ConflictException", Reason="SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED", ResourceType="registration"):
        register(registration_type)
