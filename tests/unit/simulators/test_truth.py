"""The truth beside the sources: each table against an independent recount of what the sources show."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import exp
from pathlib import Path

import pytest

from sources.simulators.company.leads import COUNTRIES, SOURCES, TITLES
from sources.simulators.company.timing import START_DAY
from sources.simulators.company.words import load_words
from sources.simulators.world import World
from tests.unit.simulators.world_files import DAYS, export_lines, legacy, rows, truth

# euro per item and per hour, by what the sources call it
SERVICE_RATES = {
    "Email": ("0.50", 0),
    "MAIL": ("0.50", 0),
    "Call": ("2.00", 40),
    "CALL": ("2.00", 40),
    "Meeting": ("15.00", 60),
    "VISIT": ("15.00", 60),
    "Chat": ("1.00", 30),
    "Case": ("12.00", 0),
}


def customers_of(home: Path) -> dict[tuple[str, str], str]:
    """Return the customer of each record of a source."""
    return {
        (row["source_instance"], row["source_record_id"]): row["truth_customer_id"] for row in truth(home, "record_map")
    }


def euro(home: Path, amount: Decimal, currency: str, day: date) -> Decimal:
    """Return an amount in euro at the rate of the day, rounded half up."""
    (rate,) = [
        row["ConversionRate"]
        for row in rows(home, "DatedConversionRate")
        if row["IsoCode"] == currency and row["StartDate"] <= day < row["NextStartDate"]
    ]
    return Decimal(amount / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_the_truths_spend_is_what_the_source_rows_come_to(days: list[Path]) -> None:
    home, today = days[DAYS], START_DAY + timedelta(days=DAYS)
    owners = customers_of(home)
    shop_buyers = {
        row["source_record_id"]: row["truth_customer_id"]
        for row in truth(home, "orders")
        if row["source_instance"] == "order_export"
    }

    spent: dict[str, Decimal] = defaultdict(Decimal)
    orders = {row["Id"]: row for row in rows(home, "Order") if row["Status"] in ("Draft", "Activated")}
    for item in rows(home, "OrderItem"):
        if order := orders.get(item["OrderId"]):
            assert item["TotalPrice"] == item["Quantity"] * item["UnitPrice"] - item["Discount__c"]
            owner = owners["salesforce", order["AccountId"]]
            spent[owner] += euro(home, item["TotalPrice"], order["CurrencyIsoCode"], order["EffectiveDate"])
    for row in legacy(home, "select * from order_items join orders using (order_no) where status in ('P', 'F')"):
        amount = row["qty"] * Decimal(row["price"]) - Decimal(row["discount"])
        owner = owners["legacy_crm", row["cust_no"]]
        spent[owner] += euro(home, amount, row["currency"], date.fromisoformat(row["order_date"]))
    for line in export_lines(home).values():
        if line["status"] in ("placed", "fulfilled"):
            price, discount = (Decimal(line[name].replace(",", ".")) for name in ("unit_price", "discount"))
            placed = datetime.strptime(line["order_date"], "%d.%m.%Y").date()
            assert placed <= today
            amount = int(line["quantity"]) * price - discount
            spent[shop_buyers[line["order_number"]]] += euro(home, amount, line["currency"], placed)
    assert spent and dict(spent) == {
        row["truth_customer_id"]: row["spend_eur"] for row in truth(home, "spend") if row["order_count"]
    }


def test_all_three_systems_say_when_an_order_was_delivered_and_when_it_came_back(days: list[Path]) -> None:
    def shop_date(text: str) -> date | None:
        return datetime.strptime(text, "%d.%m.%Y").date() if text else None

    home = days[DAYS]
    seen = {
        ("salesforce", row["Id"]): (row["Fulfilled_Date__c"], row["Returned_Date__c"]) for row in rows(home, "Order")
    }
    for row in legacy(home, "select * from orders"):
        dates = (row["delivered"], row["returned"])
        seen["legacy_crm", row["order_no"]] = tuple(text and date.fromisoformat(text) for text in dates)
    for (number, _), line in export_lines(home).items():
        seen["order_export", number] = (shop_date(line["delivered_on"]), shop_date(line["returned_on"]))
    orders = truth(home, "orders")
    assert seen == {
        (row["source_instance"], row["source_record_id"]): (row["fulfilled_date"], row["returned_date"])
        for row in orders
    }
    assert all((row["order_status"] == "returned") == (row["returned_date"] is not None) for row in orders)
    assert all(row["order_date"] <= row["fulfilled_date"] for row in orders if row["fulfilled_date"])


def test_the_truth_knows_whose_each_contract_is_and_when_it_ends(days: list[Path]) -> None:
    home, today = days[DAYS], START_DAY + timedelta(days=DAYS)
    owners = {row["source_record_id"]: row["truth_customer_id"] for row in truth(home, "record_map")}
    known = {row["source_record_id"]: row for row in truth(home, "subscriptions")}
    shown = {row["contract_no"]: row for row in legacy(home, "select * from contracts")}
    assert shown.keys() == known.keys() and shown
    for number, row in shown.items():
        true = known[number]
        assert owners[row["cust_no"]] == true["truth_customer_id"]
        assert (row["begins"], Decimal(row["monthly"])) == (str(true["start_date"]), true["monthly_amount"])
        ended = true["cancelled_date"] is not None and true["cancelled_date"] <= today
        assert (row["status"], row["ends"]) == (("K", str(true["cancelled_date"])) if ended else ("A", None))
        assert not ended or true["cancelled_date"].day == true["start_date"].day


def test_the_truth_of_quotas_is_what_the_deals_owners_won_in_the_quarter(days: list[Path]) -> None:
    home = days[DAYS]
    won: dict[tuple[str, date], list[Decimal]] = defaultdict(list)
    for deal in rows(home, "Opportunity"):
        if deal["IsWon"]:
            day = deal["CloseDate"]
            won[deal["OwnerId"], date(day.year, (day.month - 1) // 3 * 3 + 1, 1)].append(
                euro(home, deal["Amount"], deal["CurrencyIsoCode"], day)
            )
    quotas = truth(home, "quotas")
    assert {(row["user_record_id"], row["period_start_date"]): row["won_amount_eur"] for row in quotas} == {
        (row["QuotaOwnerId"], row["StartDate"]): sum(won[row["QuotaOwnerId"], row["StartDate"]], Decimal())
        for row in rows(home, "ForecastingQuota")
    }
    assert sum(row["won_count"] for row in quotas) == sum(map(len, won.values())) > 0


def test_the_truth_of_stock_outs_is_when_the_levels_were_nothing(days: list[Path]) -> None:
    home = days[DAYS]
    ended = {row["StockKeepingUnit"] for row in rows(home, "Product2") if not row["IsActive"]}
    levels: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for row in legacy(home, "select * from stock_levels order by changed"):
        levels[row["sku"]].append((datetime.fromisoformat(row["changed"]), row["quantity"]))
    spells = set()
    for sku, known in levels.items():
        known = known[:-1] if sku in ended else known
        for (at, quantity), later in zip(known, [*known[1:], None], strict=True):
            if quantity == 0:
                assert later is None or later[1] > 0
                spells.add((sku, at, later and later[0]))
    outs = truth(home, "stock_outs")
    assert spells == {(row["product_code"], row["out_of_stock_at"], row["back_in_stock_at"]) for row in outs}
    assert len({sku for sku, _, _ in spells}) > 40 and len(outs) > 200


def test_the_truth_knows_the_orders_that_the_days_to_come_will_bring(days: list[Path], tmp_path: Path) -> None:
    World.create(tmp_path / "later", 500, 11, START_DAY + timedelta(days=90))
    placed: dict[str, int] = defaultdict(int)
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for row in truth(tmp_path / "later", "orders"):
        if row["order_date"] > START_DAY:
            placed[row["truth_customer_id"]] += 1
            spent[row["truth_customer_id"]] += row["order_amount_eur"]
    known = truth(days[0], "purchases")
    assert {row["truth_customer_id"]: row["order_count_next_90_days"] for row in known} == {
        row["truth_customer_id"]: placed[row["truth_customer_id"]] for row in known
    }
    for row in known:
        assert (
            row["kept_order_count_next_90_days"] <= row["order_count_next_90_days"] <= row["order_count_next_180_days"]
        )
        if row["kept_order_count_next_90_days"] == placed[row["truth_customer_id"]]:
            assert row["revenue_eur_next_90_days"] == spent[row["truth_customer_id"]]
    assert any(row["kept_order_count_next_90_days"] for row in known)


def test_the_true_probability_of_a_lead_follows_from_what_the_org_shows_within_ten_days(days: list[Path]) -> None:
    home = days[DAYS]
    free = set(load_words().raw["people"]["mail_domains"])
    calls: Counter[str] = Counter()
    leads = {row["Id"]: row for row in rows(home, "Lead")}
    for task in rows(home, "Task"):
        lead = leads.get(task["WhoId"])
        if lead and task["CallType"] == "Inbound":
            calls[lead["Id"]] += task["CompletedDateTime"].date() < lead["CreatedDate"].date() + timedelta(days=10)
    known = {row["source_record_id"]: row for row in truth(home, "leads")}
    checked = 0
    for key, lead in leads.items():
        created = lead["CreatedDate"]
        if created.date() > START_DAY - timedelta(days=10) or lead["IsDeleted"]:
            continue
        company = lead["Email"] is not None and lead["Email"].split("@")[1].lower() not in free
        logit = -2.1 + SOURCES[lead["LeadSource"]] + 0.5 * company + 0.55 * calls[key]
        logit += TITLES[lead["Title"]] if lead["Title"] else 0.0
        logit += COUNTRIES[lead["Country"]] if lead["Country"] else 0.0
        logit += 0.2 * (created - datetime.combine(START_DAY, datetime.min.time())) / timedelta(days=365.25)
        assert known[key]["true_probability"] == pytest.approx(1 / (1 + exp(-logit))), lead
        checked += 1
    assert checked > 80
    shown = {key: lead["ConvertedDate"] for key, lead in leads.items() if lead["IsConverted"]}
    today = START_DAY + timedelta(days=DAYS)
    assert shown == {
        key: row["converted_date"]
        for key, row in known.items()
        if row["is_converted"] and row["converted_date"] <= today
    }
    contacts = {row["Id"] for row in rows(home, "Contact")}
    assert all(leads[key]["ConvertedContactId"] in contacts for key in shown)


def profits(home: Path, column: str) -> dict[str, Decimal]:
    """Return one column of the truth of profits by customer, without the customers that have nothing in it."""
    return {row["truth_customer_id"]: row[column] for row in truth(home, "profits") if row[column]}


def test_the_truth_of_service_costs_is_what_interactions_and_cases_come_to(days: list[Path]) -> None:
    home, today = days[DAYS], START_DAY + timedelta(days=DAYS)
    owners = customers_of(home)
    served: list[tuple[str, str, int]] = []
    for row in rows(home, "Task"):
        if row["IsClosed"]:
            customer = owners["salesforce", row["AccountId"] or row["WhoId"]]
            served.append((customer, row["TaskSubtype"], row["CallDurationInSeconds"] or 0))
    for row in rows(home, "Event"):
        if row["StartDateTime"].date() <= today:
            customer = owners["salesforce", row["AccountId"] or row["WhoId"]]
            served.append((customer, "Meeting", row["DurationInMinutes"] * 60))
    cases = [row for row in rows(home, "Case") if not row["IsDeleted"]]
    served += [(owners["salesforce", row["AccountId"] or row["ContactId"]], "Case", 0) for row in cases]
    for row in legacy(home, "select * from activities"):
        served.append((owners["legacy_crm", row["cust_no"]], row["kind"], row["minutes"] * 60))
    cost: dict[str, Decimal] = defaultdict(Decimal)
    for customer, kind, seconds in served:
        item, hour = SERVICE_RATES[kind]
        cost[customer] += Decimal(item) + (Decimal(hour) * seconds / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert profits(home, "service_cost_amount") == cost
    assert {kind for _, kind, _ in served} == SERVICE_RATES.keys()


def test_the_truth_of_promotion_costs_shares_each_campaigns_cost_over_its_treated_members(days: list[Path]) -> None:
    home = days[DAYS]
    owners = customers_of(home)
    shares: dict[str, Decimal] = defaultdict(Decimal)
    for campaign in rows(home, "Campaign"):
        treated = sorted(
            row["LeadOrContactId"]
            for row in rows(home, "CampaignMember")
            if row["CampaignId"] == campaign["Id"] and not row["Is_Control__c"]
        )
        assert (campaign["ActualCost"] is None) == (not treated)
        cents, left = divmod(int((campaign["ActualCost"] or 0) * 100), max(1, len(treated)))
        for place, member in enumerate(treated):
            shares[owners["salesforce", member]] += Decimal(cents + (place < left)) / 100
    assert profits(home, "promotion_cost_amount") == shares
    costs = [campaign["ActualCost"] or 0 for campaign in rows(home, "Campaign")]
    assert sum(shares.values()) == sum(costs) == sum(row["cost_amount_eur"] for row in truth(home, "campaigns"))


def test_the_truth_of_goods_discounts_and_returns_is_what_the_order_lines_come_to(days: list[Path]) -> None:
    home = days[DAYS]
    unit_cost = {row["ProductCode"]: row["Unit_Cost__c"] for row in rows(home, "Product2")}
    orders = {(row["source_instance"], row["source_record_id"]): row for row in truth(home, "orders")}
    goods: dict[str, Decimal] = defaultdict(Decimal)
    saved: dict[str, Decimal] = defaultdict(Decimal)
    for line in truth(home, "order_lines"):
        order = orders[line["source_instance"], line["order_record_id"]]
        if order["order_status"] in ("placed", "fulfilled"):
            customer = order["truth_customer_id"]
            goods[customer] += line["quantity"] * unit_cost[line["product_code"]]
            discount = euro(home, line["discount_amount"], line["currency_code"], order["order_date"])
            saved[customer] += discount
    assert profits(home, "product_cost_amount") == goods
    assert profits(home, "discount_amount") == {customer: amount for customer, amount in saved.items() if amount}
    back = Counter(order["truth_customer_id"] for order in orders.values() if order["order_status"] == "returned")
    assert profits(home, "returned_order_count") == back
    assert profits(home, "return_cost_amount") == {customer: 8 * count for customer, count in back.items()}
    spent = {row["truth_customer_id"]: row["spend_eur"] for row in truth(home, "spend") if row["spend_eur"]}
    assert profits(home, "revenue_amount") == spent
