"""How much the plumbing costs, measured side by side with what it is made of and with its neighbours."""
