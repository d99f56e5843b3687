"""
Cognito's codes on the phone: made, texted and checked in front of moto's user pools, which do none of that.

The user pools stay moto's. An operation that sends or takes a code comes here first; it is passed on when the code is
right, and what it answers is completed by where the code went.
"""
