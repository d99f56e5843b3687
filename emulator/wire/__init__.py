"""The AWS protocols, read from botocore's service models. Nothing here knows about SMS."""
