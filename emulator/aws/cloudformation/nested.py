"""Stacks within stacks: AWS::CloudFormation::Stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from moto.cloudformation import models
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.s3.exceptions import S3ClientError
from moto.utilities.utils import get_partition

from emulator.aws.cloudformation.driver import Driver, Failed, Place, Properties, sentence_of

OUTPUTS = "Outputs."
NOTHING = "No updates are to be performed"


def template_in_s3(account: str, region: str, template_url: str) -> str:
    """
    Return a template in S3, also by a URL of the emulator's own endpoint.

    Raises:
        ValidationError: it does not exist.
    """
    url = urlsplit(template_url)
    if "amazonaws.com" not in url.netloc:
        template_url = f"https://s3.amazonaws.com{url.path}"
    try:
        return get_stack_from_s3_url(template_url, account_id=account, partition=get_partition(region))
    except (S3ClientError, ValueError, AttributeError) as error:
        reason = getattr(error, "message", f"found no template at {template_url}")
        raise ValidationError(message=f"S3 error: {reason}") from error


@dataclass(slots=True)
class NestedStack:
    """A stack as a resource of another one."""

    stack: models.Stack

    @property
    def physical_resource_id(self) -> str:
        """The id of the stack."""
        return self.stack.stack_id

    def get_cfn_attribute(self, name: str) -> str:
        """Return one of the stack's outputs, `Outputs.NAME`."""
        for output in self.stack.outputs or ():
            if name == OUTPUTS + output["OutputKey"]:
                value: str = output["OutputValue"]
                return value
        raise UnformattedGetAttTemplateException


class NestedStackDriver(Driver):
    """The driver of AWS::CloudFormation::Stack."""

    def prepare(self, place: Place, properties: Properties) -> dict[str, Any]:
        """Add the template, which may have changed though its URL has not."""
        if "TemplateURL" not in properties:
            sentence = f"Properties validation failed for resource {place.logical_id} with message:"
            raise Failed(f"{sentence}\n#: required key [TemplateURL] not found", is_validation=True)
        try:
            body = template_in_s3(place.account, place.region, properties["TemplateURL"])
        except ValidationError as error:
            raise Failed(sentence_of(error)) from error
        given = properties.get("Parameters", {}).items()
        parameters = {name: ",".join(map(str, value)) if isinstance(value, list) else str(value) for name, value in given}
        stack_tags = {name: value for name, value in place.tags.items() if not name.startswith("aws:")}
        tags = stack_tags | {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}
        return {**properties, "Parameters": parameters, "Tags": tags, "TemplateBody": body}

    def recreated_for(self, before: Properties, desired: Properties) -> list[str]:
        """Return nothing: a stack is updated."""
        return []

    def create(self, place: Place, properties: Properties) -> NestedStack:
        """Create a stack."""
        try:
            stack = _backend(place).create_stack(
                name=place.generated_name,
                template=properties["TemplateBody"],
                parameters=dict(properties["Parameters"]),
                notification_arns=properties.get("NotificationARNs"),
                tags=dict(properties["Tags"]),
            )
        except ValidationError as error:
            raise Failed(sentence_of(error)) from error
        vars(stack).update(parent_id=place.stack_id, root_id=place.stack_id)
        if stack.status != "CREATE_COMPLETE":
            reason = _first_reason(stack)
            _backend(place).delete_stack(stack.stack_id)
            raise Failed(f"Embedded stack {stack.stack_id} was not successfully created: {reason}")
        return NestedStack(stack)

    def update(self, place: Place, resource: NestedStack, before: Properties, properties: Properties) -> NestedStack:
        """Update a stack."""
        parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in properties["Parameters"].items()]
        try:
            stack = _backend(place).update_stack(
                name=resource.stack.stack_id,
                template=properties["TemplateBody"],
                role_arn=None,
                parameters=parameters,
                tags=dict(properties["Tags"]),
            )
        except ValidationError as error:
            if NOTHING in sentence_of(error):
                return resource
            raise Failed(sentence_of(error)) from error
        if stack.status != "UPDATE_COMPLETE":
            raise Failed(f"Embedded stack {stack.stack_id} was not successfully updated: {_first_reason(stack)}")
        return resource

    def delete(self, place: Place, resource: NestedStack, properties: Properties) -> None:
        """Delete a stack."""
        stack = resource.stack
        try:
            _backend(place).delete_stack(stack.stack_id)
        except ValidationError as error:
            raise Failed(sentence_of(error)) from error
        if stack.status == "DELETE_FAILED":
            reason = vars(stack).get("status_reason")
            raise Failed(f"Embedded stack {stack.stack_id} was not successfully deleted: {reason}")


def _backend(place: Place) -> models.CloudFormationBackend:
    return models.cloudformation_backends[place.account][place.region]


def _first_reason(stack: models.Stack) -> str:
    """Return why a deployment was rolled back."""
    reasons = (event.resource_status_reason for event in reversed(stack.events) if "ROLLBACK_IN" in event.resource_status)
    return next((reason for reason in reasons if reason), stack.status)
