"""Registrations, their attachments, and verified destination numbers."""

from __future__ import annotations

from emulator.services.cloudformation_resources.handler import Api, Handler, NotStabilized, Properties, given


class Registration(Handler):
    """AWS::SMSVOICE::Registration: it has no field values, and is not submitted."""

    name = "Registration"
    describe = ("DescribeRegistrations", "RegistrationIds", "Registrations")
    arn = "RegistrationArn"
    attributes = {
        name: name
        for name in (
            "RegistrationArn",
            "RegistrationId",
            "RegistrationStatus",
            "CurrentVersionNumber",
            "CreatedTimestamp",
        )
    }
    created = ("Tags", "RegistrationType")

    def create(self, api: Api, desired: Properties) -> str:
        """Create a registration with an empty first version."""
        identifier: str = api.call("CreateRegistration", **given(desired, *self.created))["RegistrationArn"]
        return identifier

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a registration."""
        api.call("DeleteRegistration", RegistrationId=identifier)


class RegistrationAttachment(Handler):
    """AWS::SMSVOICE::RegistrationAttachment; `AttachmentBody` is in base64."""

    name = "RegistrationAttachment"
    describe = ("DescribeRegistrationAttachments", "RegistrationAttachmentIds", "RegistrationAttachments")
    arn = "RegistrationAttachmentArn"
    attributes = {
        **{
            name: name
            for name in (
                "RegistrationAttachmentArn",
                "RegistrationAttachmentId",
                "AttachmentStatus",
                "CreatedTimestamp",
            )
        },
        "UploadedAttachmentUrl": "AttachmentUrl",
    }
    created = ("Tags", "AttachmentBody", "AttachmentUrl")

    def create(self, api: Api, desired: Properties) -> str:
        """Upload a file."""
        answer = api.call("CreateRegistrationAttachment", **given(desired, *self.created))
        identifier: str = answer["RegistrationAttachmentArn"]
        return identifier

    def configure(self, api: Api, identifier: str, before: Properties, desired: Properties) -> None:
        """
        Wait until the file is uploaded.

        Raises:
            NotStabilized: the upload has failed.
        """
        if not api.wait(lambda: self.row(api, identifier)["AttachmentStatus"] != "UPLOAD_IN_PROGRESS"):
            raise NotStabilized
        if self.row(api, identifier)["AttachmentStatus"] != "UPLOAD_COMPLETE":
            raise NotStabilized

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a file."""
        api.call("DeleteRegistrationAttachment", RegistrationAttachmentId=identifier)


class VerifiedDestinationNumber(Handler):
    """AWS::SMSVOICE::VerifiedDestinationNumber: it stays PENDING, since the handler sends no code."""

    name = "VerifiedDestinationNumber"
    describe = ("DescribeVerifiedDestinationNumbers", "VerifiedDestinationNumberIds", "VerifiedDestinationNumbers")
    arn = "VerifiedDestinationNumberArn"
    attributes = {
        name: name for name in ("VerifiedDestinationNumberArn", "VerifiedDestinationNumberId", "Status", "CreatedTimestamp")
    }
    created = ("Tags", "DestinationPhoneNumber")

    def create(self, api: Api, desired: Properties) -> str:
        """Add a number."""
        answer = api.call("CreateVerifiedDestinationNumber", **given(desired, *self.created))
        identifier: str = answer["VerifiedDestinationNumberArn"]
        return identifier

    def delete(self, api: Api, identifier: str) -> None:
        """Delete a number."""
        api.call("DeleteVerifiedDestinationNumber", VerifiedDestinationNumberId=identifier)
