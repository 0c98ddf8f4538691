"""Messages to people by the way they prefer. ``services.notify`` is the door; ``services.Recipient`` the address."""
