"""Resource policies, which share numbers, pools, sender ids and opt-out lists with other accounts."""

from __future__ import annotations

import json

from emulator.messaging.errors import ResourceNotFoundException, ValidationException
from emulator.messaging.state.policies import ResourcePolicy, as_list
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

SHAREABLE = frozenset({"phone-number", "pool", "sender-id", "opt-out-list"})
NO_POLICY = "{}"
"""The policy that GetResourcePolicy returns if there is none. Source: the acceptance tests of the Terraform provider"""


def _check_resource(ctx: Context, arn: str) -> None:
    store = ctx.store
    kind = arn.split(":", 5)[-1].partition("/")[0]
    if kind not in SHAREABLE or arn.split(":")[2:3] != ["sms-voice"]:
        sentence = f"Must be the ARN of one of {', '.join(sorted(SHAREABLE))}"
        raise ValidationException("INVALID_ARN", ("resourceArn", sentence))
    tables = (store.phone_numbers, store.pools, store.sender_ids, store.opt_out_lists)
    if not any(arn in table for table in tables):
        raise ResourceNotFoundException(kind, arn)


@operation
def put_resource_policy(ctx: Context, *, resource_arn: str, policy: str) -> ResourcePolicy:
    """Set a resource's policy, replacing the previous one. Source: API reference, PutResourcePolicy."""
    _check_resource(ctx, resource_arn)
    document = _read(policy)
    ctx.store.policies[resource_arn] = ResourcePolicy(resource_arn, policy, document, ctx.now)
    return ctx.store.policies[resource_arn]


def _read(policy: str) -> dict[str, object]:
    """
    Return the policy's document.

    Raises:
        ValidationException: it is not JSON (CANNOT_PARSE), or not a policy (INVALID_PARAMETER). # unverified
    """
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError) as error:
        raise ValidationException("CANNOT_PARSE", ("policy", f"Must be JSON: {error}")) from error
    statements = as_list(document.get("Statement")) if isinstance(document, dict) else []
    for statement in statements:
        complete = isinstance(statement, dict) and {"Effect", "Principal", "Action"} <= set(statement)
        if not complete or statement["Effect"] not in ("Allow", "Deny"):
            sentence = "A statement must have an Effect (Allow or Deny), a Principal and an Action"
            raise ValidationException("INVALID_PARAMETER", ("policy", sentence))
    if not statements:
        raise ValidationException("INVALID_PARAMETER", ("policy", "Must be an object with at least one Statement"))
    return dict(document)


@operation
def get_resource_policy(ctx: Context, *, resource_arn: str) -> ResourcePolicy | dict[str, str]:
    """Return the policy of a resource, `{}` if it has none. Source: API reference, GetResourcePolicy."""
    _check_resource(ctx, resource_arn)
    return ctx.store.policies.get(resource_arn) or {"ResourceArn": resource_arn, "Policy": NO_POLICY}


@operation
def delete_resource_policy(ctx: Context, *, resource_arn: str) -> ResourcePolicy:
    """Delete a resource's policy, so that it is no longer shared. Source: API reference, DeleteResourcePolicy."""
    _check_resource(ctx, resource_arn)
    if resource_arn not in ctx.store.policies:
        raise ResourceNotFoundException("policy", resource_arn)
    return ctx.store.policies.pop(resource_arn)
