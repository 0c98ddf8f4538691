"""What is said of an agreement map: sentences, in words that name nobody. No table is touched."""
