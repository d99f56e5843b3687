"""Sender ids: names instead of numbers, each for one country."""

from __future__ import annotations

from emulator.kernel.dataclass import dataclass


@dataclass(slots=True)
class SenderId:
    """A sender id for one country; `monthly_leasing_price` is in US dollars as AWS writes them."""

    sender_id_arn: str
    sender_id: str
    iso_country_code: str
    message_types: list[str]
    monthly_leasing_price: str
    deletion_protection_enabled: bool = False
    registered: bool = False
    registration_id: str | None = None

    resource_type = "sender-id"
    status = "ACTIVE"
    number_capabilities = ("SMS",)

    @property
    def key(self) -> str:
        """The name and the country, which together are unique in an account."""
        return f"{self.sender_id}/{self.iso_country_code}"

    @property
    def origination_identity(self) -> str:
        """The sender id, under the name that the pool operations use."""
        return self.sender_id

    @property
    def origination_identity_arn(self) -> str:
        """The ARN, under the name that the pool operations use."""
        return self.sender_id_arn
