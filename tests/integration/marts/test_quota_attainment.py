"""quota_attainment against the quotas, managers and won deals of the company."""

from __future__ import annotations

import duckdb
import pytest

pytestmark = pytest.mark.slow


def test_who_had_a_deal_when_it_was_won_has_it_in_the_quarter(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        """
        select
            known.user_record_id, known.quota_amount, ours.quota_amount, known.won_amount_eur, ours.won_amount,
            known.won_count, ours.won_opportunity_count
        from memory.truth.quotas as known
        left join core.dim_users as users on known.user_record_id = users.source_record_id
        left join marts.quota_attainment as ours
            on users.user_id = ours.owner_user_id and known.period_start_date = ours.fiscal_quarter_start_date
        """
    ).fetchall()
    assert len(rows) > 20
    assert not [row for row in rows if row[1::2] != row[2::2]]


def test_the_manager_of_the_quarter_in_progress_is_the_one_of_today(connection: duckdb.DuckDBPyConnection) -> None:
    # of what changed before the first night a source tells nobody: earlier quarters have the first manager known
    rows = connection.execute(
        """
        select quarters.owner_name, managers.source_record_id, known.manager_user_record_id
        from marts.quota_attainment as quarters
        inner join core.dim_dates as days
            on quarters.fiscal_quarter_start_date = days.fiscal_quarter_start_date
        inner join core.dim_users as owners on quarters.owner_user_id = owners.user_id
        inner join memory.truth.managements as known on owners.source_record_id = known.user_record_id
        left join core.dim_users as managers on quarters.manager_user_id = managers.user_id
        where
            days.date_day = (select max(as_of_date) from marts.customer_profitability)
            and known.from_date <= days.date_day
            and coalesce(known.to_date > days.date_day, true)
        """
    ).fetchall()
    assert rows
    assert not [row for row in rows if row[1] != row[2]]
