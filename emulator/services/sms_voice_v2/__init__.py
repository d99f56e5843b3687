"""pinpoint-sms-voice-v2: AWS End User Messaging SMS and voice."""
