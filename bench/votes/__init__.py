"""The last ten minutes of a vote: 5,000 ballots, processes killed in the middle, on both databases."""
