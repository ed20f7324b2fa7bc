from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.geometry import Box, CharBoxes, union


def test_rectangles_cover_a_line_each() -> None:
    first = [Box(10 + 5 * i, 100, 15 + 5 * i, 110) for i in range(4)]
    second = [Box(10 + 5 * i, 80, 15 + 5 * i, 90) for i in range(3)]
    boxes = CharBoxes.of([*first, None, *second])
    assert boxes.rectangles(0, 8) == (Box(10, 100, 30, 110), Box(10, 80, 25, 90))
    assert boxes.rectangles(1, 3) == (Box(15, 100, 25, 110),)
    assert boxes.rectangles(4, 5) == ()


def test_a_wide_gap_in_a_line_makes_two_rectangles() -> None:
    boxes = CharBoxes.of([Box(10, 100, 15, 110), Box(15, 100, 20, 110), Box(200, 100, 205, 110)])
    assert boxes.rectangles(0, 3) == (Box(10, 100, 20, 110), Box(200, 100, 205, 110))


def test_low_and_raised_characters_stay_in_their_line() -> None:
    comma, letter, raised = Box(10, 98, 12, 101), Box(12, 100, 17, 107), Box(17, 104, 20, 109)
    assert CharBoxes.of([letter, comma, letter, raised]).rectangles(1, 4) == (Box(10, 98, 20, 109),)


coordinate = st.integers(-100_000, 100_000).map(lambda n: n / 100)


@given(st.lists(st.tuples(coordinate, coordinate, st.integers(1, 5000), st.integers(1, 5000)), max_size=20))
def test_packing_loses_nothing_at_a_hundredth_of_a_point(places: list[tuple[float, float, int, int]]) -> None:
    boxes = [Box(x, y, round(x + w / 100, 2), round(y + h / 100, 2)) for x, y, w, h in places]
    packed = CharBoxes.of(boxes)
    assert len(packed) == len(boxes)
    assert [None if b is None else tuple(round(v, 2) for v in b) for b in packed.between(0, len(boxes))] == [
        tuple(b) for b in boxes
    ]


def test_no_boxes_have_no_union() -> None:
    assert union([]) is None
