"""The daily usage report. Source: SNS guide, "Subscribing to daily SMS usage reports"."""

from __future__ import annotations

import gzip

import pytest

from emulator.testing import HANDSET

HEAD = "PublishTimeUTC,MessageId,DestinationPhoneNumber,MessageType,DeliveryStatus,PriceInUSD,PartNumber,TotalParts"


@pytest.fixture
def reports(sms, sns, client):
    """Have the reports put into a bucket; return a function that gives them by key, as lists of lines."""
    s3 = client("s3")
    s3.create_bucket(Bucket="reports")
    sns.set_sms_attributes(attributes={"UsageReportS3Bucket": "reports"})

    def read():
        sms.settle()
        keys = [row["Key"] for row in s3.list_objects_v2(Bucket="reports").get("Contents", ())]
        files = {key: s3.get_object(Bucket="reports", Key=key)["Body"].read() for key in keys}
        return {key: gzip.decompress(content).decode().splitlines() for key, content in files.items()}

    return read


def test_report_of_a_day(sms, publish, reports):
    """The day's texts are in one file under its date, each with time, id, number, type, status, price and parts."""
    day = f"{sms.clock.now:%Y/%m/%d}"
    message_id = publish("Hi", SMSType="Transactional")

    ((key, (head, record)),) = reports().items()
    assert f"SMSUsageReports/us-east-1/{day}/001.csv.gz" == key
    assert HEAD == head
    fields = record.split(",")
    assert fields[0].endswith("Z")
    assert [message_id, HANDSET[1:], "Transactional", "Message has been accepted by phone carrier"] == fields[1:5]
    assert float(fields[5]) > 0
    assert ["0", "1"] == fields[6:]


def test_a_long_text_has_a_record_for_each_part(publish, reports):
    """Each part has its number."""
    publish("a" * 200)

    (lines,) = reports().values()
    assert [["1", "2"], ["2", "2"]] == [line.split(",")[6:] for line in lines[1:]]


def test_every_day_has_its_file(sms, publish, reports):
    """A day with texts has a file, one without has none."""
    publish("One")
    sms.clock.advance(days=3)
    publish("Two")

    assert [2, 2] == [len(lines) for lines in reports().values()]


def test_who_has_opted_out_is_not_in_it(sms_client, publish, reports):
    """A text to somebody who has opted out is left out; another one that failed is there with its reason."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    publish("Opted out")
    publish("Dear", to="+14255550101", MaxPrice="0.00001")

    (lines,) = reports().values()
    assert ["This delivery would exceed max price"] == [line.split(",")[4] for line in lines[1:]]


def test_without_a_bucket_nothing_is_due(sms, publish):
    """Without a bucket no report is scheduled, so that time has not to go on to the end of the day."""
    publish()
    sms.settle()

    assert [] == sms.clock.pending()
