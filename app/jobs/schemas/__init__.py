"""What orders and jobs look like on the wire."""
