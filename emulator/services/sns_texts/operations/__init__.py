"""The operations, a module for each family; every function named as botocore names the method."""
