"""One module per way to do the hop; each is a process that works until it is told to stop."""
