"""Tables of vtiger in SQL that MariaDB and SQLite take: those of the demo company, and a few more."""

from __future__ import annotations

from importlib.resources import files

_MORE = (
    "alter table vtiger_accountscf add column cf_701 varchar(100)",
    "create table vtiger_vendor (vendorid int primary key, vendorname varchar(100))",
    "create table vtiger_vendorcf (vendorid int primary key, cf_702 varchar(100))",
    "create table vtiger_modtracker_basic (id int primary key, crmid int, module varchar(50), whodid int,"
    " changedon datetime, status int)",
    "create table vtiger_modtracker_detail (id int, fieldname varchar(100), prevalue text, postvalue text)",
)


def statements(*, is_sqlite: bool = False) -> tuple[str, ...]:
    """Return the statements that make the tables; the clock is made with every installation."""
    text = files("sources.simulators.company").joinpath("sql/vtiger/_schema.sql").read_text(encoding="utf-8")
    # MySQL numbers only what it is told to, SQLite every integer key
    text = text if is_sqlite else text.replace("lineitem_id integer", "lineitem_id integer auto_increment")
    plain = (line for line in text.splitlines() if not line.startswith("--"))
    made = [each.strip() for each in "\n".join(plain).split(";") if each.strip()]
    return (*(each for each in made if "crm_clock" not in each), *_MORE)
