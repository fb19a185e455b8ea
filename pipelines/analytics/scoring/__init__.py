"""Learning a probability from dated examples, judging it on later ones, and saying in words what it comes from.

``encoding`` makes a matrix of a table of features; ``boosting``, ``logistic`` and their ``blend`` are the learners,
kept as JSON;
``calibration`` mends probabilities that are off; ``classifier`` is the three together; ``measures`` judge it;
``training`` chooses by the test window; ``keeping`` decides when to train anew and which model stays; ``cards`` is what
a run shows. What is predicted, and of which features, belongs to the area that uses this: churning, leads.

A model is trained again by the first night that finds it a month old (or none at all), inside the nightly run; there
is no schedule of its own.
"""
