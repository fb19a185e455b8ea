"""How two records of persons are compared. Data only; see ``comparisons`` for what the words mean."""

from __future__ import annotations

from pipelines.analytics.matching.comparisons import BlockingRule, Comparison, Kind, Level, Veto

# one of the two may hold a slip
_SWAPPED = (
    "(l.first_name = r.last_name and jaro_winkler_similarity(l.last_name, r.first_name) >= 0.9"
    " or l.last_name = r.first_name and jaro_winkler_similarity(l.first_name, r.last_name) >= 0.9)"
)

FIRST_NAME = Comparison(
    "first_name",
    "l.first_name is null or r.first_name is null",
    (
        Level("exact", "l.first_name = r.first_name", 0.76, 0.006, "first_name", equal="first_name"),
        Level("nickname", "list_has_any(l.given_names, r.given_names)", 0.08, 0.002),
        Level("swapped", _SWAPPED, 0.01, 1e-05),
        Level(
            "initial",
            "least(length(l.first_name), length(r.first_name)) = 1 and l.first_name[1] = r.first_name[1]",
            0.03,
            0.003,
        ),
        # an ending more is another name: Daniel and Daniela
        Level(
            "close",
            "jaro_winkler_similarity(l.first_name, r.first_name) >= 0.8"
            " and damerau_levenshtein(l.first_name, r.first_name) = 1"
            " and not starts_with(l.first_name, r.first_name) and not starts_with(r.first_name, l.first_name)",
            0.06,
            0.001,
        ),
        Level("alike", "jaro_winkler_similarity(l.first_name, r.first_name) >= 0.8", 0.02, 0.008),
        Level("other", "true", 0.03, 0.98),
    ),
)

LAST_NAME = Comparison(
    "last_name",
    # names that swapped places are counted once, as a first name's level
    f"l.last_name is null or r.last_name is null or ({_SWAPPED} and l.first_name <> r.first_name"
    " and not coalesce(list_has_any(l.given_names, r.given_names), false))",
    (
        Level("exact", "l.last_name = r.last_name", 0.83, 0.002, "last_name", equal="last_name"),
        Level("part", "list_has_any(l.last_name_parts, r.last_name_parts)", 0.02, 0.0005),
        Level("close", "jaro_winkler_similarity(l.last_name, r.last_name) >= 0.9", 0.07, 0.001),
        Level("alike", "jaro_winkler_similarity(l.last_name, r.last_name) >= 0.8", 0.02, 0.004),
        Level("other", "true", 0.06, 0.9925),
    ),
)

_EQUAL_PARTS = (
    "(year(l.birth_date) = year(r.birth_date))::int + (month(l.birth_date) = month(r.birth_date))::int"
    " + (day(l.birth_date) = day(r.birth_date))::int"
)
_DAYS = "abs(l.birth_date - r.birth_date)"

BIRTH_DATE = Comparison(
    "birth_date",
    "l.birth_date is null or r.birth_date is null",
    (
        Level("exact", "l.birth_date = r.birth_date", 0.94, 4e-05, equal="birth_date"),
        # one slip leaves the year or the rest of the date as it is: looking there first spares the dear comparison
        Level(
            "slip",
            "(year(l.birth_date) = year(r.birth_date) or l.birth_text[5:8] = r.birth_text[5:8])"
            " and (damerau_levenshtein(l.birth_text, r.birth_text) = 1"
            " or l.birth_text[5:8] = r.birth_text[7:8] || r.birth_text[5:6])",
            0.04,
            0.001,
        ),
        Level("two_parts", f"{_EQUAL_PARTS} = 2", 0.01, 0.003),
        Level("month", f"{_DAYS} <= 31", 0.002, 0.001),
        Level("year", f"{_DAYS} <= 397", 0.002, 0.03),
        Level("decade", f"{_DAYS} <= 3682", 0.002, 0.25),
        Level("other", "true", 0.004, 0.715),
    ),
)

EMAIL = Comparison(
    "email",
    "l.emails is null or r.emails is null",
    (
        Level(
            "exact", "not (l.is_email_shared or r.is_email_shared) and list_has_any(l.emails, r.emails)", 0.65, 1e-06
        ),
        Level("shared", "list_has_any(l.emails, r.emails)", 0.03, 1e-05),
        Level("mailbox", "l.mailbox = r.mailbox", 0.05, 0.001, follows="both_names"),
        Level(
            "close",
            "l.mailbox[1] = r.mailbox[1] and jaro_winkler_similarity(l.mailbox, r.mailbox) >= 0.9",
            0.07,
            0.01,
            follows="both_names",
        ),
        Level("other", "true", 0.2, 0.989),
    ),
)

PHONE = Comparison(
    "phone",
    "l.phones is null or r.phones is null",
    (
        Level("exact", "list_has_any(l.phones, r.phones)", 0.65, 2e-06),
        Level(
            "close",
            # as with dates: one slip leaves the beginning or the end as it is
            "(right(l.phone, 4) = right(r.phone, 4) or left(l.phone, 7) = left(r.phone, 7))"
            " and damerau_levenshtein(l.phone, r.phone) = 1",
            0.05,
            2e-06,
        ),
        Level("other", "true", 0.3, 0.999996),
    ),
)

_SAME_TOWN = "(l.postal_code = r.postal_code or l.city = r.city)"

ADDRESS = Comparison(
    "address",
    "(l.street is null or r.street is null) and (l.postal_code is null or r.postal_code is null)"
    " and (l.city is null or r.city is null)",
    (
        Level("exact", f"l.street = r.street and {_SAME_TOWN}", 0.55, 1e-05),
        Level("close", f"{_SAME_TOWN} and jaro_winkler_similarity(l.street, r.street) >= 0.9", 0.1, 1e-05),
        Level("postal_code", "l.postal_code = r.postal_code", 0.05, 0.001),
        Level("city", "l.city = r.city", 0.1, 0.02, "city"),
        Level("city_alike", "jaro_winkler_similarity(l.city, r.city) >= 0.9", 0.02, 0.002),
        Level("other", "true", 0.2, 0.977),
    ),
)

OFFICIAL_ID = Comparison(
    "official_id",
    "l.official_id is null or r.official_id is null",
    (
        Level("exact", "l.official_id = r.official_id", 0.93, 1e-07, equal="official_id"),
        Level("slip", "damerau_levenshtein(l.official_id, r.official_id) <= 1", 0.06, 1e-05),
        Level("other", "true", 0.01, 0.99999),
    ),
)

PERSONS = Kind(
    "person",
    (FIRST_NAME, LAST_NAME, BIRTH_DATE, EMAIL, PHONE, ADDRESS, OFFICIAL_ID),
    (
        BlockingRule("official_id", "official_id", ("official_id",), is_essential=True),
        BlockingRule("email", "emails", ("email",), is_list=True, is_essential=True),
        BlockingRule("phone", "phones", ("phone",), is_list=True, is_essential=True),
        BlockingRule(
            "both_names",
            "least(first_name, last_name) || '|' || greatest(first_name, last_name)",
            ("first_name", "last_name"),
            # namesakes of a common name who are one person have something else in common, too
            most=30,
            is_essential=True,
        ),
        BlockingRule("birth_date_last_name", "birth_text || last_name[1:2]", ("birth_date", "last_name")),
        BlockingRule("birth_date_first_name", "birth_text || first_name[1:2]", ("birth_date", "first_name")),
        BlockingRule("street", "street || '|' || coalesce(postal_code, city)", ("address",)),
        BlockingRule("mailbox", "case when length(mailbox) >= 5 then mailbox end", ("email",), most=30),
        BlockingRule("postal_code_last_name", "postal_code || last_name[1:4]", ("address", "last_name")),
        BlockingRule("postal_code_first_name", "postal_code || first_name[1:4]", ("address", "first_name")),
        BlockingRule(
            "city_names",
            "city || last_name[1:3] || first_name[1:2]",
            ("address", "first_name", "last_name"),
            most=40,
        ),
        BlockingRule("everything", "true", most=2**31 - 1),
        BlockingRule("birth_date", "birth_text", ("birth_date",)),
        BlockingRule("last_name_birth_year", "last_name || birth_text[1:4]", ("last_name", "birth_date")),
        BlockingRule("first_name_birth_year", "first_name || birth_text[1:4]", ("first_name", "birth_date")),
        BlockingRule("last_name", "last_name", ("last_name",)),
        BlockingRule("first_name", "first_name", ("first_name",)),
        BlockingRule("postal_code", "postal_code", ("address",)),
    ),
    # a family shares its name, house, telephone and mailbox: only these say which of its members it is
    required="first_name in ('exact', 'nickname', 'swapped', 'initial', 'close') or official_id in ('exact', 'slip')"
    " or birth_date in ('exact', 'slip', 'two_parts') or (first_name in ('alike', 'missing') and email = 'exact')",
    # where dates of birth are so often wrong that another one is no contradiction, a near one is a sign
    suffices="birth_date in ('month', 'year')",
    vetoes=(
        # father and son share even the first name
        Veto("birth_date", ("month", "year", "decade", "other"), "official_id in ('exact', 'slip')"),
        Veto("official_id", ("other",), "birth_date in ('exact', 'slip')"),
        # twins share the date of birth too
        Veto(
            "first_name",
            ("other",),
            "official_id in ('exact', 'slip') or (birth_date in ('exact', 'slip') and email = 'exact')",
        ),
        Veto(
            "first_name",
            ("alike",),
            "official_id in ('exact', 'slip') or birth_date in ('exact', 'slip') or email = 'exact'",
        ),
    ),
    columns=(
        "first_name", "given_names", "last_name", "last_name_parts", "birth_date", "emails", "is_email_shared",
        "mailbox", "phones", "street", "postal_code", "city", "official_id",
    ),
)  # fmt: skip
