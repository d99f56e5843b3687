"""One intercepted call: the user pool behind it, the state in front of it, and the way to the phone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import AwsRefusal, PoolScope, UserPools
from emulator.messaging.facts import SnsTextRequested
from emulator.services.cognito_codes import codes, pools
from emulator.services.cognito_codes.errors import CodeDeliveryFailureException, ForwardedError
from emulator.services.cognito_codes.pools import User
from emulator.services.cognito_codes.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, is_e164

UnitOfWork = Callable[[str, str], AbstractContextManager[Context]]
"""Opens a unit of work for an account and region, with the world locked: nothing slow may happen in it."""
MFA = "mfa"
OFF = "OFF"


@dataclass(frozen=True)
class Call:
    """
    An intercepted call.

    Attributes:
        name: the operation.
        members: the members of the request.
        scope: the account, region and pool that it concerns.
        user_pools: the user pools themselves.
        unit_of_work: opens a unit of work.
    """

    name: str
    members: dict[str, Any]
    scope: PoolScope
    user_pools: UserPools
    unit_of_work: UnitOfWork

    def forward(self, name: str | None = None, /, **members: Any) -> dict[str, Any]:
        """
        Have the user pool answer an operation: this one, unless another is named.

        Raises:
            ForwardedError: the user pool has answered with an error.
        """
        given = members if name is not None else self.members | members
        try:
            return self.user_pools.call_user_pool(self.scope.account, self.scope.region, name or self.name, given)
        except AwsRefusal as refusal:
            raise ForwardedError(refusal) from refusal

    @cached_property
    def pool(self) -> dict[str, Any]:
        """The description of the pool."""
        found: dict[str, Any] = self.forward("DescribeUserPool", UserPoolId=self.scope.pool_id)["UserPool"]
        if found.get("MfaConfiguration", OFF) == OFF:
            return found
        # moto does not show here what SetUserPoolMfaConfig has set: the message and the configuration of texts.
        own: dict[str, Any] = self.forward("GetUserPoolMfaConfig", UserPoolId=self.scope.pool_id)
        texts: dict[str, Any] = own.get("SmsMfaConfiguration", {})
        return found | texts

    def user(self, username: str | None = None) -> User:
        """
        Return the user that the call names, or another.

        Raises:
            ForwardedError: the pool has no such user.
        """
        name = self.members["Username"] if username is None else username
        return User.of(self.forward("AdminGetUser", UserPoolId=self.scope.pool_id, Username=name))

    def deliver(self, user: User, purpose: str, *, session: str | None = None, secret: str | None = None) -> dict[str, str]:
        """
        Make a code and send it to the user's phone, by SNS or the pool's own function; return CodeDeliveryDetails.

        Args:
            user: the user, who has a phone number.
            purpose: what the code is for.
            session: the session that the code belongs to, if it is a second factor.
            secret: what is sent in place of a code: a temporary password.

        Raises:
            LimitExceededException: the user was sent too many codes within an hour.
            CodeDeliveryFailureException: the text cannot be sent.
        """
        assert user.phone is not None
        if not is_e164(user.phone) or country_of(user.phone) == UNKNOWN_COUNTRY:
            raise CodeDeliveryFailureException(f"Invalid phone number {user.phone}")
        row = codes.facts()["purposes"][purpose]
        function = self.pool.get("LambdaConfig", {}).get("CustomSMSSender", {}).get("LambdaArn")
        sns_region = self.pool.get("SmsConfiguration", {}).get("SnsRegion") or self.scope.region
        with self.unit_of_work(self.scope.account, self.scope.region) as ctx:
            if secret is None:
                key = self.key(user.username if session is None else session, purpose)
                secret = codes.issue(ctx, key, user.username, user.phone, purpose).code
            if function is None:
                text = pools.message(self.pool, row["message"], user.username, secret)
                ctx.emit(SnsTextRequested(self.scope.account, sns_region, user.phone, text, secret))
        if function is not None:
            event = self._event(user, row["trigger"], secret)
            try:
                self.user_pools.invoke_function(self.scope.account, self.scope.region, function, event)
            except AwsRefusal as refusal:
                raise ForwardedError(refusal) from refusal
        return pools.delivery_details(user.phone)

    def key(self, name: str, purpose: str) -> tuple[str, str, str]:
        """Return what a code is found by: the code of a sign-up may have been sent again."""
        return self.scope.pool_id, name, "sign-up" if purpose == "resend" else purpose

    def _event(self, user: User, trigger: str, code: str) -> dict[str, Any]:
        # AWS encrypts the code with the pool's key, in the envelope of the AWS Encryption SDK; here it is plain.
        return {
            "version": "1",
            "triggerSource": trigger,
            "region": self.scope.region,
            "userPoolId": self.scope.pool_id,
            "userName": user.username,
            "callerContext": {"awsSdkVersion": "", "clientId": self.members.get("ClientId", "CLIENT_ID_NOT_APPLICABLE")},
            "request": {
                "type": "customSMSSenderRequestV1",
                "code": code,
                "clientMetadata": self.members.get("ClientMetadata"),
                "userAttributes": dict(user.attributes),
            },
            "response": {},
        }

    def check(self, name: str, purpose: str, code: str) -> None:
        """Accept the right code of a user or session; see `codes.check` for the errors."""
        with self.unit_of_work(self.scope.account, self.scope.region) as ctx:
            codes.check(ctx, self.key(name, purpose), code)

    def use(self, name: str, purpose: str) -> None:
        """Mark the code of a user or session as used, once the user pool has accepted the call."""
        with self.unit_of_work(self.scope.account, self.scope.region) as ctx:
            codes.use(ctx, self.key(name, purpose))
