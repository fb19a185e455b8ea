"""What the identity benchmark is made of: people with a known truth, the matchers under test, and their scores.

Nothing here is part of the product; `tests.benchmarks.bench_identity` puts the parts together.
"""
