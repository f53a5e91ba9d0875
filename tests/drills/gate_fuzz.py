"""Mutated queries: reads and attacks, mixed and broken in many ways."""

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

_TOKENS: Final = re.compile(r"\s+|\w+|.", re.DOTALL)
_SPICE: Final = (
    "CREATE", "MERGE", "SET n.x = 1", "DELETE n", "DETACH DELETE n", "REMOVE n:Area", "FOREACH",
    "CALL", "CALL ()", "CALL {", "IN TRANSACTIONS", "LOAD CSV FROM", "USE system", "SHOW USERS",
    "UNION", "UNION ALL", "RETURN n", "WITH *", "WITH n", "YIELD *", "EXISTS {", "COUNT {",
    "COLLECT {", "}", "{", "(", ")", "[", "]", "`", "'", '"', "/*", "*/", "//", "\n", ";", "$x",
    "|", ":", "->", "<-", "--", "*..", "EXPLAIN", "PROFILE", "CYPHER 25", "dbms.listConfig()",
    "db.labels()", "apoc.help('x')", "\\u0041", "\u2028", "\u0441", "å", "\U0001f600", "NULL", "-1",
    "1e999", "0x1F", "FINISH", "NEXT", "LET", "INSERT (:Zq)", "OPTIONAL", "SHORTEST 1", "NOT",
)  # fmt: skip


def mutants(seeds: Sequence[str], count: int, drawn: Random) -> Iterator[str]:
    """Yield `count` texts: each a seed that was cut, mixed, doubled or extended once or twice."""
    for _ in range(count):
        tokens = _TOKENS.findall(drawn.choice(seeds))
        for _ in range(drawn.randint(1, 2)):
            tokens = _mutated(tokens, seeds, drawn)
        yield "".join(tokens)[:4_000]


def _mutated(tokens: list[str], seeds: Sequence[str], drawn: Random) -> list[str]:
    place = drawn.randint(0, len(tokens))
    match drawn.randint(0, 7):
        case 0:
            return [*tokens[:place], f" {drawn.choice(_SPICE)} ", *tokens[place:]]
        case 1:
            return tokens[:place] + tokens[place + drawn.randint(1, 4) :]
        case 2:
            other = _TOKENS.findall(drawn.choice(seeds))
            cut = drawn.randint(0, len(other))
            return [*tokens[:place], " ", *other[cut:]]
        case 3:
            end = place + drawn.randint(1, 6)
            return tokens[:end] + tokens[place:end] + tokens[end:]
        case 4 if len(tokens) > 1:
            swapped = list(tokens)
            first, other = drawn.sample(range(len(tokens)), 2)
            swapped[first], swapped[other] = swapped[other], swapped[first]
            return swapped
        case 5:
            return [token.swapcase() if drawn.random() < 0.2 else token for token in tokens]
        case 6:
            text = "".join(tokens)
            at = drawn.randint(0, len(text))
            return [text[:at], chr(drawn.randint(1, 0x2FFF)), text[at:]]
        case _:
            return [*tokens[:place], "/* ", drawn.choice(_SPICE), " */", *tokens[place:]]
