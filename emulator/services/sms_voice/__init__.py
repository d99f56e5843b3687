"""sms-voice: AWS's first SMS and voice API, and the guide's additions to its client."""
