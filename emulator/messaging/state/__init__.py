"""The state of the messaging system: dataclasses, one module for each kind of resource."""
