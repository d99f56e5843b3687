"""Keywords of phone numbers and pools."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ConflictException, ResourceNotFoundException, ServiceQuotaExceededException, invalid
from emulator.messaging.sending.routing import find_identity, settings_holder
from emulator.messaging.state.keywords import Keyword
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Pool
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.sender_ids import SenderId
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

Owner = PhoneNumber | RcsAgent | Pool
MANDATORY_ACTIONS = {"HELP": "AUTOMATIC_RESPONSE", "STOP": "OPT_OUT"}
KEYWORD_ACTIONS = ("AUTOMATIC_RESPONSE", "OPT_OUT", "OPT_IN")


def _owner(ctx: Context, origination_identity: str, action: str) -> Owner:
    """Return the owner of the keywords; those of a pool's member are the pool's, and only the pool may change them."""
    owner = find_identity(ctx, origination_identity, None, action)
    if isinstance(owner, SenderId):
        raise ResourceNotFoundException("phone-number", origination_identity)
    return owner if isinstance(owner, Pool) else settings_holder(ctx, owner)


@operation
def put_keyword(
    ctx: Context,
    *,
    origination_identity: str,
    keyword: str,
    keyword_message: str,
    keyword_action: str | None = None,
) -> tuple[Owner, Keyword]:
    """Create or change a keyword; of HELP and STOP only the message. Source: keywords.html, keywords-required.html."""
    owner = _owner(ctx, origination_identity, "PutKeyword")
    word = keyword.upper()
    if keyword.strip() != keyword:
        raise invalid("keyword", "A keyword may not begin or end with a space")
    fixed_action = MANDATORY_ACTIONS.get(word)
    if fixed_action is not None:
        # The carrier answers STOP to a toll-free number, so that text cannot be changed. Source: keywords.html
        fixed_text = word == "STOP" and isinstance(owner, PhoneNumber) and owner.number_type == "TOLL_FREE"
        if keyword_action not in (None, fixed_action) or fixed_text:
            raise ConflictException("RESOURCE_MODIFICATION_NOT_ALLOWED", "keyword", word)
    words = owner.keywords.by_word
    quota = "KEYWORDS_PER_POOL" if isinstance(owner, Pool) else "KEYWORDS_PER_PHONE_NUMBER"
    if word not in words and len(words) >= ctx.world.settings.quotas[quota]:
        raise ServiceQuotaExceededException(quota)
    entry = words[word] = Keyword(word, keyword_message, fixed_action or keyword_action or "AUTOMATIC_RESPONSE")
    return owner, entry


@operation
def describe_keywords(
    ctx: Context,
    *,
    origination_identity: str,
    keywords: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> tuple[dict[str, list[Keyword]], Owner]:
    """List the keywords of an owner. Source: API reference, DescribeKeywords."""
    owner = _owner(ctx, origination_identity, "DescribeKeywords")
    words = owner.keywords.by_word
    rows = [_find(owner, keyword) for keyword in keywords] if keywords else list(words.values())
    return {"Keywords": select(rows, filters, None, {"keyword-action": KEYWORD_ACTIONS})}, owner


@operation
def delete_keyword(ctx: Context, *, origination_identity: str, keyword: str) -> tuple[Owner, Keyword]:
    """Delete a keyword other than HELP and STOP. Source: API reference, DeleteKeyword."""
    owner = _owner(ctx, origination_identity, "DeleteKeyword")
    entry = _find(owner, keyword)
    if entry.keyword in MANDATORY_ACTIONS:
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "keyword", entry.keyword)
    del owner.keywords.by_word[entry.keyword]
    return owner, entry


def _find(owner: Owner, keyword: str) -> Keyword:
    entry = owner.keywords.by_word.get(keyword.upper())
    if entry is None:
        raise ResourceNotFoundException("keyword", keyword)
    return entry
