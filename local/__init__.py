"""What runs on a developer's machine only; nothing here is deployed."""
