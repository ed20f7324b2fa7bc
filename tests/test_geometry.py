from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import geometry
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
    assert CharBoxes.of([Box(0, 100, 5, 107), comma, letter, raised]).rectangles(1, 4) == (Box(10, 98, 20, 109),)


def test_stacked_indices_are_left_out_of_each_other() -> None:
    # as a formula prints K with a raised 2 and a lowered i, which the text has on two lines
    k, raised, lowered = Box(10, 100, 18, 110), Box(18, 106, 22, 111), Box(18, 97, 22, 102)
    equals = Box(24, 102, 30, 107)
    boxes = CharBoxes.of([k, raised, equals, None, lowered])
    marks = boxes.rectangles(0, 3)
    assert held(boxes, marks) == [0, 1, 2]
    assert held(boxes, boxes.rectangles(4, 5)) == [4]
    assert boxes.rectangles(4, 5) == (lowered,)


def test_a_mark_inside_another_characters_box_gets_a_share_of_it() -> None:
    big, small = Box(0, 0, 20, 20), Box(12, 8, 16, 12)
    boxes = CharBoxes.of([big, None, small])
    assert boxes.rectangles(0, 1) == (Box(0, 0, 12, 20),)
    assert boxes.rectangles(2, 3) == (small,)


def test_characters_printed_over_each_other_get_no_mark_of_their_own() -> None:
    boxes = CharBoxes.of([Box(0, 0, 10, 10), Box(20, 0, 30, 10), None, Box(20, 0, 30, 10)])
    assert boxes.rectangles(0, 1) == (Box(0, 0, 10, 10),)
    assert boxes.rectangles(0, 2) == ()
    assert boxes.rectangles(0, 4) != ()


def held(boxes: CharBoxes, marks: tuple[Box, ...]) -> list[int]:
    """Return the characters whose middles lie in the marks."""
    places = [(i, box.centre) for i, box in enumerate(boxes.between(0, len(boxes))) if box]
    return [i for i, (x, y) in places if any(mark.holds(x, y) for mark in marks)]


squares = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(2, 20), st.integers(2, 20))


@given(st.lists(st.none() | squares, max_size=25), st.integers(0, 25), st.integers(0, 25))
def test_rectangles_hold_their_characters_and_no_others(
    places: list[tuple[int, int, int, int] | None], one: int, other: int
) -> None:
    boxes = CharBoxes.of(None if p is None else Box(p[0], p[1], p[0] + p[2], p[1] + p[3]) for p in places)
    start, end = sorted((one, other))
    marks = boxes.rectangles(start, end)
    both = boxes.rectangles_of([(start, end), (0, start)])
    assert both == [marks, boxes.rectangles(0, start)]
    wanted = [i for i, place in enumerate(places) if place is not None and start <= i < end]
    centres = [None if box is None else box.centre for box in boxes.between(0, len(boxes))]
    covered = any(centres[i] == centres[j] for i in wanted for j in range(len(places)) if not start <= j < end)
    assert held(boxes, marks) == ([] if covered else wanted)


@given(st.lists(st.none() | squares, max_size=25), st.integers(0, 25), st.integers(0, 25))
def test_ranges_looked_at_together_get_the_rectangles_they_get_one_by_one(
    places: list[tuple[int, int, int, int] | None], one: int, other: int
) -> None:
    boxes = CharBoxes.of(None if p is None else Box(p[0], p[1], p[0] + p[2], p[1] + p[3]) for p in places)
    start, end = sorted((one, other))
    ranges = [(0, start), (start, end), (end, 25)]
    together = boxes.rectangles_of(ranges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geometry, "_MOST_COMPARED", -1)
        assert boxes.rectangles_of(ranges) == together


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
