"""Sender ids: names instead of numbers, each for one country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class SenderId:
    """A name that texts to one country come from; the price is US dollars as AWS writes them, a month."""

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
        """Name and country, which together are unique in an account."""
        return f"{self.sender_id}/{self.iso_country_code}"

    @property
    def origination_identity(self) -> str:
        """As the pool operations name it."""
        return self.sender_id

    @property
    def origination_identity_arn(self) -> str:
        """As the pool operations name it."""
        return self.sender_id_arn
