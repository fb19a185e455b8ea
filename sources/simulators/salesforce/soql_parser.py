"""SOQL text to a syntax tree: the part of the language that extraction needs.

SELECT fields, aggregates or FIELDS(), FROM one object, WHERE, ORDER BY, LIMIT, OFFSET. Whether a name exists and what a
value means for a field is decided in soql_fields.py and soql.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sources.simulators.salesforce.errors import malformed
from sources.simulators.salesforce.soql_tree import Combination, Comparison, Condition, Literal, Order, Query, Selected

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
AGGREGATES = {"count", "count_distinct", "sum", "avg", "min", "max"}


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
        self.is_simulated = True

    def query(self) -> Query:
        self.expect("select")
        selected = self.select_list()
        self.expect("from")
        sobject = self.word()
        where = self.condition() if self.accept("where") else None
        if self.peek() in ("group", "having"):
            self.beyond_rows(self.tokens[self.position].text.upper(), is_simulated=False)
            self.position = len(self.tokens)
        order = self.order_list() if self.accept("order") else ()
        limit = self.integer() if self.accept("limit") else None
        offset = self.integer() if self.accept("offset") else None
        if self.position < len(self.tokens):
            raise self.unexpected()
        return Query(selected, sobject, where, order, limit, offset, self.aggregate, self.is_simulated)

    def select_list(self) -> tuple[Selected, ...]:
        items = [self.select_item()]
        while self.accept(","):
            items.append(self.select_item())
        return tuple(item for item in items if item)

    def select_item(self) -> Selected | None:
        """A field or a function; of what is not simulated, and of COUNT(), only the presence is noted."""
        if self.peek() == "(":
            self.skip_parentheses()
            self.beyond_rows("nested query", is_simulated=False)
            return None
        name = self.word()
        if name.lower() == "typeof":
            raise malformed("TYPEOF is not simulated")
        if self.peek() != "(":
            return Selected(name)
        function, start = name.lower(), self.position
        self.skip_parentheses()
        inside = self.tokens[start + 1 : self.position - 1]
        written = f"{name.upper()}({''.join(token.text for token in inside)})"
        if function == "count" and not inside:
            self.beyond_rows("COUNT()")
            return None
        if len(inside) != 1 or function not in {*AGGREGATES, "fields"}:
            self.beyond_rows(written, is_simulated=False)
            return None
        self.beyond_rows(written)
        has_alias = function in AGGREGATES and self.peek() not in (",", "from", "")
        return Selected(inside[0].text, function, self.word() if has_alias else "")

    def beyond_rows(self, what: str, *, is_simulated: bool = True) -> None:
        """Note what the query asks for beyond the fields of its rows."""
        self.aggregate, self.is_simulated = what, self.is_simulated and is_simulated

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
