"""What the value of a customer takes for granted. A business that thinks otherwise changes it here."""

from __future__ import annotations

# how far ahead "lifetime" looks, and what money of a year later is worth less
LIFETIME_YEARS = 5.0
DISCOUNT_RATE = 0.10
# the share of all likely outcomes that an interval holds
INTERVAL = 0.80
# a population with fewer customers who bought again is not fitted on its own, nor at all when it is everybody
FEWEST_REPEATERS = 50
# how long subscriptions last is not fitted before so many have ended
FEWEST_ENDED_CONTRACTS = 20
# a back-test holds out this much, or half of the past where that is less; there is none of less than the last
HOLDOUT_DAYS = 365
FEWEST_HOLDOUT_DAYS = 60
# a customer's own margin counts as much as the population's after so many average orders
ORDERS_OF_MARGIN_PRIOR = 5
# beyond this correlation, how much is spent per order is not independent of how often; the models say it is
LARGEST_CORRELATION = 0.3

WEEK_DAYS = 7.0
YEAR_WEEKS = 365.25 / WEEK_DAYS
