"""Small numbers are not shown, nor what they could be worked out from."""

from collections.abc import Mapping, Sequence

Table = Mapping[str, Mapping[str, int]]
"""Row -> column -> how many people."""
Cell = tuple[str, str]


def shown(table: Table, least: int) -> dict[str, dict[str, int | None]]:
    """The table with None for what is held back. Rule: IN-X4.

    Held back are the cells of 1 to `least` - 1; then, in each row and column with a cell held back, the smallest
    others, until at least two are held back that together have `least` or more: so nothing follows from a total.
    Source: CMS cell size suppression policy, 26 January 2024.
    """
    cells = {(row, column): count for row, columns in table.items() for column, count in columns.items()}
    hidden = {cell for cell, count in cells.items() if 0 < count < least}
    lines = [*_lines(cells, 0), *_lines(cells, 1)]
    while more := {cell for line in lines for cell in _needed(line, cells, hidden, least)}:
        hidden |= more
    return {
        row: {column: None if (row, column) in hidden else count for column, count in columns.items()}
        for row, columns in table.items()
    }


def _lines(cells: Mapping[Cell, int], side: int) -> list[list[Cell]]:
    names = dict.fromkeys(cell[side] for cell in cells)
    return [[cell for cell in cells if cell[side] == name] for name in names]


def _needed(line: Sequence[Cell], cells: Mapping[Cell, int], hidden: set[Cell], least: int) -> list[Cell]:
    """The next cell of a line to hold back, or none: the smallest with somebody in it, else an empty one."""
    held = [cell for cell in line if cell in hidden]
    if not held or (len(held) > 1 and sum(cells[cell] for cell in held) >= least):
        return []
    others = sorted((cell for cell in line if cell not in hidden), key=lambda cell: (cells[cell] == 0, cells[cell]))
    return others[:1]
