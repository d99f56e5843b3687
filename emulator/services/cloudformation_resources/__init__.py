"""The resource types `AWS::SMSVOICE::*` of CloudFormation: their schemas, and handlers that call the API's operations."""
