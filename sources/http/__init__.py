"""One HTTP core for every API connector: sign-in, retry, rate limits, redaction, downloads, the source's clock.

What an answer of one vendor means (its error codes, its quota words) belongs to that vendor's folder, as the
``judge`` it hands in. Secrets travel in headers and bodies only, never in a URL.
"""

from __future__ import annotations

from sources.http.answers import ApiError, Incomplete, Judge, JudgeJson, Refusal, judge_by_status
from sources.http.client import HttpClient
from sources.http.redaction import Redactor

__all__ = ["ApiError", "HttpClient", "Incomplete", "Judge", "JudgeJson", "Redactor", "Refusal", "judge_by_status"]
