"""The local stack: the very template that goes to AWS, on an emulator, with a simulated Zalo. Never deployed."""
