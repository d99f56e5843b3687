"""CloudWatch metrics and alarms."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from emulator.aws import alarms
from emulator.aws.clients import AwsClients, client_errors


class CloudWatch(AwsClients):
    """kernel.ports.Metrics."""

    def put_metric_data(self, account: str, region: str, namespace: str, data: Sequence[Mapping[str, Any]]) -> None:
        """kernel.ports.Metrics."""
        if self.is_embedded:
            # moto compares with times that have no zone.
            own = [{**datum, "Timestamp": datum["Timestamp"].replace(tzinfo=None)} for datum in data]
            with client_errors("PutMetricData"):
                self.backend("cloudwatch", account, region).put_metric_data(namespace, own)
            return
        self.client("cloudwatch", account, region).put_metric_data(Namespace=namespace, MetricData=list(data))

    def evaluate_alarms(self, account: str, region: str, namespaces: Sequence[str], now: datetime) -> None:
        """kernel.ports.Metrics: moto keeps alarms but never looks at their metrics; another endpoint does so itself."""
        if self.endpoint_url is not None:
            return
        accounts = getattr(sys.modules.get("moto.cloudwatch.models"), "cloudwatch_backends", None)
        if accounts is None or region not in accounts[account] or not accounts[account][region].alarms:
            return
        client = self.client("cloudwatch", account, region)
        for alarm in client.describe_alarms()["MetricAlarms"]:
            if alarm.get("Namespace") in namespaces and alarms.understood(alarm):
                alarms.evaluate(client, self.client("sns", account, region), alarm, now)
