"""The shape of the registry: which record is which customer, since when and why, what was decided and what was learnt.

Only shapes belong here, as `ledger` makes them. Who writes which id is decided in `pipelines.analytics`.
"""

from __future__ import annotations

_RECORD = "source_system varchar, source_instance varchar, entity varchar, source_record_id varchar"
_OTHER_RECORD = (
    "other_source_system varchar, other_source_instance varchar, other_entity varchar, other_source_record_id varchar"
)

# A lake of an earlier release gets the columns that its tables lack: new ones are added at the end, none is moved.
# A period is [valid_from, valid_to): for assignments the first is `assigned_at_as_of`; valid_to is NULL while the row
# is current. `revision` numbers the transactions that wrote to the registry: two nights of one day, or one of an
# earlier day, have an order all the same. It is NULL in rows of the release that did not count them.
TABLES = {
    "identity.assignments": f"{_RECORD}, customer_id varchar, customer_type varchar, is_current boolean,"
    " assigned_at_as_of date, run_id varchar, valid_to date, revision bigint",
    "identity.events": f"event_type varchar, customer_id varchar, other_customer_id varchar, {_RECORD}, as_of date,"
    " run_id varchar, revision bigint",
    "identity.evidence": f"{_RECORD}, {_OTHER_RECORD}, rule varchar, weight double, is_current boolean, run_id varchar,"
    " probability double, levels varchar, model_id varchar, valid_from date, valid_to date",
    "identity.models": "model_id varchar, customer_type varchar, trained_at_as_of date, run_id varchar,"
    " parameters varchar, is_current boolean",
    "identity.decisions": "decision_id varchar, kind varchar, record_key varchar, other_record_key varchar,"
    " attribute varchar, value varchar, author varchar, reason varchar, decided_on date, expires_on date,"
    " status varchar, run_id varchar",
    "analytics.models": "name varchar, model_id varchar, trained_as_of date, run_id varchar, payload varchar,"
    " card varchar, is_current boolean",
}
