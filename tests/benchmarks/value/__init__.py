"""What the benchmark of the value models is made of."""
