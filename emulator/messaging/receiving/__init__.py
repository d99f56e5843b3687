"""Receiving: inbound messages from handsets."""
