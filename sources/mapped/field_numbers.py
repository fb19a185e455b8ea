"""Numbers of fixed-width fields as SQL over their text: signs punched over the last digit, unwritten decimal points."""

from __future__ import annotations

from sources.mapped.mapping import Field
from sources.quoting import identifier, quoted

# The last digit with its sign, as punched cards had it; the same characters in EBCDIC code pages. The lower-case ones
# are the negative digits that COBOL compilers for ASCII machines write.
_PLUS, _MINUS, _MINUS_ASCII = "{ABCDEFGHI", "}JKLMNOPQR", "pqrstuvwxy"
_DIGITS = "0123456789"
_NUMBER = r"[+-]?\d+|\d+[+-]"
_ZONED = rf"{_NUMBER}|\d*[{{}}A-Rp-y]"


def plain_text(field: Field | None) -> str | None:
    """Return the field's number as plain text such as -12.50, NULL for what is none; None for a field of plain text."""
    if field is None or (field.stored == "text" and not field.scale):
        return None
    own = f"trim({identifier(field.name)})"
    minus = f"{own}[1] = '-' or {own}[-1] = '-'"
    digits = f"replace(replace({own}, '+', ''), '-', '')"
    if field.stored == "zoned":
        minus = f"{minus} or contains({quoted(_MINUS + _MINUS_ASCII)}, {own}[-1])"
        digits = f"translate({digits}, {quoted(_PLUS + _MINUS + _MINUS_ASCII)}, {quoted(_DIGITS * 3)})"
    if field.scale:
        padded = f"lpad({digits}, greatest(length({digits}), {field.scale + 1})::integer, '0')"
        digits = f"{padded}[:-{field.scale + 1}] || '.' || right({padded}, {field.scale})"
    pattern = quoted(_ZONED if field.stored == "zoned" else _NUMBER)
    return f"case when regexp_full_match({own}, {pattern}) then case when {minus} then '-' else '' end || {digits} end"
