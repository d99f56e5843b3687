"""Whatever is asked in whatever order, what the account owns fits together."""

import boto3
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from emulator import mock_sms

STATUSES = {
    "number": {"PENDING", "ACTIVE", "ASSOCIATING", "DISASSOCIATING"},
    "pool": {"CREATING", "ACTIVE", "DELETING"},
}
REFUSALS = {"ConflictException", "ResourceNotFoundException", "ServiceQuotaExceededException", "ValidationException"}
PICK = st.integers(0, 4)
FLAG = st.booleans()
TYPES = st.sampled_from(["TEN_DLC", "TOLL_FREE"])
NAMES = st.sampled_from(["SHOP", "BANK"])


class Account(RuleBasedStateMachine):
    """One account whose numbers, sender ids, pools and lists are changed at random; provisioning takes a minute."""

    @initialize()
    def begin(self):
        """Begin with an empty account and a list of its own."""
        config = {"limits": {"provisioning": 60, "quotas": {"PHONE_NUMBERS_PER_ACCOUNT": 4, "POOLS_PER_ACCOUNT": 3}}}
        self.mock = mock_sms(clock="frozen", config=config)
        self.sms = self.mock.__enter__()
        self.client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        self.client.create_opt_out_list(OptOutListName="news")

    def teardown(self):
        """End the world."""
        if hasattr(self, "mock"):
            self.mock.__exit__(None, None, None)

    def ask(self, operation, **members):
        """Return the answer of an operation, or None if it is refused by an error that is modelled for it."""
        try:
            return getattr(self.client, operation)(**members)
        except ClientError as error:
            assert error.response["Error"]["Code"] in REFUSALS
            return None

    def numbers(self):
        """Return the description of every number."""
        return self.client.describe_phone_numbers()["PhoneNumbers"]

    def pools(self):
        """Return the description of every pool."""
        return self.client.describe_pools()["Pools"]

    def number(self, pick):
        """The id of some number, or one that no number has."""
        ids = [row["PhoneNumberId"] for row in self.numbers()]
        return ids[pick % len(ids)] if ids else "phone-0"

    def pool(self, pick):
        """The id of some pool, or one that no pool has."""
        ids = [row["PoolId"] for row in self.pools()]
        return ids[pick % len(ids)] if ids else "pool-0"

    def members(self, pool_id):
        """Return the identities of a pool."""
        return self.client.list_pool_origination_identities(PoolId=pool_id)["OriginationIdentities"]

    @rule(number_type=TYPES, protected=FLAG, pick=PICK, pooled=FLAG)
    def request_number(self, number_type, protected, pick, pooled):
        """Lease a number, perhaps into a pool."""
        self.ask(
            "request_phone_number",
            IsoCountryCode="US",
            MessageType="TRANSACTIONAL",
            NumberCapabilities=["SMS"],
            NumberType=number_type,
            DeletionProtectionEnabled=protected,
            **({"PoolId": self.pool(pick)} if pooled else {}),
        )

    @rule(name=NAMES)
    def request_sender_id(self, name):
        """Take a name."""
        self.ask("request_sender_id", SenderId=name, IsoCountryCode="DE")

    @rule(name=NAMES)
    def release_sender_id(self, name):
        """Give a name back."""
        self.ask("release_sender_id", SenderId=name, IsoCountryCode="DE")

    @rule(pick=PICK, name=st.one_of(st.none(), NAMES), protected=FLAG)
    def create_pool(self, pick, name, protected):
        """Make a pool of a number or name."""
        identity = (
            {"OriginationIdentity": name, "IsoCountryCode": "DE"} if name else {"OriginationIdentity": self.number(pick)}
        )
        self.ask("create_pool", **identity, MessageType="TRANSACTIONAL", DeletionProtectionEnabled=protected)

    @rule(pick=PICK, protected=FLAG, opt_out_list=st.sampled_from(["news", "Default"]))
    def update_pool(self, pick, protected, opt_out_list):
        """Change a pool."""
        self.ask("update_pool", PoolId=self.pool(pick), DeletionProtectionEnabled=protected, OptOutListName=opt_out_list)

    @rule(pick=PICK, protected=FLAG, opt_out_list=st.sampled_from(["news", "Default"]))
    def update_number(self, pick, protected, opt_out_list):
        """Change a number."""
        self.ask(
            "update_phone_number",
            PhoneNumberId=self.number(pick),
            DeletionProtectionEnabled=protected,
            OptOutListName=opt_out_list,
        )

    @rule(pick=PICK, other=PICK, name=st.one_of(st.none(), NAMES), leave=FLAG)
    def move_identity(self, pick, other, name, leave):
        """Put a number or name into a pool, or take it out."""
        identity = (
            {"OriginationIdentity": name, "IsoCountryCode": "DE"} if name else {"OriginationIdentity": self.number(other)}
        )
        operation = "disassociate_origination_identity" if leave else "associate_origination_identity"
        self.ask(operation, PoolId=self.pool(pick), **identity)

    @rule(pick=PICK)
    def delete_pool(self, pick):
        """Delete a pool, which must not be protected."""
        row = next((pool for pool in self.pools() if pool["PoolId"] == self.pool(pick)), None)
        gone = self.ask("delete_pool", PoolId=self.pool(pick))
        assert not (gone and row["DeletionProtectionEnabled"])

    @rule(pick=PICK)
    def release_number(self, pick):
        """Give a number back, which must be neither protected nor in a pool."""
        row = next((number for number in self.numbers() if number["PhoneNumberId"] == self.number(pick)), None)
        gone = self.ask("release_phone_number", PhoneNumberId=self.number(pick))
        assert not (gone and (row["DeletionProtectionEnabled"] or row.get("PoolId")))

    @rule()
    def delete_list(self):
        """Delete the list, which nothing may use, and make it anew."""
        used = {row["OptOutListName"] for row in (*self.numbers(), *self.pools())}
        if self.ask("delete_opt_out_list", OptOutListName="news"):
            assert "news" not in used
            self.client.create_opt_out_list(OptOutListName="news")

    @rule(seconds=st.sampled_from([1, 60]))
    def wait(self, seconds):
        """Let time pass."""
        self.sms.clock.advance(seconds=seconds)

    @invariant()
    def everything_fits_together(self):
        """Every list agrees with the others."""
        if not hasattr(self, "client"):
            return
        numbers = {row["PhoneNumberArn"]: row for row in self.numbers()}
        senders = {row["SenderIdArn"] for row in self.client.describe_sender_ids()["SenderIds"]}
        pools = {row["PoolId"]: row for row in self.pools()}
        lists = {row["OptOutListName"] for row in self.client.describe_opt_out_lists()["OptOutLists"]}
        held = {}
        for pool_id, pool in pools.items():
            assert pool["Status"] in STATUSES["pool"]
            assert pool["OptOutListName"] in lists
            members = [row["OriginationIdentityArn"] for row in self.members(pool_id)]
            assert members, f"{pool_id} has no member"
            for arn in members:
                assert arn in numbers or arn in senders, f"{arn} is in {pool_id}, and gone"
                assert arn in senders or arn not in held, f"{arn} is in two pools"
                held[arn] = pool_id
        for arn, number in numbers.items():
            assert number["Status"] in STATUSES["number"]
            assert number["OptOutListName"] in lists
            assert number.get("PoolId") == held.get(arn)
            assert number["Status"] != "ASSOCIATING" or arn in held


def test_no_sequence_of_calls_breaks_what_belongs_together():
    """Pools have members that exist, numbers one pool, protection holds, statuses are legal, answers fit their shapes."""
    run_state_machine_as_test(
        Account,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
