"""Message templates and the template library. Sources: the service model; the user guide; AWS's skill text"""

from __future__ import annotations

import json
from typing import Any

from emulator.kernel.ports import ObjectRead, Read
from emulator.messaging.state.whatsapp import Document, WhatsAppTemplate
from emulator.messaging.whatsapp import accounts, library, media, templates
from emulator.messaging.whatsapp.errors import InvalidParametersException, ResourceNotFoundException
from emulator.services.social.service import Context
from emulator.telecom.media_types import stated_type
from emulator.wire.service import operation

TEMPLATE_MAX = 6000
"""Characters of a template as text. Source: the service model"""


@operation
def create_whatsapp_message_template(ctx: Context, *, template_definition: bytes, id: str) -> Any:  # noqa: A002
    """Create a template, which is reviewed; the definition is JSON as Meta has it."""
    account = accounts.get_complete_account(ctx, id)
    definition = templates.read_json(template_definition, "templateDefinition")
    if not isinstance(definition, dict):
        raise InvalidParametersException("templateDefinition must be a JSON object")
    return _created(templates.create(ctx, account, definition))


def _created(template: WhatsAppTemplate) -> Document:
    return {
        "metaTemplateId": template.meta_template_id,
        "templateStatus": template.template_status,
        "category": template.template_category,
    }


@operation
def create_whatsapp_message_template_from_library(
    ctx: Context,
    *,
    meta_library_template: Document,
    id: str,  # noqa: A002
) -> Document:
    """Create a template from Meta's library; it needs no review."""
    account = accounts.get_complete_account(ctx, id)
    definition = library.definition_from(meta_library_template)
    return _created(templates.create(ctx, account, definition, status=templates.APPROVED))


@operation
def get_whatsapp_message_template(
    ctx: Context,
    *,
    meta_template_id: str | None = None,
    id: str,  # noqa: A002
    template_name: str | None = None,
    template_language_code: str | None = None,
) -> dict[str, str]:
    """Return a template as Meta has it, as JSON text."""
    account = accounts.get_account(ctx, id)
    template = templates.identify(account, meta_template_id, template_name, template_language_code)
    return {"template": json.dumps(templates.as_meta(template), separators=(",", ":"), ensure_ascii=False)[:TEMPLATE_MAX]}


@operation
def list_whatsapp_message_templates(ctx: Context, *, id: str) -> dict[str, list[WhatsAppTemplate]]:  # noqa: A002
    """List the templates of an account, in the order in which they were created."""
    return {"templates": list(accounts.get_account(ctx, id).templates.values())}


@operation
def update_whatsapp_message_template(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    meta_template_id: str | None = None,
    template_name: str | None = None,
    template_language_code: str | None = None,
    parameter_format: str | None = None,
    template_category: str | None = None,
    template_components: bytes | None = None,
    cta_url_link_tracking_opted_out: bool | None = None,
) -> Document:
    """Change a template, which is reviewed again."""
    account = accounts.get_account(ctx, id)
    template = templates.identify(account, meta_template_id, template_name, template_language_code)
    if parameter_format is not None and parameter_format.upper() not in ("NAMED", "POSITIONAL"):
        raise InvalidParametersException(f"parameterFormat must be named or positional, not {parameter_format}")
    if template_category is not None and template_category not in ("MARKETING", "UTILITY", "AUTHENTICATION"):
        raise InvalidParametersException(f"templateCategory is not valid: {template_category}")
    components = None if template_components is None else templates.read_json(template_components, "templateComponents")
    templates.edit(
        ctx,
        account,
        template,
        components=components,
        category=template_category,
        parameter_format=parameter_format,
        tracking_opted_out=cta_url_link_tracking_opted_out,
    )
    return {}


@operation
def delete_whatsapp_message_template(
    ctx: Context,
    *,
    meta_template_id: str | None = None,
    delete_all_languages: bool = False,
    id: str,  # noqa: A002
    template_name: str,
) -> Document:
    """Delete a template in one language by its id, or in all; by its name alone in all, as Meta does. # unverified."""
    account = accounts.get_account(ctx, id)
    named = [each for each in account.templates.values() if each.template_name == template_name]
    if meta_template_id is not None and not delete_all_languages:
        named = [each for each in named if each.meta_template_id == meta_template_id]
    if not named:
        raise ResourceNotFoundException(f"Template not found: {template_name}")
    for template in named:
        templates.delete(ctx, account, template)
    return {}


def sample_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the object that is uploaded as a sample."""
    url = media.s3_url(members.get("sourceS3File"), None)
    return [] if url is None else [ObjectRead(url)]


@operation(reads=sample_reads)
def create_whatsapp_message_template_media(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    source_s3_file: Document | None = None,
) -> dict[str, str]:
    """Upload the sample of a template's header from S3."""
    accounts.get_complete_account(ctx, id)
    url = media.s3_url(source_s3_file, None)
    if url is None:
        raise InvalidParametersException("sourceS3File is required")
    found = media.read_object(ctx, url)
    content_type = stated_type(found.content_type, url) or found.content_type
    media.check_upload(content_type, found)
    return {"metaHeaderHandle": media.header_handle(ctx, content_type)}


@operation
def list_whatsapp_template_library(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    filters: dict[str, str] | None = None,
) -> dict[str, list[Document]]:
    """List the templates of Meta's library that match every filter."""
    accounts.get_account(ctx, id)
    return {"metaLibraryTemplates": library.search(filters or {})}
