"""The resources, a module per family: dataclasses with the rules that concern them alone."""
