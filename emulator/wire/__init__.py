"""The AWS protocols, read from botocore's service models. It knows no SMS."""
