"""The operations, in one module for each kind of resource."""
