"""Base templates, components and small helpers of every screen. No table."""
