"""The tables of SuiteCRM 7 in MariaDB: those of the demo company's branch, in the dialect that both databases take."""

from __future__ import annotations

import re

from sources.simulators.company.timeline import sql

#: name → DDL
TABLES = {
    match[1]: match[0] for match in re.finditer(r"create table (\w+) \(.*?\n\)", sql("suitecrm/_schema"), re.DOTALL)
}
