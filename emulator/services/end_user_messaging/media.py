"""Presigned URLs of the files of brand profiles."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode

from emulator.messaging.state.brand_profiles import BrandProfile, BrandProfileAttribute
from emulator.services.end_user_messaging.service import Context

URL_VALID_FOR = timedelta(hours=1)
"""Source: user guide, brand profiles"""


def download_url(ctx: Context, profile: BrandProfile, attribute: BrandProfileAttribute) -> str:
    """Return a presigned GET of S3 for a file, valid for an hour. The bucket is AWS's own; its name is # unverified"""
    moment = ctx.now.strftime("%Y%m%dT%H%M%SZ")
    path = f"{profile.brand_profile_id}/{quote(attribute.attribute_name)}"
    signed = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{ctx.account}/{moment[:8]}/{ctx.region}/s3/aws4_request",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(int(URL_VALID_FOR.total_seconds())),
        "X-Amz-SignedHeaders": "host",
        "X-Amz-Signature": ctx.world.seeds.hex_id("signature") + ctx.world.seeds.hex_id("signature"),
    }
    return f"https://s3.{ctx.region}.amazonaws.com/brand-profile-media-{ctx.region}/{path}?{urlencode(signed)}"
