"""Accounts, roles, sign-in and the activity log of organizers. Knows nothing of answers."""
