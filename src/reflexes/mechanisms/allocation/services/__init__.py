"""What can be done with needs, offers, plans, waves and missions. Only these modules call the matching engine."""
