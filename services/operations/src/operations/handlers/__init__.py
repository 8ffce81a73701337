"""What operations does: one function per intention. It only remembers; it decides nothing about anybody's care."""
