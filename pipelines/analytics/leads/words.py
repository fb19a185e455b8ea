"""What is told of a lead: features by theme, and their words."""

from __future__ import annotations

from pipelines.analytics.scoring.drivers import counted, in_words

# features of one theme move together, so that their effect is measured together
THEMES = {
    "source": ("acquisition_source",),
    "title": ("job_title", "has_email_at_work"),
    "country": ("country",),
    "reach": ("has_email", "has_phone"),
    "contact": ("inbound_count", "outbound_count", "call_count", "email_count", "meeting_count"),
}

_WORDS = {
    "source": "'came by ' || acquisition_source",
    "title": "case when job_title = 'none' then 'no job title' else 'is ' || job_title end",
    "country": "case when country = 'unknown' then 'country not known' else 'from ' || country end",
    "reach": """
        case
            when has_email = 1 and has_phone = 1 then 'e-mail and phone known'
            when has_email = 1 then 'no phone known'
            when has_phone = 1 then 'no e-mail known'
            else 'neither e-mail nor phone known'
        end""",
    "contact": f"""
        case
            when inbound_count + outbound_count = 0 then 'no contact in its first days'
            when inbound_count > 0 then 'got in touch ' || {counted("inbound_count", "time")} || ' in its first days'
            else {counted("outbound_count", "contact")} || ' in its first days, none of its own'
        end""",
}

# SQL over the features and drivers of a row
REASONS = in_words(_WORDS, "Raised by", "Lowered by")
