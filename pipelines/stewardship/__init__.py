"""What stewards decide: which records are one customer and which are not, values they pin, values that say nothing.

``files`` reads and writes the CSV files, ``keys`` the record keys in them; ``decisions`` says what a valid row is and
``contradictions`` which rows cannot stand together; ``recording`` brings them into the lake, ``notices`` reports what
has no effect. For the command line: ``queue`` (what waits for a steward), ``exchange`` (the queue as a CSV file),
``explaining``, ``past`` (what became of an id) and ``whatif``. ``labels`` measures matching by what stewards decided.
How records are matched, and what a decision does to it, belongs to ``pipelines.analytics``.
"""
