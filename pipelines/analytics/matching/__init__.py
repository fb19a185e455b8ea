"""Which records may be one customer: compares them, weighs what agrees, and groups them. Gives no ids.

``comparisons`` is the vocabulary; ``persons`` and ``organizations`` say what is compared; ``features``, ``blocking``
and ``scoring`` do it in DuckDB; ``training`` finds the weights without labels; ``clustering`` groups with guards;
``matcher`` is a night's order of work. Which id a group keeps is decided in ``pipelines.analytics.stable_ids``.
"""
