"""What can go wrong before a database is used at all. Imports nothing of ours."""


class StoreError(Exception):
    """The database cannot be used; the text is one sentence for whoever runs the server."""
