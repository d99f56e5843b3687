"""Files to download: in buckets of AWS's own, behind presigned URLs that the embedded S3 answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from emulator.kernel.ports import EndpointLookup, ObjectWrite, Read
from emulator.messaging.context import World
from emulator.wire.context import Context

URL_VALID_FOR = timedelta(hours=1)
"""Source: user guide, brand profiles"""
OWNER = "000000000000"
"""The account that has the buckets, so that no caller sees them among its own."""


def endpoint_reads(world: Any, members: Mapping[str, Any]) -> list[Read]:
    """Return what an operation reads that answers URLs: where S3 is."""
    return [EndpointLookup()]


def download_url(ctx: Context[Any, World], purpose: str, key: str, content: bytes, content_type: str) -> str:
    """
    Store a file, and return a presigned URL of it.

    Args:
        ctx: the unit of work of an operation that reads the endpoint, and writes.
        purpose: the beginning of the bucket's name, which AWS does not publish.
        key: the key, which differs from account to account.
        content: the file.
        content_type: its MIME type.
    """
    bucket = f"{purpose}-{ctx.region}"
    ctx.outputs.append(ObjectWrite(f"s3://{bucket}/{key}", content, content_type, OWNER))
    moment = ctx.now.strftime("%Y%m%dT%H%M%SZ")
    signed = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{OWNER}/{moment[:8]}/{ctx.region}/s3/aws4_request",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(int(URL_VALID_FOR.total_seconds())),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": ctx.world.seeds.hex_id("signature") + ctx.world.seeds.hex_id("signature"),
    }
    endpoint = ctx.inputs.get(EndpointLookup()) or f"https://s3.{ctx.region}.amazonaws.com"
    return f"{endpoint}/{bucket}/{quote(key)}?{urlencode(signed)}"
