"""One module per way; each is a process that works until it is told to stop."""
