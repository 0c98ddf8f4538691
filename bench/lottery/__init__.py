"""Benchmark of the lottery: the worst chance it gives, its proof and its time, beside a public package."""
