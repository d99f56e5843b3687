"""What the messaging system remembers: dataclasses, one module for each kind of resource."""
