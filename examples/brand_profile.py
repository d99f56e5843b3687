"""A brand profile: kept once, turned into a 10DLC brand registration, denied, corrected, approved, and read back."""

import boto3
from moto import mock_aws

from emulator import mock_sms

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
COMPANY = {
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
}


def fill(brands, profile):
    """Give the attributes of a profile their values; those that a new profile does not have are added."""
    listed = brands.list_brand_profile_attributes(brandProfileId=profile)["brandProfileAttributes"]
    standard = {row["attributeName"] for row in listed}
    for name in standard & COMPANY.keys():
        brands.update_brand_profile_attribute(brandProfileId=profile, attributeName=name, attributeValue=COMPANY[name])
    added = [
        {"attributeName": name, "attributeType": "TEXT", "attributeValue": value}
        for name, value in COMPANY.items()
        if name not in standard
    ]
    brands.create_brand_profile_attributes(brandProfileId=profile, attributes=added)


def finished(brands, answer):
    """Wait for the only job of an answer, and return the id of what it has made or changed."""
    job_id = answer["results"][0]["jobId"]
    brands.get_waiter("job_success").wait(jobId=job_id)
    return brands.get_job(jobId=job_id)["resources"][0]["resourceId"]


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with mock_aws(), mock_sms() as sms:
        brands = boto3.client("endusermessaging", region_name="us-east-1")
        numbers = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        profile = brands.create_brand_profile(brandProfileName="ACME")["brandProfileId"]
        fill(brands, profile)

        made = brands.create_registrations_from_brand_profile(brandProfileId=profile, registrationTypes=[BRAND])
        registration = finished(brands, made)
        values = numbers.describe_registration_field_values(RegistrationId=registration)["RegistrationFieldValues"]
        print(f"{len(COMPANY)} attributes have filled {len(values)} fields of a draft")

        numbers.submit_registration_version(RegistrationId=registration)
        sms.registrations.decide(registration, "REQUIRES_UPDATES", [{"reason": "INVALID", "short_description": "The name"}])
        numbers.create_registration_version(RegistrationId=registration)
        brands.update_brand_profile_attribute(
            brandProfileId=profile, attributeName="Company Name", attributeValue="ACME Corporation"
        )
        pushed = brands.update_registrations_from_brand_profile(
            brandProfileId=profile, registrationIds=[registration], onAttributeConflict="REPLACE"
        )
        finished(brands, pushed)
        numbers.submit_registration_version(RegistrationId=registration)
        sms.settle()
        (row,) = numbers.describe_registrations(RegistrationIds=[registration])["Registrations"]
        print("The registration is", row["RegistrationStatus"])

        copy = finished(
            brands, brands.create_brand_profile_from_registration(registrationId=registration, brandProfileName="Copy")
        )
        name = brands.get_brand_profile_attribute(brandProfileId=copy, attributeName="Company Name")
        print("A profile made of it has the name", name["attributeValue"])


if __name__ == "__main__":
    main()
