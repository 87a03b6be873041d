"""The agency's look-up service as it could be, with invented people: for development and tests only."""
