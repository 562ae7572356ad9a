"""The campaign page and public results."""
