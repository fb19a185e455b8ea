"""Why two records are one customer, in the lake: today's links are compared with the recorded ones and written.

Links are made elsewhere; `registry` says when they are written.
"""

from __future__ import annotations

from datetime import date

import duckdb

from pipelines.analytics.record_keys import key_of

# what two nights may work out differently in the last digits is the same evidence
_WEIGHT_DIGITS, _PROBABILITY_DIGITS = 6, 9
_COLUMNS = "record_key, other_record_key, rule, weight, probability, levels, model_id"


def compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell today's links from the recorded ones: temp tables `new_evidence` and `old_evidence`.

    Reads the temp tables `records` and `links`, and the lake attached as ``lake``. A link of the rule ``model`` is
    said by the current model of its kind of customers.
    """
    connection.execute(
        f"""
        create or replace temp table recorded as
        select
            {key_of()} as record_key,
            {key_of(other=True)} as other_record_key,
            rule, weight, probability, levels, model_id
        from lake.identity.evidence
        where is_current;

        create or replace temp table found as
        select
            links.record_key, links.other_record_key, links.rule,
            round(links.weight, {_WEIGHT_DIGITS}) as weight,
            round(links.probability, {_PROBABILITY_DIGITS}) as probability,
            links.levels,
            models.model_id
        from links
        join records on links.record_key = records.record_key
        semi join records as others on links.other_record_key = others.record_key
        left join (
            select customer_type, max(model_id) as model_id
            from lake.identity.models
            where is_current
            group by customer_type
        ) as models on links.rule = 'model' and records.customer_type = models.customer_type;

        create or replace temp table new_evidence as
        select {_COLUMNS} from found except select {_COLUMNS} from recorded;

        create or replace temp table old_evidence as
        select {_COLUMNS} from recorded except select {_COLUMNS} from found;
        """
    )


def write(connection: duckdb.DuckDBPyConnection, as_of: date, run_id: str) -> None:
    """Close what holds no more and append what is new. Runs inside the lake's transaction, after `compare`."""
    connection.execute(
        f"""
        update lake.identity.evidence as evidence set is_current = false, valid_to = ?
        from old_evidence as old
        where evidence.is_current
          and {key_of("evidence")} = old.record_key
          and {key_of("evidence", other=True)} = old.other_record_key
          and evidence.rule = old.rule
          and evidence.weight is not distinct from old.weight
          and evidence.probability is not distinct from old.probability
          and evidence.levels is not distinct from old.levels
          and evidence.model_id is not distinct from old.model_id
        """,
        [as_of],
    )
    connection.execute(
        """
        insert into lake.identity.evidence
            (source_system, source_instance, entity, source_record_id,
             other_source_system, other_source_instance, other_entity, other_source_record_id,
             rule, weight, is_current, run_id, probability, levels, model_id, valid_from)
        select r.source_system, r.source_instance, r.entity, r.source_record_id,
               o.source_system, o.source_instance, o.entity, o.source_record_id,
               new.rule, new.weight, true, ?, new.probability, new.levels, new.model_id, ?
        from new_evidence as new
        join records as r on new.record_key = r.record_key
        join records as o on new.other_record_key = o.record_key
        """,
        [run_id, as_of],
    )
