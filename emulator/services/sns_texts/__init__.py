"""Texts sent by Amazon SNS."""
