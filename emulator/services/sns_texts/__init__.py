"""Texts sent through Amazon SNS."""
