"""Files: uploaded from S3, fetched into it, deleted, expired."""

from __future__ import annotations

import base64
import json

import pytest

from .conftest import BUSINESS

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 2000


@pytest.fixture
def get(social, linked):
    """Fetches a file into S3, or its metadata; gives the answer."""

    def get(media_id, **members):
        return social.get_whatsapp_message_media(
            mediaId=media_id, originationPhoneNumberId=linked["phone_number_id"], **members
        )

    return get


@pytest.fixture
def received(handset, linked, sms, encoded):
    """Sends a picture from the phone; gives its media id."""
    handset.whatsapp(type="image", image={"data": encoded(PNG), "mime_type": "image/jpeg"}, to=BUSINESS)
    return sms.inbox.messages(channel="whatsapp")[0].whatsapp.payload["image"]["id"]


def test_a_received_file_is_written_to_s3(get, received, client):
    """The key is the one that was asked for, the media id, and the ending by the type; the size is in KB."""
    s3 = client("s3")
    s3.create_bucket(Bucket="incoming")

    answer = get(received, destinationS3File={"bucketName": "incoming", "key": "photos/a.png"})

    assert ("image/jpeg", 2) == (answer["mimeType"], answer["fileSize"])
    stored = s3.get_object(Bucket="incoming", Key=f"photos/a.png{received}.jpeg")
    assert (PNG, "image/jpeg") == (stored["Body"].read(), stored["ContentType"])


def test_metadata_needs_no_target(get, received):
    """With `metadataOnly` nothing is written."""
    assert "image/jpeg" == get(received, metadataOnly=True)["mimeType"]


def test_a_missing_bucket_is_a_failed_dependency(get, received, raises):
    """A file that S3 does not take is DependencyException."""
    with raises("DependencyException"):
        get(received, destinationS3File={"bucketName": "no-such-bucket", "key": "a"})


@pytest.mark.parametrize("targets", [{}, {"both": True}], ids=["none", "both"])
def test_a_file_needs_one_target(get, received, raises, targets):
    """Neither target, or both, is refused."""
    members = {}
    if targets:
        members["destinationS3File"] = {"bucketName": "incoming", "key": "a"}
        members["destinationS3PresignedUrl"] = {
            "url": "https://incoming.s3.amazonaws.com/a?X-Amz-Signature=1",
            "headers": {},
        }

    with raises("InvalidParametersException"):
        get(received, **members)


def test_presigned_urls_are_taken(social, linked, client, get):
    """A file is uploaded from a presigned URL, and fetched to one."""
    s3 = client("s3")
    s3.create_bucket(Bucket="signed")
    s3.put_object(Bucket="signed", Key="a.png", Body=PNG, ContentType="image/png")
    # AWS's own address, or that of the server.
    source = s3.generate_presigned_url("get_object", Params={"Bucket": "signed", "Key": "a.png"})
    target = s3.generate_presigned_url("put_object", Params={"Bucket": "signed", "Key": "b.png"})

    media_id = social.post_whatsapp_message_media(
        originationPhoneNumberId=linked["phone_number_id"],
        sourceS3PresignedUrl={"url": source, "headers": {"Content-Type": "image/png"}},
    )["mediaId"]
    get(media_id, destinationS3PresignedUrl={"url": target, "headers": {}})

    assert PNG == s3.get_object(Bucket="signed", Key="b.png")["Body"].read()


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"sourceS3File": {"bucketName": "no-such-bucket", "key": "a"}},
        {"sourceS3PresignedUrl": {"url": "https://b.s3.amazonaws.com/a", "headers": {"Content-Type": "image/png"}}},
        {"sourceS3PresignedUrl": {"url": "https://b.s3.amazonaws.com/a?X-Amz-Signature=1", "headers": {}}},
    ],
    ids=str,
)
def test_an_upload_is_refused(social, linked, raises, source):
    """Without exactly one source that can be read nothing is uploaded."""
    with raises("InvalidParametersException"):
        social.post_whatsapp_message_media(originationPhoneNumberId=linked["phone_number_id"], **source)


def test_an_unsupported_type_is_refused(upload, raises):
    """A file of a type that WhatsApp does not carry is refused, with Meta's code."""
    with raises("InvalidParametersException") as error:
        upload(b"GIF89a", "image/gif")

    assert "(#131053)" in error["message"]


def test_a_file_belongs_to_one_number(upload, sms, send, window, failure, get, social, raises):
    """Another number can neither send nor fetch a file."""
    media_id = upload()
    other = sms.whatsapp.link("+12065550111", "Other")["phone_number_id"]
    sms.handset("+14255550100").whatsapp("Hi", to="+12065550111")

    with raises("ResourceNotFoundException"):
        social.get_whatsapp_message_media(mediaId=media_id, originationPhoneNumberId=other, metadataOnly=True)
    blob = json.dumps({"messaging_product": "whatsapp", "to": "+14255550100", "type": "image", "image": {"id": media_id}})
    message_id = social.send_whatsapp_message(originationPhoneNumberId=other, message=blob.encode(), metaApiVersion="v20.0")[
        "messageId"
    ]
    assert 100 == failure(message_id)[0]


def test_a_file_expires(upload, received, get, sms, raises):
    """The id of a received file is valid for 7 days, that of an uploaded one for 30."""
    uploaded = upload()

    sms.clock.advance(days=7)

    with raises("ResourceNotFoundException"):
        get(received, metadataOnly=True)
    assert "image/png" == get(uploaded, metadataOnly=True)["mimeType"]
    sms.clock.advance(days=23)
    with raises("ResourceNotFoundException"):
        get(uploaded, metadataOnly=True)


def test_a_file_is_deleted_once(upload, social, linked, raises):
    """A deleted file is gone; to delete it again finds nothing."""
    media_id = upload()
    members = {"mediaId": media_id, "originationPhoneNumberId": linked["phone_number_id"]}

    assert social.delete_whatsapp_message_media(**members)["success"]

    with raises("ResourceNotFoundException"):
        social.delete_whatsapp_message_media(**members)


def test_a_file_comes_with_its_digest(received, sms):
    """The webhook names the SHA-256 of a file in base64."""
    file = sms.inbox.messages(channel="whatsapp")[0].whatsapp.payload["image"]

    assert 32 == len(base64.b64decode(file["sha256"]))
