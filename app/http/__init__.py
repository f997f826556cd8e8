"""Request toolkit: who asks, what they may reach, how changes are entered and refusals told."""
