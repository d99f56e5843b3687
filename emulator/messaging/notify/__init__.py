"""Notify: messages from AWS's templates."""
