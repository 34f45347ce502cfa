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

SMALL: Final = 200  # equations up to which plain Python finds a matching faster than scipy is imported
SMALL_PART: Final = 60  # and blocks


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


@dataclass(frozen=True, slots=True)
class Imbalance:
    """The parts of a system with more equations than unknowns, and with fewer."""

    over: tuple[Block, ...]
    under: tuple[Block, ...]


def analyse(incidence: Mapping[int, Sequence[int]]) -> Structure:
    """Split a system into blocks.

    Args:
        incidence: For each equation, the unknowns that occur in it; none of these sequences is empty.
    """
    equations, unknowns, rows = _numbered(incidence)
    return _split(equations, unknowns, rows, _matching(rows, len(unknowns)))


def imbalance(incidence: Mapping[int, Sequence[int]]) -> Imbalance:
    """Return the parts that cannot be square, whatever the equations say.

    Small systems do without scipy, whose import takes longer than their solution.

    Args:
        incidence: As in `analyse`.
    """
    equations, unknowns, rows = _numbered(incidence)
    partner = _matching(rows, len(unknowns))
    if len(rows) == len(unknowns) and -1 not in partner:
        return Imbalance((), ())
    split = _split(equations, unknowns, rows, partner, square_too=False)
    return Imbalance(split.over, split.under)


def _numbered(
    incidence: Mapping[int, Sequence[int]],
) -> tuple[list[int], list[int], list[list[int]]]:
    """Return the equations, the unknowns, and the columns in each row."""
    equations = sorted(incidence)
    unknowns = sorted({unknown for used in incidence.values() for unknown in used})
    column = {unknown: position for position, unknown in enumerate(unknowns)}
    return equations, unknowns, [[column[unknown] for unknown in incidence[e]] for e in equations]


def _split(
    equations: Sequence[int],
    unknowns: Sequence[int],
    rows: Sequence[Sequence[int]],
    partner: Sequence[int],
    *,
    square_too: bool = True,
) -> Structure:
    """Divide a system by a maximum matching; the square part is split on demand."""
    owner = {column: row for row, column in enumerate(partner) if column >= 0}
    over = _reach((row for row, column in enumerate(partner) if column < 0), rows, owner)
    users = _users(rows)
    loose = [column for column in range(len(unknowns)) if column not in owner]
    under = _reach_back(loose, users, partner)

    square = [row for row in range(len(rows)) if square_too and row not in over and row not in under]

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
        return _small_matching(rows, columns)
    from scipy.sparse.csgraph import maximum_bipartite_matching

    return [int(c) for c in maximum_bipartite_matching(_incidence(rows, columns), perm_type="column")]


def _small_matching(rows: Sequence[Sequence[int]], columns: int) -> list[int]:
    """Return the column matched to each row, -1 where there is none, by one search for a path per row."""
    partner = [-1] * len(rows)
    owner = [-1] * columns
    for start in range(len(rows)):
        came_from = _alternating(start, rows, owner)
        column = next((c for c in came_from if owner[c] < 0), -1)
        while column >= 0:
            row = came_from[column]
            owner[column] = row
            partner[row], column = column, partner[row]
    return partner


def _alternating(start: int, rows: Sequence[Sequence[int]], owner: Sequence[int]) -> dict[int, int]:
    """Return the columns on alternating paths from a row, each with the row before it; stop at a free one."""
    came_from: dict[int, int] = {}
    pending = [start]
    while pending:
        row = pending.pop()
        for column in rows[row]:
            if column not in came_from:
                came_from[column] = row
                if owner[column] < 0:
                    return came_from
                pending.append(owner[column])
    return came_from


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
    count, labels = (_small_components if len(square) <= SMALL_PART else _components)(needs, len(square))
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
