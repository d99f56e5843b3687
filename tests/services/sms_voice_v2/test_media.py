"""SendMediaMessage: a picture from S3 to a handset."""

import struct
import urllib.request
import zlib

import pytest

from emulator.testing import HANDSET

CANADIAN_HANDSET = "+14165550100"
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 8
PDF = b"%PDF-1.7\n"


def png():
    """A picture of one red point."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def put(client):
    """Puts an object into a bucket of the account; gives its URL."""
    s3 = client("s3")
    s3.create_bucket(Bucket="pictures")

    def put_object(content, key="red.png", **members):
        s3.put_object(Bucket="pictures", Key=key, Body=content, **members)
        return f"s3://pictures/{key}"

    return put_object


@pytest.fixture
def mms_number(request_number):
    """A US 10DLC number for texts and pictures."""
    return request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]


@pytest.fixture
def send_media(sms_client, mms_number):
    """Sends an MMS from `mms_number`; gives its id."""

    def send(*urls, to=HANDSET, **members):
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": mms_number} | members
        if urls:
            wanted["MediaUrls"] = list(urls)
        return sms_client.send_media_message(**wanted)["MessageId"]

    return send


def test_the_picture_is_on_the_handset_byte_for_byte(sms, reach, request, put, send_media):
    """The handset has the file that is in S3, with its type and size."""
    picture = png()
    message_id = send_media(put(picture), MessageBody="Look")

    message = sms.handset(HANDSET).inbox[0]
    assert ("Look", "mms", message_id) == (message.body, message.channel, message.message_id)
    assert [("s3://pictures/red.png", "image/png", picture)] == [(f.url, f.content_type, f.content) for f in message.media]
    if reach == "server":
        server = request.getfixturevalue("sms_server").endpoint_url
        shown = sms.control("show_message", message_id=message_id)["media"]
        assert [{"url": "s3://pictures/red.png", "content_type": "image/png", "size": len(picture)}] == [
            {name: file[name] for name in ("url", "content_type", "size")} for file in shown
        ]
        with urllib.request.urlopen(server + shown[0]["href"]) as answer:
            assert ("image/png", picture) == (answer.headers.get_content_type(), answer.read())


def test_the_receipts_are_those_of_mms(put, send_media, event_set, topic_with_queue):
    """MEDIA_* records begin with their content type, have no encoding, and one part; the message was charged once."""
    send_media(put(png()), ConfigurationSetName=event_set, Context={"order": "17"})

    records = topic_with_queue[1]()
    assert ["MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"] == [record["eventType"] for record in records]
    assert ["contentType", "eventType", "eventVersion"] == list(records[0])[:3]
    assert ("MMS", 1, 0.016, {"order": "17"}) == tuple(
        records[0][name] for name in ("contentType", "totalMessageParts", "totalMessagePrice", "context")
    )
    assert not {"messageEncoding", "mcc", "mnc"} & set(records[0])


def test_a_long_body_is_one_part(sms, send_media):
    """The text of an MMS is never split."""
    send_media(MessageBody="é€" * 800)

    assert [(1, "DELIVERED")] == [(m.parts, m.status) for m in sms.inbox.messages(channel="mms")]


def test_a_file_that_cannot_be_read_is_refused(reach, client, put, send_media, raises):
    """No object, no bucket, a bucket of another region or of another account: not accessible."""
    put(png())
    elsewhere, foreign = client("s3", region="eu-west-1"), client("s3", account="999999999999")
    elsewhere.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    elsewhere.put_object(Bucket="far", Key="red.png", Body=png())
    foreign.create_bucket(Bucket="foreign")
    foreign.put_object(Bucket="foreign", Key="red.png", Body=png())

    urls = ["s3://pictures/none.png", "s3://nowhere/red.png", "s3://far/red.png"]
    if reach == "server":  # to moto's own mock all access keys are one account
        urls.append("s3://foreign/red.png")
    for url in urls:
        with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE") as refused:
            send_media(url)
        assert ["mediaUrls"] == [field["Name"] for field in refused["Fields"]]


@pytest.mark.parametrize(
    ("content", "key", "content_type", "reason"),
    [
        (b"MZ", "setup.exe", "application/x-msdownload", "MEDIA_TYPE_NOT_SUPPORTED"),
        (png(), "red.png", "image/webp", "MEDIA_TYPE_NOT_SUPPORTED"),
        (b"<svg/>", "red.svg", None, "MEDIA_TYPE_NOT_SUPPORTED"),
        (b"no idea", "thing", None, "MEDIA_TYPE_NOT_SUPPORTED"),
        (png() + b"\0" * 2 * 1024 * 1024, "red.png", None, "MAXIMUM_SIZE_EXCEEDED"),
        (PDF + b"\0" * 600 * 1024, "long.pdf", None, "MAXIMUM_SIZE_EXCEEDED"),
    ],
)
def test_what_s3_says_of_a_file_can_refuse_it(sms, put, send_media, raises, content, key, content_type, reason):
    """A stated type that is not carried, or a size above that type's limit, is refused in the answer; nothing is sent."""
    url = put(content, key, **({"ContentType": content_type} if content_type else {}))

    with raises("ValidationException", Reason=reason):
        send_media(url)
    assert [] == sms.inbox.messages()


@pytest.mark.parametrize(
    ("content", "key", "status"),
    [
        (b"this is no picture", "red.png", "FILE_TYPE_UNSUPPORTED"),
        (MP4 + b"\0" * 600 * 1024, "film.png", "FILE_SIZE_EXCEEDED"),
    ],
)
def test_what_only_the_content_shows_ends_the_message(
    sms, put, send_media, event_set, topic_with_queue, content, key, status
):
    """A file that is not what it is called is accepted, and ends in a MEDIA_FILE_* event that costs nothing."""
    send_media(put(content, key), ConfigurationSetName=event_set)

    assert [(f"MEDIA_{status}", True, 0)] == [
        (record["eventType"], record["isFinal"], record["totalMessagePrice"]) for record in topic_with_queue[1]()
    ]
    assert [] == sms.handset(HANDSET).inbox


@pytest.mark.parametrize(
    ("content", "key", "content_type"),
    [
        (png(), "red.png", "image/png"),
        (png(), "picture", "image/png"),
        (b"GIF89a", "red.gif", "image/gif"),
        (b"\xff\xd8\xff\xe0", "red.jpg", "image/jpeg"),
        (b"II*\0", "red.tiff", "image/tiff"),
        (MP4, "film.mp4", "video/mp4"),
        (MP4, "film.png", "video/mp4"),
        (b"\0\0\0\x14ftyp3gp4", "film.3gp", "video/3gpp"),
        (b"\0\0\0\x14ftypqt  ", "film.mov", "video/quicktime"),
        (b"\x1aE\xdf\xa3", "film.webm", "video/webm"),
        (b"#!AMR\n", "voice.amr", "audio/amr"),
        (b"ID3\x03", "song.mp3", "audio/mpeg"),
        (b"OggS", "song.ogg", "audio/ogg"),
        (PDF, "paper.pdf", "application/pdf"),
        (b"BEGIN:VCARD\r\n", "me.vcf", "text/vcard"),
        (b"BEGIN:VCALENDAR\r\n", "date.ics", "text/calendar"),
    ],
)
def test_the_type_is_that_of_the_content(sms, put, send_media, content, key, content_type):
    """Each kind of file that AWS carries arrives, and as what it is rather than as what it is called."""
    send_media(put(content, key))

    assert [(content_type, content)] == [(f.content_type, f.content) for f in sms.handset(HANDSET).inbox[0].media]


@pytest.mark.parametrize(
    ("outcome", "final_event"),
    [
        ("DELIVERED", "MEDIA_DELIVERED"),
        ("SUCCESSFUL", "MEDIA_SUCCESSFUL"),
        ("INVALID", "MEDIA_INVALID"),
        ("INVALID_MESSAGE", "MEDIA_INVALID_MESSAGE"),
        ("UNREACHABLE", "MEDIA_UNREACHABLE"),
        ("CARRIER_UNREACHABLE", "MEDIA_CARRIER_UNREACHABLE"),
        ("BLOCKED", "MEDIA_BLOCKED"),
        ("CARRIER_BLOCKED", "MEDIA_CARRIER_BLOCKED"),
        ("SPAM", "MEDIA_SPAM"),
        ("UNKNOWN", "MEDIA_UNKNOWN"),
        ("TTL_EXPIRED", "MEDIA_TTL_EXPIRED"),
        ("FILE_INACCESSIBLE", "MEDIA_FILE_INACCESSIBLE"),
        ("FILE_TYPE_UNSUPPORTED", "MEDIA_FILE_TYPE_UNSUPPORTED"),
        ("FILE_SIZE_EXCEEDED", "MEDIA_FILE_SIZE_EXCEEDED"),
    ],
)
def test_every_final_event_can_be_provoked(sms, send_media, event_set, topic_with_queue, outcome, final_event):
    """An MMS ends in the handset's outcome, with that event last."""
    sms.handset(HANDSET).behave(outcome=outcome)

    send_media(MessageBody="Hi", ConfigurationSetName=event_set)
    sms.settle()

    records = topic_with_queue[1]()
    assert (final_event, True) == (records[-1]["eventType"], records[-1]["isFinal"] or outcome == "SUCCESSFUL")


@pytest.mark.parametrize("outcome", ["PENDING", "QUEUED"])
def test_a_carrier_can_hold_a_message(sms, send_media, event_set, topic_with_queue, outcome):
    """A carrier with a rule to queue a message reports that first, and delivers it after that."""
    sms.carriers.rule("DELIVERED", channel="mms", via=[outcome])

    send_media(MessageBody="Hi", ConfigurationSetName=event_set)

    assert [f"MEDIA_{outcome}", "MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"] == [r["eventType"] for r in topic_with_queue[1]()]


def test_mms_stays_within_the_united_states_or_canada(sms_client, send_media, request_number, raises):
    """A US number sends no MMS to Canada or overseas; a Canadian long code does to Canada."""
    canadian = request_number(IsoCountryCode="CA", NumberType="LONG_CODE", NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]

    for to in (CANADIAN_HANDSET, "+447700900123"):
        with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
            send_media(MessageBody="Hi", to=to)
    assert send_media(MessageBody="Hi", to=CANADIAN_HANDSET, OriginationIdentity=canadian)


def test_a_number_without_mms_sends_none(number, send_media, raises):
    """The number's capabilities count."""
    with raises("ConflictException", Reason="NUMBER_CAPABILITIES_MISMATCH"):
        send_media(MessageBody="Hi", OriginationIdentity=number)


def test_a_sender_id_never_carries_mms(sms_client, send_media, raises):
    """A sender id is refused."""
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")

    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send_media(MessageBody="Hi", to="+4915112345678", OriginationIdentity="SHOP")


def test_text_or_file_is_needed(send_media, raises):
    """An MMS of nothing is refused."""
    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        send_media()


def test_a_pool_chooses_a_number_with_mms(sms, sms_client, request_number, mms_number, send_media):
    """Of a pool of one number with MMS and one without the former sends."""
    ids = {row["PhoneNumber"]: row["PhoneNumberId"] for row in sms_client.describe_phone_numbers()["PhoneNumbers"]}
    plain = request_number()["PhoneNumberId"]
    pool = sms_client.create_pool(OriginationIdentity=plain, IsoCountryCode="US", MessageType="TRANSACTIONAL")["PoolId"]
    sms_client.associate_origination_identity(PoolId=pool, OriginationIdentity=ids[mms_number], IsoCountryCode="US")

    send_media(MessageBody="Hi", OriginationIdentity=pool)

    assert [mms_number] == [message.sender for message in sms.handset(HANDSET).inbox]


def test_protect_opt_out_price_and_spend_hold(sms, sms_client, send_media, raises):
    """The checks of a text hold for an MMS: a blocked country, an opt-out, a price above the limit, a spent month."""
    protect = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect, NumberCapability="MMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "BLOCK"}}
    )
    with raises("ConflictException", Reason="DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"):
        send_media(MessageBody="Hi", ProtectConfigurationId=protect)
    with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
        send_media(MessageBody="Hi", MaxPrice="0.02599")
    assert send_media(MessageBody="Hi", MaxPrice="0.02600", DryRun=True)
    sms_client.set_media_message_spend_limit_override(MonthlyLimit=0)
    with raises("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA"):
        send_media(MessageBody="Hi")
    sms_client.delete_media_message_spend_limit_override()
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_media(MessageBody="Hi")
    assert [] == sms.inbox.messages()


def test_feedback_on_an_mms(sms_client, sms, send_media):
    """Feedback is taken on an MMS as on a text."""
    message_id = send_media(MessageBody="Hi", MessageFeedbackEnabled=True)

    sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")

    assert "RECEIVED" == sms.inbox.messages()[0].feedback_status
