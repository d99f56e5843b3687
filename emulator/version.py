"""The version of the package, apart from its public names, which lead to everything."""

__version__ = "0.1.0"
