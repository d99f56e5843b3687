"""Notify: messages made from AWS's templates."""
