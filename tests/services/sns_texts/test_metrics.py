"""The metrics of AWS/SNS."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.testing import HANDSET

GERMAN = "+4915112345678"


@pytest.fixture
def statistics(sms, client):
    """Return a function that gives a statistic of a metric over the last day."""

    def read(name, statistic="Sum", **dimensions):
        sms.settle()
        points = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SNS",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=sms.clock.now - timedelta(days=1),
            EndTime=sms.clock.now + timedelta(minutes=1),
            Period=172_800,
            Statistics=[statistic],
        )["Datapoints"]
        return [point[statistic] for point in points]

    return read


def test_deliveries_and_failures_are_counted(publish, statistics):
    """Each text counts once, as delivered or as failed."""
    publish()
    publish()
    publish(MaxPrice="0.00001")

    assert ([2], [1]) == (statistics("NumberOfNotificationsDelivered"), statistics("NumberOfNotificationsFailed"))


def test_success_rate_by_country_and_type(publish, statistics):
    """The average of the success rate is the share of delivered texts, by country and type."""
    publish()
    publish(MaxPrice="0.00001")
    publish(to=GERMAN, SMSType="Transactional")

    assert [0.5] == statistics("SMSSuccessRate", "Average", Country="US", SMSType="Promotional")
    assert [1.0] == statistics("SMSSuccessRate", "Average", Country="DE")
    assert [1.0] == statistics("SMSSuccessRate", "Average", SMSType="Transactional")


def test_spend_of_the_month(publish, statistics, delivery_log):
    """The spend of the month is what all its texts have cost."""
    publish()
    publish()

    (spent,) = statistics("SMSMonthToDateSpentUSD", "Maximum")
    assert sum(record["delivery"]["priceInUSD"] for record in delivery_log()) == pytest.approx(spent)


def test_other_texts_are_not_of_sns(sms, send_text, statistics):
    """A text of `pinpoint-sms-voice-v2` is in no metric of SNS."""
    send_text(to=HANDSET)

    assert [] == statistics("NumberOfNotificationsDelivered")
