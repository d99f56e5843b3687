"""WhatsApp: the rules of the channel, and what Meta does behind AWS."""
