"""Small numbers: not shown, and not to be worked out from what is."""

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.small_cells import shown

LEAST = 11
ROWS, COLUMNS = ("none", "some", "regular"), ("better", "same", "worse", "unknown")
TABLES = st.fixed_dictionaries({r: st.fixed_dictionaries({c: st.integers(0, 40) for c in COLUMNS}) for r in ROWS})


def lines(table: dict[str, dict[str, int]]) -> list[list[tuple[str, str]]]:
    """Every row and column."""
    return [[(r, c) for c in COLUMNS] for r in ROWS] + [[(r, c) for r in ROWS] for c in COLUMNS]


def test_a_cell_of_ten_is_held_back_and_the_next_smallest_with_it() -> None:
    """IN-X4: with the totals of its row and its column, nothing follows."""
    table = {"none": {"better": 10, "same": 30}, "some": {"better": 20, "same": 12}}
    assert shown(table, LEAST) == {"none": {"better": None, "same": None}, "some": {"better": None, "same": None}}


def test_large_cells_and_empty_ones_are_shown() -> None:
    """IN-X4: nobody is not somebody."""
    table = {"none": {"better": 11, "same": 0}, "some": {"better": 0, "same": 40}}
    assert shown(table, LEAST) == table


@given(TABLES)
def test_no_total_gives_a_small_number_away(table: dict[str, dict[str, int]]) -> None:
    """IN-X4: in each line two are held back that are many together, or none, or the whole line."""
    told = shown(table, LEAST)
    for line in lines(table):
        held = [(r, c) for r, c in line if told[r][c] is None]
        assert all(told[r][c] in (None, table[r][c]) for r, c in line)
        assert all(table[r][c] == 0 or table[r][c] >= LEAST for r, c in line if (r, c) not in held)
        many = len(held) >= 2 and sum(table[r][c] for r, c in held) >= LEAST
        assert not held or many or len(held) == len(line)
