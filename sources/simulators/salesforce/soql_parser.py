"""SOQL text to a syntax tree: the part of the language that extraction needs.

SELECT fields or COUNT(), FROM one object, WHERE, ORDER BY, LIMIT, OFFSET. Whether a name exists and what a value
means for a field is decided in soql.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sources.simulators.salesforce.errors import malformed

TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:\\.|[^'\\])*')"
    r"|(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z][\w.]*)"
    r"|(?P<mark><=|>=|!=|<>|[=<>(),]))",
    re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
LONGEST = 100_000


@dataclass(frozen=True)
class Literal:
    """A value as written: kind is string, datetime, date, number, boolean or null."""

    kind: str
    value: str


@dataclass(frozen=True)
class Comparison:
    """``field operator values``; only IN and NOT IN have several values."""

    field: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True)
class Combination:
    """``and``, ``or`` over conditions, or ``not`` over one."""

    operator: str
    conditions: tuple[Condition, ...]


Condition = Comparison | Combination


@dataclass(frozen=True)
class Order:
    """One sort key; nulls come first unless asked otherwise."""

    field: str
    descending: bool = False
    nulls_last: bool = False


@dataclass(frozen=True)
class Query:
    """A parsed query. ``aggregate`` names what goes beyond single rows: ``COUNT()``, another function, GROUP BY, …"""

    fields: tuple[str, ...]
    sobject: str
    where: Condition | None
    order: tuple[Order, ...]
    limit: int | None
    offset: int | None
    aggregate: str | None


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse(soql: str) -> Query:
    """Return the tree of ``soql``. Raises ApiError MALFORMED_QUERY."""
    if len(soql) > LONGEST:
        raise malformed("SOQL statements cannot be longer than 100,000 characters.")
    return _Parser(_tokens(soql)).query()


def _tokens(soql: str) -> list[_Token]:
    tokens, position, end = [], 0, len(soql.rstrip())
    while position < end:
        match = TOKEN.match(soql, position)
        if match is None or match.lastgroup is None:
            rest = soql[position:].lstrip()
            raise malformed(f"line 1:{position} no viable alternative at character '{rest[:1]}'")
        tokens.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens, self.position = tokens, 0
        self.aggregate: str | None = None

    def query(self) -> Query:
        self.expect("select")
        fields = self.select_list()
        self.expect("from")
        sobject = self.word()
        where = self.condition() if self.accept("where") else None
        if self.peek() in ("group", "having"):
            self.aggregate, self.position = self.tokens[self.position].text.upper(), len(self.tokens)
        order = self.order_list() if self.accept("order") else ()
        limit = self.integer() if self.accept("limit") else None
        offset = self.integer() if self.accept("offset") else None
        if self.position < len(self.tokens):
            raise self.unexpected()
        return Query(fields, sobject, where, order, limit, offset, self.aggregate)

    def select_list(self) -> tuple[str, ...]:
        fields = [self.select_item()]
        while self.accept(","):
            fields.append(self.select_item())
        return tuple(field for field in fields if field)

    def select_item(self) -> str:
        """A field name; of a function or a nested query only its presence is noted."""
        if self.peek() == "(":
            self.aggregate = "nested query"
            self.skip_parentheses()
            return ""
        name = self.word()
        if name.lower() == "typeof":
            raise malformed("TYPEOF is not simulated")
        if self.peek() == "(":
            start = self.position
            self.skip_parentheses()
            self.aggregate = f"{name.upper()}{''.join(token.text for token in self.tokens[start : self.position])}"
            return ""
        return name

    def skip_parentheses(self) -> None:
        depth = 0
        while True:
            token = self.next().text
            depth += (token == "(") - (token == ")")
            if depth == 0:
                return

    def condition(self) -> Condition:
        """A chain of one operator: mixing AND and OR needs parentheses, as in SOQL."""
        conditions, operator = [self.term()], self.peek()
        if operator not in ("and", "or"):
            return conditions[0]
        while self.accept(operator):
            conditions.append(self.term())
        if self.peek() in ("and", "or"):
            raise self.unexpected()
        return Combination(operator, tuple(conditions))

    def term(self) -> Condition:
        if self.accept("not"):
            return Combination("not", (self.term(),))
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Comparison:
        field, token = self.word(), self.next()
        operator = token.text.lower()
        if operator == "not":
            self.expect("in")
            operator = "not in"
        if operator in ("in", "not in"):
            self.expect("(")
            values = [self.literal()]
            while self.accept(","):
                values.append(self.literal())
            self.expect(")")
            return Comparison(field, operator, tuple(values))
        if operator not in ("=", "!=", "<>", "<", "<=", ">", ">=", "like"):
            raise malformed(f"unexpected token: '{token.text}'")
        return Comparison(field, "!=" if operator == "<>" else operator, (self.literal(),))

    def literal(self) -> Literal:
        token = self.next()
        word = token.text.lower()
        if token.kind == "string":
            return Literal("string", _unescaped(token.text[1:-1]))
        if token.kind in ("datetime", "date", "number"):
            return Literal(token.kind, token.text)
        if word in ("true", "false"):
            return Literal("boolean", word)
        if word == "null":
            return Literal("null", word)
        raise malformed(f"unexpected token: '{token.text}'")

    def order_list(self) -> tuple[Order, ...]:
        self.expect("by")
        keys = [self.order()]
        while self.accept(","):
            keys.append(self.order())
        return tuple(keys)

    def order(self) -> Order:
        field = self.word()
        descending = self.accept("desc") or (self.accept("asc") and False)
        nulls_last = False
        if self.accept("nulls"):
            nulls_last = self.accept("last")
            if not nulls_last:
                self.expect("first")
        return Order(field, descending, nulls_last)

    def integer(self) -> int:
        token = self.next()
        if not token.text.isdigit():
            raise malformed(f"unexpected token: '{token.text}'")
        return int(token.text)

    def word(self) -> str:
        token = self.next()
        if token.kind != "word":
            raise malformed(f"unexpected token: '{token.text}'")
        return token.text

    def peek(self) -> str:
        return self.tokens[self.position].text.lower() if self.position < len(self.tokens) else ""

    def next(self) -> _Token:
        if self.position >= len(self.tokens):
            raise malformed("unexpected token: '<EOF>'")
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, text: str) -> bool:
        found = self.peek() == text
        self.position += found
        return found

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected()

    def unexpected(self) -> Exception:
        found = self.tokens[self.position].text if self.position < len(self.tokens) else "<EOF>"
        return malformed(f"unexpected token: '{found}'")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)
