"""Who works where and who lives together, among the eight hand-made customers."""

from __future__ import annotations

import pytest

from tests.integration.dbt.people import EMEA
from tests.integration.dbt.small_lake import SmallLake

pytestmark = pytest.mark.slow


def test_the_employee_of_a_company_works_there_and_nobody_else_does(built: SmallLake) -> None:
    rows = built.query(
        """
        select people.customer_name, organizations.customer_name, e.source_instance, e.source_record_id, e.is_current
        from core.bridge_employments as e
        join core.dim_customers as people on people.customer_id = e.person_customer_id
        join core.dim_customers as organizations on organizations.customer_id = e.organization_customer_id
        """
    )
    # Anna's and Peter's contacts belong to accounts that are they themselves
    assert len(rows) == 1
    assert rows[0][0] in ("Bob Lang", "Robert Lang") and rows[0][1].upper().startswith("ACME")
    assert rows[0][2:] == (EMEA, "003BOB", True)


def test_two_people_of_one_name_in_one_house_are_a_household(built: SmallLake) -> None:
    rows = built.query(
        "select household_id, customers.first_name, households.street, member_count"
        " from core.bridge_customer_households as households"
        " join core.dim_customers as customers using (customer_id) order by customers.first_name"
    )
    assert [row[1:] for row in rows] == [("Peter", "Hauptstr. 5", 2), ("Petra", "Hauptstr. 5", 2)]
    assert len({row[0] for row in rows}) == 1
