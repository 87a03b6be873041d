"""Sample media for the phone page, drawn by this package: `python -m local.zalo.samples` makes them anew."""
