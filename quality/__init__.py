"""Great Expectations gates at the two doors: what landed, and what is about to be published."""
