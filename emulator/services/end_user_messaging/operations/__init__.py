"""The operations, a module for each family."""
