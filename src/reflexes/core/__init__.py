"""What every part leans on: accounts, acting, clock, outbox, notifications, privacy, printing, registry."""
