"""CloudWatch alarms on our metrics: what the embedded CloudWatch keeps, but does not evaluate."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


def understood(alarm: dict[str, Any]) -> bool:
    """Return whether an alarm compares a statistic with a threshold; no other kind is evaluated."""
    return "Statistic" in alarm and alarm["ComparisonOperator"] in COMPARISONS


def evaluate(cloudwatch: Any, sns: Any, alarm: dict[str, Any], now: datetime) -> None:
    """Bring an alarm's state up to date, and publish the change to its topics."""
    state, reason = _state(cloudwatch, alarm, now)
    if state == alarm["StateValue"]:
        return
    cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue=state, StateReason=reason)
    notification = {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription"),
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": now.isoformat(),
        "OldStateValue": alarm["StateValue"],
        "Trigger": {
            "MetricName": alarm["MetricName"],
            "Namespace": alarm["Namespace"],
            "Statistic": alarm["Statistic"].upper(),
            "Period": alarm["Period"],
            "Threshold": alarm["Threshold"],
        },
    }
    for topic in alarm.get(ACTIONS[state], ()):
        if topic.split(":")[2:3] == ["sns"] and alarm.get("ActionsEnabled", True):
            sns.publish(TopicArn=topic, Subject=f'{state}: "{alarm["AlarmName"]}"', Message=json.dumps(notification))


def _state(cloudwatch: Any, alarm: dict[str, Any], now: datetime) -> tuple[str, str]:
    """Return the state and its reason from the last periods; a period without data points counts as not breaching."""
    period = timedelta(seconds=alarm["Period"])
    periods = alarm["EvaluationPeriods"]
    breaches = COMPARISONS[alarm["ComparisonOperator"]]
    values = []
    for index in range(periods):
        end = now - period * index + timedelta(seconds=1)
        points = cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"],
            MetricName=alarm["MetricName"],
            Dimensions=alarm.get("Dimensions", []),
            StartTime=end - period,
            EndTime=end,
            Period=alarm["Period"],
            Statistics=[alarm["Statistic"]],
        )["Datapoints"]
        values += [point[alarm["Statistic"]] for point in points]
    breaching = [value for value in values if breaches(value, alarm["Threshold"])]
    if len(breaching) >= alarm.get("DatapointsToAlarm", periods):
        return "ALARM", f"Threshold Crossed: {len(breaching)} of the last {periods} datapoints {breaching}"
    if not values:
        return "INSUFFICIENT_DATA", "Insufficient Data"
    return "OK", f"Threshold not crossed: {values}"
