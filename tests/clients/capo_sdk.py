"""The story of capo, an asynchronous SDK that is not built on botocore: its results are printed as JSON."""

import asyncio
import json
import os
import sys

from capo_pinpoint_sms_voice_v2 import AsyncPinpointSMSVoiceV2Client
from capo_pinpoint_sms_voice_v2.errors.conflict_exception import ConflictException


async def main(configuration_set, _, opted_out):
    """Send, page, make a mistake, and repeat a request."""
    async with AsyncPinpointSMSVoiceV2Client(region="us-east-1", endpoint=os.environ["AWS_ENDPOINT_URL"]) as sms:
        wanted = {"iso_country_code": "US", "message_type": "TRANSACTIONAL", "number_type": "TEN_DLC"}
        wanted |= {"number_capabilities": ["SMS"], "client_token": "one-number"}
        number = await sms.request_phone_number(**wanted)
        again = await sms.request_phone_number(**wanted)
        text = {"origination_identity": number["phone_number_id"], "message_body": "Grüße 🎉", "context": {"order": "17"}}
        sent = await sms.send_text_message("+14255550100", configuration_set_name=configuration_set, **text)
        pages, token = [], None
        while not pages or token is not None:
            more = {} if token is None else {"next_token": token}
            page = await sms.describe_opt_out_lists(max_results=2, **more)
            pages.append([row["opt_out_list_name"] for row in page["opt_out_lists"]])
            token = page.get("next_token")
        error = None
        try:
            await sms.send_text_message(opted_out, **text)
        except ConflictException as refusal:
            error = [refusal.code, *(refusal.data[name] for name in ("reason", "resource_type", "resource_id"))]
        story = {
            "number": number["phone_number_id"],
            "again": again["phone_number_id"],
            "created": number["created_timestamp"].isoformat(),
            "messageId": sent["message_id"],
            "pages": pages,
            "error": error,
        }
        json.dump(story, sys.stdout)


asyncio.run(main(*sys.argv[1:]))
