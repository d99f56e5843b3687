"""
One of every resource that a sender can have: created, changed and removed, twice, after which nothing is left.

Runs unmodified boto3 against `mock_sms`. The clock is advanced by a day, because a verified number must be kept that
long.
"""

from __future__ import annotations

import boto3

from emulator import Emulator, mock_sms

HANDSET = "+14255550100"
TAGS = [{"Key": "team", "Value": "shop"}]
SHARED = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "210987654321"},'
    ' "Action": "sms-voice:SendTextMessage"}]}'
)


def lists_and_identities(sms: Emulator, client) -> None:
    """Use an opt-out list, a number with a keyword, a sender id, and a pool of both."""
    client.create_opt_out_list(OptOutListName="news", Tags=TAGS)
    client.put_opted_out_number(OptOutListName="news", OptedOutNumber="+14255550111")
    number = client.request_phone_number(
        IsoCountryCode="US",
        MessageType="TRANSACTIONAL",
        NumberCapabilities=["SMS"],
        NumberType="TEN_DLC",
        OptOutListName="news",
        DeletionProtectionEnabled=True,
    )
    number_id = number["PhoneNumberId"]
    client.update_phone_number(PhoneNumberId=number_id, DeletionProtectionEnabled=False)
    client.put_keyword(OriginationIdentity=number_id, Keyword="OPEN", KeywordMessage="9 to 5")
    client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE", DeletionProtectionEnabled=True)
    client.update_sender_id(SenderId="SHOP", IsoCountryCode="DE", DeletionProtectionEnabled=False)

    pool = client.create_pool(OriginationIdentity=number_id, MessageType="TRANSACTIONAL")
    pool_id = pool["PoolId"]
    of_sender = {"PoolId": pool_id, "OriginationIdentity": "SHOP", "IsoCountryCode": "DE"}
    client.associate_origination_identity(**of_sender)
    client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True)
    client.put_resource_policy(ResourceArn=pool["PoolArn"], Policy=SHARED)
    client.tag_resource(ResourceArn=pool["PoolArn"], Tags=TAGS)
    client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=pool_id, MessageBody="Hello")
    sms.settle()

    client.untag_resource(ResourceArn=pool["PoolArn"], TagKeys=["team"])
    client.delete_resource_policy(ResourceArn=pool["PoolArn"])
    client.disassociate_origination_identity(**of_sender)
    client.delete_keyword(OriginationIdentity=pool_id, Keyword="OPEN")
    client.delete_pool(PoolId=pool_id)
    client.release_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    client.release_phone_number(PhoneNumberId=number_id)
    client.delete_opted_out_number(OptOutListName="news", OptedOutNumber="+14255550111")
    client.delete_opt_out_list(OptOutListName="news")


def sets_and_protection(client) -> None:
    """Use a configuration set with its destination and defaults, and a protect configuration for it and the account."""
    client.create_configuration_set(ConfigurationSetName="events")
    named = {"ConfigurationSetName": "events"}
    destination = named | {"EventDestinationName": "to-sns"}
    topic = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:receipts"}
    client.create_event_destination(**destination, MatchingEventTypes=["ALL"], SnsDestination=topic)
    client.update_event_destination(**destination, Enabled=False)
    client.set_default_message_type(**named, MessageType="TRANSACTIONAL")
    client.set_default_sender_id(**named, SenderId="SHOP")
    client.set_default_message_feedback_enabled(**named, MessageFeedbackEnabled=True)
    protect_id = client.create_protect_configuration(DeletionProtectionEnabled=True)["ProtectConfigurationId"]
    protecting = {"ProtectConfigurationId": protect_id}
    override = protecting | {"DestinationPhoneNumber": HANDSET}
    client.update_protect_configuration_country_rule_set(
        **protecting, NumberCapability="SMS", CountryRuleSetUpdates={"FR": {"ProtectStatus": "BLOCK"}}
    )
    client.put_protect_configuration_rule_set_number_override(**override, Action="ALLOW")
    client.associate_protect_configuration(**named, **protecting)
    client.set_account_default_protect_configuration(**protecting)

    client.delete_account_default_protect_configuration()
    client.disassociate_protect_configuration(**named, **protecting)
    client.delete_protect_configuration_rule_set_number_override(**override)
    client.update_protect_configuration(**protecting, DeletionProtectionEnabled=False)
    client.delete_protect_configuration(**protecting)
    client.delete_default_sender_id(**named)
    client.delete_default_message_type(**named)
    client.delete_event_destination(**destination)
    client.delete_configuration_set(**named)


def account(sms: Emulator, client) -> None:
    """Use a verified number and a spend limit."""
    number_id = client.create_verified_destination_number(DestinationPhoneNumber=HANDSET)["VerifiedDestinationNumberId"]
    client.set_text_message_spend_limit_override(MonthlyLimit=10)

    client.delete_text_message_spend_limit_override()
    sms.clock.advance(hours=24)
    client.delete_verified_destination_number(VerifiedDestinationNumberId=number_id)


def left_over(client) -> dict[str, int]:
    """Count the resources of each kind; an empty account has its default opt-out list."""
    limits = client.describe_account_limits()["AccountLimits"]
    used = {limit["Name"]: limit["Used"] for limit in limits}
    return used | {"PROTECT_CONFIGURATIONS": len(client.describe_protect_configurations()["ProtectConfigurations"])}


def main() -> dict[str, int]:
    """Run everything twice, and return what is left over."""
    with mock_sms() as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        for _ in range(2):
            lists_and_identities(sms, client)
            sets_and_protection(client)
            account(sms, client)
            # A number can be removed from a list once in thirty days.
            sms.clock.advance(days=31)
        return left_over(client)


if __name__ == "__main__":
    for name, count in main().items():
        print(f"{name}: {count}")
