"""Takes secrets out of text that people or logs will see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_HIDDEN = "[redacted]"
# shorter values would blank out ordinary words
_SHORTEST = 4
_SHAPES = (
    re.compile(r"(?i)\b(bearer|basic|zoho-oauthtoken)\s+[A-Za-z0-9._~+/=!-]{8,}"),
    re.compile(
        r"(?i)\b(access_token|refresh_token|client_secret|assertion|password|signature|api_?key)"
        r"""(["']?\s*[:=]\s*["']?)[^\s"'&,}]+"""
    ),
)


class Redactor:
    """Replaces every known secret, and whatever has the shape of a credential, by ``[redacted]``."""

    def __init__(self, secrets: Iterable[str | None] = ()) -> None:
        self._secrets: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str | None) -> None:
        """Know one more secret, also in the spellings it has in URLs, in JSON and, for a key file, line by line."""
        if not secret:
            return
        for text in (secret, *secret.splitlines()):
            spellings = {text, quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]}
            self._secrets |= {each for each in spellings if len(each) >= _SHORTEST and not each.startswith("-----")}

    def clean(self, text: str) -> str:
        """Return the text without secrets."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, _HIDDEN)
        text = _SHAPES[0].sub(rf"\1 {_HIDDEN}", text)
        return _SHAPES[1].sub(rf"\1\2{_HIDDEN}", text)

    def __repr__(self) -> str:
        return f"Redactor({len(self._secrets)} secrets)"
