"""Sending: from the accepted request to the final receipt."""
