"""Brand profiles: attributes, files, and the way to a registration and back."""

from __future__ import annotations

import pytest

from emulator import mock_sms
from emulator.testing import picture

PDF = b"%PDF-1.7 a letter"
VALUES = {
    "Company Name": "ACME Corp.",
    "Legal Type": "Private profit",
    "Tax ID": "123456789",
    "Tax ID Country": "US",
    "Business Address": "1 Main St",
    "City": "Seattle",
    "State": "WA",
    "ZIP": "98101",
    "Country": "US",
    "DBA": "ACME",
    "Vertical": "RETAIL",
    "Homepage": "https://example.com",
    "Support Email": "help@example.com",
    "Support Phone": "+12065550100",
    "Favourite Color": "Red",
}
BRAND = "US_TEN_DLC_BRAND_REGISTRATION"


@pytest.fixture
def profile(codes):
    """The id of an empty brand profile."""
    return codes.create_brand_profile(brandProfileName="Shop")["brandProfileId"]


@pytest.fixture
def add(codes, profile):
    """Add attributes to the profile, and return the answer."""

    def add(*attributes):
        return codes.create_brand_profile_attributes(brandProfileId=profile, attributes=list(attributes))["attributes"]

    return add


@pytest.fixture
def filled_profile(codes, profile, add):
    """The id of a profile with the values of a company."""
    standard = {row["attributeName"] for row in _attributes(codes, profile)}
    for name in VALUES.keys() & standard:
        codes.update_brand_profile_attribute(brandProfileId=profile, attributeName=name, attributeValue=VALUES[name])
    rows = [{"attributeName": n, "attributeType": "TEXT", "attributeValue": VALUES[n]} for n in VALUES if n not in standard]
    add(*rows)
    return profile


def _attributes(codes, profile):
    return codes.list_brand_profile_attributes(brandProfileId=profile)["brandProfileAttributes"]


@pytest.fixture
def finished(codes):
    """Return the finished job of the only result of an answer."""

    def finish(answer):
        (result,) = answer["results"]
        return codes.get_job(jobId=result["jobId"])

    return finish


def test_a_new_profile_is_active_with_twelve_attributes(codes):
    """A profile is ACTIVE at once, and has the standard attributes without values."""
    made = codes.create_brand_profile(brandProfileName="Shop")

    assert ("ACTIVE", 12, False) == (made["status"], made["attributesCreated"], made["deletionProtectionEnabled"])
    assert (
        made["brandProfileArn"]
        == f"arn:aws:end-user-messaging:us-east-1:123456789012:brand-profile/{made['brandProfileId']}"
    )
    codes.get_waiter("brand_profile_active").wait(brandProfileId=made["brandProfileArn"])


def test_an_arn_reaches_every_route(codes):
    """The ARN, whose slash the SDK sends plainly in one route and encoded in the others, is accepted in all."""
    arn = codes.create_brand_profile(brandProfileName="Shop")["brandProfileArn"]

    assert arn == codes.get_brand_profile(brandProfileId=arn)["brandProfileArn"]
    assert 12 == len(codes.list_brand_profile_attributes(brandProfileId=arn)["brandProfileAttributes"])
    assert "City" == codes.get_brand_profile_attribute(brandProfileId=arn, attributeName="City")["attributeName"]
    assert [] == codes.list_registrations_from_brand_profile(brandProfileId=arn)["registrationAssociations"]
    assert arn == codes.delete_brand_profile(brandProfileId=arn)["brandProfileArn"]


def test_changes_and_deletion(codes, profile, raises):
    """The name and the protection change; a protected profile cannot be deleted."""
    changed = codes.update_brand_profile(brandProfileId=profile, brandProfileName="Store", deletionProtectionEnabled=True)
    with raises("ConflictException", resourceType="brand-profile", resourceId=profile):
        codes.delete_brand_profile(brandProfileId=profile)
    codes.update_brand_profile(brandProfileId=profile, deletionProtectionEnabled=False)
    codes.delete_brand_profile(brandProfileId=profile)

    assert "Store" == changed["brandProfileName"]
    with raises("ResourceNotFoundException"):
        codes.get_brand_profile(brandProfileId=profile)


def test_attributes_are_added_all_or_none(codes, profile, add, raises):
    """If one attribute is refused, none is added."""
    good = {"attributeName": "Motto", "attributeType": "TEXT", "attributeValue": "Go"}

    with raises("ConflictException", resourceType="brand-profile-attribute", resourceId="City"):
        add(good, {"attributeName": "City", "attributeType": "TEXT"})
    with raises("ValidationException") as refused:
        add(good, good | {"attributeName": "Other", "category": "CONTACT"})

    assert "/attributes/1/category" == refused["fieldList"][0]["path"]
    assert 12 == len(_attributes(codes, profile))


def test_a_file_comes_in_the_request_or_from_s3(client, codes, profile, add, download):
    """A file is taken from the request or from S3, and its content type and size are found."""
    client("s3").create_bucket(Bucket="brand-files")
    client("s3").put_object(Bucket="brand-files", Key="letter.pdf", Body=PDF)

    added = add(
        {"attributeName": "Logo", "attributeType": "IMAGE", "attachmentBody": picture(8, 8)},
        {"attributeName": "Letter", "attributeType": "DOCUMENT", "attributeValue": "s3://brand-files/letter.pdf"},
    )

    letter = codes.get_brand_profile_attribute(brandProfileId=profile, attributeName="Letter")
    assert ("application/pdf", len(PDF)) == (letter["mediaContentType"], letter["mediaSizeBytes"])
    assert all("X-Amz-Expires=3600" in row["mediaDownloadUrl"] for row in (*added, letter))
    assert (picture(8, 8), "image/png") == download(added[0]["mediaDownloadUrl"])
    assert (PDF, "application/pdf") == download(letter["mediaDownloadUrl"])
    assert ["brand-files"] == [row["Name"] for row in client("s3").list_buckets()["Buckets"]]


@pytest.mark.parametrize(
    ("attribute", "path"),
    [
        ({"attributeType": "TEXT", "attachmentBody": PDF}, "/attributes/0/attachmentBody"),
        ({"attributeType": "IMAGE", "attachmentBody": PDF}, "/attributes/0/attachmentBody"),
        ({"attributeType": "DOCUMENT"}, "/attributes/0/attachmentBody"),
        ({"attributeType": "DOCUMENT", "attributeValue": "s3://no-such-bucket/a"}, "/attributes/0/attributeValue"),
    ],
)
def test_a_wrong_file_is_refused(add, raises, attribute, path):
    """A file where a text belongs, of another type, or that cannot be read, is refused."""
    with raises("ValidationException") as refused:
        add({"attributeName": "File", **attribute})

    assert path == refused["fieldList"][0]["path"]


def test_a_profile_becomes_a_registration_and_back(sms, codes, sms_client, filled_profile, finished):
    """A profile fills a brand registration, which is approved as it is, and whose values make another profile."""
    made = finished(codes.create_registrations_from_brand_profile(brandProfileId=filled_profile, registrationTypes=[BRAND]))
    (resource,) = made["resources"]
    registration = resource["resourceId"]
    values = sms_client.describe_registration_field_values(RegistrationId=registration)["RegistrationFieldValues"]
    sms_client.submit_registration_version(RegistrationId=registration)
    sms.settle()
    again = finished(codes.create_brand_profile_from_registration(registrationId=registration, brandProfileName="Again"))

    assert ("SUCCESS", "REGISTRATION") == (made["status"], resource["resourceType"])
    assert resource["resourceArn"].startswith("arn:aws:sms-voice:")
    texts = {row["FieldPath"]: row.get("TextValue") or row.get("SelectChoices") for row in values}
    assert ("ACME Corp.", ["PRIVATE_PROFIT"]) == (texts["companyInfo.companyName"], texts["companyInfo.legalType"])
    (row,) = sms_client.describe_registrations(RegistrationIds=[registration])["Registrations"]
    assert "COMPLETE" == row["RegistrationStatus"]
    assert [(registration, BRAND, True)] == [
        (each["registrationId"], each["registrationType"], each["smartMatchUsed"])
        for each in codes.list_registrations_from_brand_profile(brandProfileId=filled_profile)["registrationAssociations"]
    ]
    copy = again["resources"][0]["resourceId"]
    name = codes.get_brand_profile_attribute(brandProfileId=copy, attributeName="Company Name")
    assert ("ACME Corp.", "BUSINESS_IDENTITY") == (name["attributeValue"], name["category"])


def test_without_smart_match_only_standard_names_count(codes, sms_client, filled_profile, finished):
    """The fixed table knows the standard names, and not the others."""
    job = finished(
        codes.create_registrations_from_brand_profile(
            brandProfileId=filled_profile, registrationTypes=[BRAND], smartMatch=False
        )
    )

    registration = job["resources"][0]["resourceId"]
    values = sms_client.describe_registration_field_values(RegistrationId=registration)["RegistrationFieldValues"]
    paths = {row["FieldPath"] for row in values}
    assert "companyInfo.companyName" in paths
    assert "companyInfo.zipCode" not in paths


@pytest.mark.parametrize(("choice", "expected"), [("PRESERVE", "ACME Corp."), ("REPLACE", "New Corp.")])
def test_a_conflict_is_decided_by_the_caller(codes, sms_client, filled_profile, finished, choice, expected):
    """An update keeps or replaces the values that a draft has already."""
    job = finished(codes.create_registrations_from_brand_profile(brandProfileId=filled_profile, registrationTypes=[BRAND]))
    registration = job["resources"][0]["resourceId"]
    codes.update_brand_profile_attribute(
        brandProfileId=filled_profile, attributeName="Company Name", attributeValue="New Corp."
    )

    codes.update_registrations_from_brand_profile(
        brandProfileId=filled_profile, registrationIds=[registration], onAttributeConflict=choice
    )

    values = sms_client.describe_registration_field_values(
        RegistrationId=registration, FieldPaths=["companyInfo.companyName"]
    )["RegistrationFieldValues"]
    assert [expected] == [row["TextValue"] for row in values]


def test_one_job_for_each_item(codes, profile, raises):
    """Each requested item has a job of its own, which the list finds by status, profile and operation."""
    results = codes.create_registrations_from_brand_profile(brandProfileId=profile, registrationTypes=[BRAND, BRAND])[
        "results"
    ]
    codes.get_waiter("job_success").wait(jobId=results[0]["jobId"])

    listed = codes.list_jobs(brandProfileId=profile, status="SUCCESS", operationType="CreateRegistrationsFromBrandProfile")

    assert [BRAND, BRAND] == [row["resourceIdentifier"] for row in results]
    assert [row["jobId"] for row in results] == [job["jobId"] for job in listed["jobs"]]
    assert [] == codes.list_jobs(brandProfileId="bp-none")["jobs"]
    with raises("ValidationException"):
        codes.create_registrations_from_brand_profile(brandProfileId=profile, registrationTypes=["SENDER_ID"])


def test_only_complete_registrations_are_read(codes, sms_client, profile, raises):
    """A draft cannot update a profile, and only a profile's own registration can be updated from it."""
    registration = sms_client.create_registration(RegistrationType=BRAND)["RegistrationId"]

    with raises("ConflictException", resourceType="registration", resourceId=registration):
        codes.update_brand_profile_from_registration(brandProfileId=profile, registrationId=registration)
    with raises("ConflictException", resourceType="registration", resourceId=registration):
        codes.update_registrations_from_brand_profile(brandProfileId=profile, registrationIds=[registration])
    with raises("ResourceNotFoundException", resourceType="registration", resourceId="registration-none"):
        codes.create_brand_profile_from_registration(registrationId="registration-none", brandProfileName="X")


def test_profiles_are_shown_with_their_registrations(sms, codes, filled_profile, finished):
    """The control API has a profile's attributes, and its registrations and jobs as they stand."""
    job = finished(codes.create_registrations_from_brand_profile(brandProfileId=filled_profile, registrationTypes=[BRAND]))

    (shown,) = sms.brand_profiles.records()

    values = {row["name"]: row["value"] for row in shown["attributes"]}
    assert ("Shop", "ACTIVE", "ACME Corp.") == (shown["name"], shown["status"], values["Company Name"])
    (registration,) = shown["registrations"]
    assert (job["resources"][0]["resourceId"], BRAND, "CREATED") == tuple(
        registration[name] for name in ("registration_id", "registration_type", "status")
    )
    assert [(job["jobId"], "SUCCESS")] == [(row["job_id"], row["status"]) for row in shown["jobs"]]


@pytest.mark.parametrize("status", ["BLOCKED", "PAUSED", "CANCELLED", "FAILED"])
def test_a_profile_that_is_not_active_is_not_exchanged(sms, codes, profile, raises, status):
    """AWS alone sets the status; what is not ACTIVE makes no registrations."""
    sms.brand_profiles.decide(profile, status)

    assert status == codes.get_brand_profile(brandProfileId=profile)["status"]
    with raises("ConflictException", resourceType="brand-profile", resourceId=profile):
        codes.create_registrations_from_brand_profile(brandProfileId=profile, registrationTypes=[BRAND])


def test_a_new_profile_may_be_empty(client):
    """With the setting a new profile has no attributes."""
    with mock_sms(config={"limits": {"brand_profile_attributes": False}}):
        assert 0 == client("endusermessaging").create_brand_profile(brandProfileName="Shop")["attributesCreated"]
