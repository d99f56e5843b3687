"""pinpoint: AWS End User Messaging Push, and the channels of a Pinpoint application."""
