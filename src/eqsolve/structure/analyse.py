"""Which equations determine which unknowns, and in what order.

A maximum matching pairs equations with unknowns. What alternating paths reach from equations without a partner
is overdetermined, from unknowns without a partner underdetermined (Dulmage and Mendelsohn 1958); the rest is
square and falls into strongly connected blocks, each solvable once those before it are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scipy.sparse import csr_array


SMALL: Final = 60  # equations up to which plain Python is faster than an import of scipy


@dataclass(frozen=True, slots=True)
class Block:
    """Equations to solve together and the unknowns they determine, as positions in the problem."""

    equations: tuple[int, ...]
    unknowns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """Blocks in an order in which none needs a later one.

    Attributes:
        over: Blocks with more equations than unknowns; they come first.
        square: Blocks with as many; they may use the unknowns of `over`.
        under: Blocks with fewer; they may use the unknowns of both.
    """

    over: tuple[Block, ...]
    square: tuple[Block, ...]
    under: tuple[Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in solving order."""
        return self.over + self.square + self.under


def analyse(incidence: Mapping[int, Sequence[int]]) -> Structure:
    """Split a system into blocks.

    Args:
        incidence: For each equation, the unknowns that occur in it; none of these sequences is empty.
    """
    equations = sorted(incidence)
    unknowns = sorted({unknown for used in incidence.values() for unknown in used})
    column = {unknown: position for position, unknown in enumerate(unknowns)}
    rows = [[column[unknown] for unknown in incidence[equation]] for equation in equations]
    partner = _matching(rows, len(unknowns))
    owner = {column: row for row, column in enumerate(partner) if column >= 0}
    over = _reach((row for row, column in enumerate(partner) if column < 0), rows, owner)
    users = _users(rows)
    loose = [column for column in range(len(unknowns)) if column not in owner]
    under = _reach_back(loose, users, partner)

    square = [row for row in range(len(rows)) if row not in over and row not in under]

    def matched(part: Iterable[int]) -> set[int]:
        return {partner[row] for row in part if partner[row] >= 0}

    def block(part: Iterable[int], columns: Iterable[int]) -> Block:
        return Block(
            tuple(equations[row] for row in sorted(part)), tuple(unknowns[c] for c in sorted(columns))
        )

    under_columns = matched(under) | set(loose)
    return Structure(
        tuple(block(part, matched(part)) for part in _connected(over, rows, matched(over))),
        tuple(block(part, matched(part)) for part in _square_components(square, rows, owner)),
        tuple(
            block(part, under_columns & {column for row in part for column in rows[row]})
            for part in _connected(under, rows, under_columns)
        ),
    )


def _incidence(rows: Sequence[Sequence[int]], columns: int) -> csr_array:
    import numpy
    from scipy.sparse import csr_array

    ends = numpy.cumsum([0, *map(len, rows)])
    indices = numpy.fromiter((column for row in rows for column in row), dtype=numpy.int32)
    return csr_array((numpy.ones(len(indices)), indices, ends), shape=(len(rows), columns))


def _matching(rows: Sequence[Sequence[int]], columns: int) -> list[int]:
    """Return the column matched to each row, -1 where there is none."""
    if len(rows) <= SMALL:
        return _small_matching(rows)
    from scipy.sparse.csgraph import maximum_bipartite_matching

    return [int(c) for c in maximum_bipartite_matching(_incidence(rows, columns), perm_type="column")]


def _small_matching(rows: Sequence[Sequence[int]]) -> list[int]:
    """Match by augmenting paths, one row after another (Kuhn 1955), without an import of scipy."""
    owner: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column in rows[row]:
            if column in tried:
                continue
            tried.add(column)
            if column not in owner or place(owner[column], tried):
                owner[column] = row
                return True
        return False

    for row in range(len(rows)):
        place(row, set())
    partner = [-1] * len(rows)
    for column, row in owner.items():
        partner[row] = column
    return partner


def _users(rows: Sequence[Sequence[int]]) -> defaultdict[int, list[int]]:
    users: defaultdict[int, list[int]] = defaultdict(list)
    for row, columns in enumerate(rows):
        for column in columns:
            users[column].append(row)
    return users


def _reach(start: Iterable[int], rows: Sequence[Sequence[int]], owner: Mapping[int, int]) -> set[int]:
    """Return the rows on alternating paths from unmatched rows."""
    pending = list(start)
    reached = set(pending)
    while pending:
        for column in rows[pending.pop()]:
            row = owner.get(column)
            if row is not None and row not in reached:
                reached.add(row)
                pending.append(row)
    return reached


def _reach_back(loose: Iterable[int], users: Mapping[int, Sequence[int]], partner: Sequence[int]) -> set[int]:
    """Return the rows on alternating paths from unmatched columns."""
    pending = list(loose)
    reached: set[int] = set()
    while pending:
        for row in users[pending.pop()]:
            if row not in reached:
                reached.add(row)
                pending.append(partner[row])
    return reached


def _connected(part: set[int], rows: Sequence[Sequence[int]], columns: set[int]) -> list[list[int]]:
    """Split rows into groups that share no unknown among `columns`."""
    group_of: dict[int, list[int]] = {}
    groups: list[list[int]] = []
    for row in sorted(part):
        touching = {id(g): g for c in rows[row] if c in columns and (g := group_of.get(c)) is not None}
        group = [row]
        for other in touching.values():
            group += other
            groups.remove(other)
        groups.append(group)
        for member in group:
            for column in rows[member]:
                if column in columns:
                    group_of[column] = group
    return groups


def _square_components(
    square: Sequence[int], rows: Sequence[Sequence[int]], owner: Mapping[int, int]
) -> list[list[int]]:
    """Split the square part into strongly connected blocks, those that others need first."""
    if not square:
        return []
    place = {row: position for position, row in enumerate(square)}
    needs = [
        (place[row], place[owner[column]]) for row in square for column in rows[row] if owner[column] in place
    ]
    count, labels = (_small_components if len(square) <= SMALL else _components)(needs, len(square))
    members: list[list[int]] = [[] for _ in range(count)]
    for position, label in enumerate(labels):
        members[label].append(square[position])
    order: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(count), ()))
    for tail, head in needs:
        if labels[tail] != labels[head]:
            order.add(int(labels[tail]), int(labels[head]))
    return [members[label] for label in order.static_order()]


def _components(needs: Sequence[tuple[int, int]], size: int) -> tuple[int, Sequence[int]]:
    """Return how many strongly connected components a graph has, and that of each node."""
    import numpy
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    tails, heads = numpy.array(needs).T
    graph = csr_array((numpy.ones(len(tails)), (tails, heads)), shape=(size, size))
    count, labels = connected_components(graph, directed=True, connection="strong")
    return int(count), labels.tolist()


def _small_components(needs: Sequence[tuple[int, int]], size: int) -> tuple[int, Sequence[int]]:
    """Return the same by the nodes that reach each other."""
    after: defaultdict[int, set[int]] = defaultdict(set)
    for tail, head in needs:
        after[tail].add(head)
    reached = [_reachable(node, after) for node in range(size)]
    labels = [-1] * size
    count = 0
    for node in range(size):
        if labels[node] < 0:
            for other in reached[node]:
                if node in reached[other]:
                    labels[other] = count
            count += 1
    return count, labels


def _reachable(node: int, after: Mapping[int, set[int]]) -> set[int]:
    reached, pending = {node}, [node]
    while pending:
        new = after.get(pending.pop(), set()) - reached
        reached |= new
        pending += new
    return reached
