"""The packages; everything else is in setup.cfg, which cannot add one that lies elsewhere to those it finds."""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["emulator", "emulator.*"]), "emulator.botocore_models"])
