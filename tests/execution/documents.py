"""Operations on the toy schema, by what becomes of them; each with its variables."""

from typing import Any, Final

Operation = tuple[str, dict[str, Any]]

COMPILED: Final[list[Operation]] = [
    ("{ plain }", {}),
    ("{ __typename a: plain b: plain plain }", {}),
    (
        """{ leaves { text id number ratio yes colour size when local shifted day clock uuid amount anything
        nothing colours grid texts __typename } }""",
        {},
    ),
    ("{ node { number child { child(step: 3) { number } } later { number loaded } } }", {}),
    ("{ node(number: 2) { children(count: 3) { loaded later { loaded child { loaded } } } } }", {}),
    ("{ nodes(numbers: [1, 3]) { number maybe { number } odd oddLater } }", {}),
    ("query ($n: [Int!]!, $f: Int) { nodes(numbers: $n, factor: $f) { number } }", {"n": [1, 2]}),
    ("query ($n: [Int!]!, $f: Int) { nodes(numbers: $n, factor: $f) { number } }", {"n": 4, "f": None}),
    ("query ($n: Int!) { nodes(numbers: [$n, 5], factor: $n) { number } }", {"n": 3}),
    ("{ pets { __typename ... on Cat { name lives purrs(loud: true) } ... on Dog { barks age } } }", {}),
    (
        "{ pets(only: []) { ... on Named { name initial } ... on Robot { model } ... on Aged { age } } }",
        {},
    ),
    ("{ named { name ... on Dog { breed friends { name ... on Cat { purrs } } } } aged { age name } }", {}),
    ("{ cats { total items { name lives } first { name } } words { total items first } }", {}),
    ("{ paths(point: {x: 1, colours: [BLUE], next: {x: 2}}, more: {x: 3}) }", {}),
    (
        "query ($p: Point!, $x: Int = 7) { paths(point: $p, more: [{x: $x}]) }",
        {"p": {"x": 1, "next": {"x": 3}}},
    ),
    ('{ change(change: {name: "a", size: LARGE}, choice: {a: 1}) b: change(change: {note: null}) }', {}),
    (
        "query ($c: Change!, $d: Choice) { change(change: $c, choice: $d) }",
        {"c": {"note": "n"}, "d": {"b": "x"}},
    ),
    ("{ echo }", {}),
    ('{ echo(text: "a", number: null, ratio: 2, yes: true, colour: RED, id: 5, nested: 1) }', {}),
    (
        """query Q($t: String! = "d", $n: Int, $c: Colour!, $w: DateTime, $j: JSON, $l: [[Int!]!], $i: ID)
        { echo(text: $t, number: $n, colour: $c, when: $w, anything: $j, nested: $l, id: $i) }""",
        {"c": "BLUE", "w": "2024-01-01T00:00:00Z", "j": {"a": [1]}, "l": [[1], [2]], "i": 7},
    ),
    ("query Q($j: JSON) { echo(anything: {a: [$j, 1]}) }", {"j": "x"}),
    (
        "query Seen($v: Int = 3) { seen(number: $v) ...F } fragment F on Query { b: seen node { number } }",
        {"v": 4},
    ),
    (
        "query ($a: Boolean!, $b: Boolean = false) { plain @include(if: $a) node @skip(if: $b) { number } }",
        {"a": True},
    ),
    (
        """query ($a: Boolean!) { ...F @include(if: $a) ... @skip(if: $a) { a: plain } }
        fragment F on Query { plain }""",
        {"a": False},
    ),
    ("{ node { number } node { child { number } number } ... { node { odd } } }", {}),
    ("{ dictPet { __typename } }", {}),
    ("{ secret secretLater doubled(number: 4) }", {}),
    (
        "mutation { a: add(number: 1) { number loaded } b: add(number: 2) { later { number } } __typename }",
        {},
    ),
    ("mutation ($p: Boolean) { guarded(please: $p) }", {"p": True}),
]

FALLBACK: Final[list[Operation]] = [
    ("{ __schema { queryType { name } } plain }", {}),
    ('{ __type(name: "Query") { name } }', {}),
    ("{ generated }", {}),
    ("{ awaitedItems }", {}),
    ("{ node(number: 2) { number odd } }", {}),
    ("{ node(number: 2) { number maybe { odd } oddLater } plain }", {}),
    ("{ nodes(numbers: [1, 2, 3]) { maybe { oddLater } loaded } }", {}),
    ("{ pets { ... on Dog { friends { ... on Dog { age } } } } wrongPet { __typename } }", {}),
    ("{ secret(please: false) secretLater(please: false) plain }", {}),
    ("{ plain secretLater(please: false) }", {}),
    ("mutation { fail a: add(number: 1) { number odd oddLater } b: add(number: 2) { odd } }", {}),
    ("mutation { a: fail add(number: 2) { number } guarded(please: false) }", {}),
    ("mutation { numbers add(number: 3) { number } }", {}),
    *((f'{{ plain wrong(kind: "{kind}") }}', {}) for kind in ("none", "text", "big", "error")),
]

REFUSED: Final[list[Operation]] = [
    ("{ nope }", {}),
    ("{", {}),
    ("query ($n: [Int!]!) { nodes(numbers: $n) { number } }", {"n": ["x"]}),
    ("query ($n: [Int!]!) { nodes(numbers: $n) { number } }", {}),
    ("query ($c: Choice!) { change(change: {}, choice: $c) }", {"c": {"a": 1, "b": "x"}}),
]
