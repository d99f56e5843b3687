"""sns: texts published to a phone number. All else of SNS is the embedded service's."""
