"""How two records of organizations are compared. Data only; see ``comparisons`` for what the words mean."""

from __future__ import annotations

from pipelines.analytics.matching.comparisons import BlockingRule, Comparison, Kind, Level, Veto
from pipelines.analytics.matching.persons import ADDRESS, OFFICIAL_ID, PHONE

NAME = Comparison(
    "name",
    "l.organization_name is null or r.organization_name is null",
    (
        Level(
            "exact",
            "l.organization_name = r.organization_name",
            0.75,
            0.001,
            "organization_name",
            equal="organization_name",
        ),
        Level(
            "longer",
            "least(length(l.organization_name), length(r.organization_name)) >= 5"
            " and (starts_with(l.organization_name, r.organization_name)"
            " or starts_with(r.organization_name, l.organization_name))",
            0.08,
            0.001,
        ),
        Level("close", "jaro_winkler_similarity(l.organization_name, r.organization_name) >= 0.95", 0.08, 0.0005),
        Level(
            "words",
            "len(list_intersect(l.organization_words, r.organization_words)) * 3"
            " >= 2 * greatest(len(l.organization_words), len(r.organization_words))",
            0.04,
            0.001,
        ),
        Level("other", "true", 0.05, 0.9965),
    ),
)

DOMAIN = Comparison(
    "domain",
    "l.domains is null or r.domains is null",
    (
        Level("exact", "list_has_any(l.domains, r.domains)", 0.85, 1e-05),
        Level("other", "true", 0.15, 0.99999),
    ),
)

EMAIL = Comparison(
    "email",
    "l.emails is null or r.emails is null",
    (
        Level("exact", "list_has_any(l.emails, r.emails)", 0.6, 1e-05),
        Level("other", "true", 0.4, 0.99999),
    ),
)

ORGANIZATIONS = Kind(
    "organization",
    (NAME, DOMAIN, EMAIL, PHONE, ADDRESS, OFFICIAL_ID),
    (
        BlockingRule("official_id", "official_id", ("official_id",), is_essential=True),
        BlockingRule("domain", "domains", ("domain", "email"), is_list=True, is_essential=True),
        BlockingRule("email", "emails", ("email", "domain"), is_list=True, is_essential=True),
        BlockingRule("phone", "phones", ("phone",), is_list=True, is_essential=True),
        BlockingRule("name", "organization_name", ("name",), is_essential=True),
        BlockingRule("street", "street || '|' || coalesce(postal_code, city)", ("address",)),
        BlockingRule("postal_code_name", "postal_code || organization_name[1:4]", ("address", "name")),
        BlockingRule("city_name", "city || organization_name[1:4]", ("address", "name")),
        BlockingRule("everything", "true", most=2**31 - 1),
        BlockingRule("name_start", "organization_name[1:8]", ("name",)),
    ),
    # neighbours in one office building share all but these
    required="name in ('exact', 'longer', 'close', 'words') or domain = 'exact' or official_id = 'exact'",
    suffices="false",
    # one company may be known by a tax number here and a register number there
    vetoes=(Veto("official_id", ("other",), "name = 'exact' and domain = 'exact'"),),
    columns=(
        "organization_name", "organization_words", "domains", "emails", "phones", "street", "postal_code", "city",
        "official_id",
    ),
)  # fmt: skip
