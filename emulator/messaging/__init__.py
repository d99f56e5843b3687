"""The messaging system of an account, independent of the API through which it is used."""
