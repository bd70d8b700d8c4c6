"""Pictures: what is drawn is inside, in order, and also said in words."""

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.rendering import charts
from homeport.console.rendering.charts import Series

NOW = 1_796_000_000.0
POINTS = st.lists(st.tuples(st.floats(0, 1e11), st.none() | st.floats()), max_size=60)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
MANY = st.lists(st.builds(Series, NAMES, POINTS), max_size=6)


def read(picture):
    """The picture as a tree; what is not well-formed fails."""
    return ET.fromstring(str(picture))


def paths(tree):
    return [each for each in tree.iter("path") if "line " in each.get("class", "")]


def places(path):
    numbers = [float(each) for each in re.findall(r"-?[\d.]+(?:e[+-]?\d+)?|nan|inf", path.get("d"))]
    pairs = numbers if "h0" not in path.get("d") else numbers[: len(numbers) // 3 * 3]
    step = 3 if "h0" in path.get("d") else 2
    return [(pairs[at], pairs[at + 1]) for at in range(0, len(pairs), step)]


def drawn(picture):
    """The places of each line, keys of the legend left out."""
    lines = [each for each in read(picture).iter("svg") if each.get("class") == "lines"]
    return [(path.get("class"), places(path)) for path in paths(lines[0])]


@given(MANY, st.sampled_from(["number", "bytes", "seconds"]))
def test_all_that_is_drawn_is_inside_and_in_the_order_of_time(series, unit):
    picture = charts.line(series, title="Something", unit=unit)
    if not [
        v for each in series for _, v in each.points if v is not None and abs(v) <= charts.MOST
    ]:
        assert "nothing to show" in picture
        return
    for _, line in drawn(picture):
        assert all(0 <= x <= charts.WIDTH and 0 <= y <= charts.HEIGHT for x, y in line)
        assert [x for x, _ in line] == sorted(x for x, _ in line)


@given(MANY)
def test_a_picture_says_what_it_shows(series):
    picture = charts.line(series, title="A title")
    if "nothing to show" in picture:
        return
    svg = next(read(picture).iter("svg"))
    assert svg.get("role") == "img"
    assert svg.get("aria-label").startswith("A title: ")


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=1))
def test_each_value_is_drawn_once_and_gaps_are_not(values):
    picture = charts.line([Series("a", [(NOW + at, v) for at, v in enumerate(values)])], title="t")
    known = [value for value in values if value is not None]
    if known:
        assert sum(len(line) for _, line in drawn(picture)) == len(known)


def test_a_gap_is_left_open():
    points = [(0.0, 1.0), (10.0, 2.0), (20.0, None), (30.0, 3.0), (40.0, 4.0)]
    [(_, line)] = drawn(charts.line([Series("a", points)], title="t"))
    path = next(iter(paths(read(charts.line([Series("a", points)], title="t")))))
    assert path.get("d").count("M") == 2
    assert [x for x, _ in line] == [0, 250, 750, 1000]


def test_a_point_with_gaps_on_both_sides_is_a_dot():
    points = [(0.0, 1.0), (10.0, 1.0), (20.0, None), (30.0, 3.0), (40.0, None)]
    kinds = [kind for kind, _ in drawn(charts.line([Series("a", points)], title="t"))]
    assert kinds == ["line line-0", "line line-0 dot"]


def test_a_single_point_stands_in_the_middle():
    [(kind, [(x, y)])] = drawn(charts.line([Series("a", [(NOW, 5.0)])], title="t"))
    assert (kind, x, y) == ("line line-0 dot", 500, 0)


@pytest.mark.parametrize(("value", "y"), [(0.0, 200), (4.0, 0)])
def test_a_constant_is_a_level_line(value, y):
    points = [(NOW + at, value) for at in range(5)]
    [(_, line)] = drawn(charts.line([Series("a", points)], title="t"))
    assert {y for _, y in line} == {y}


def test_many_points_are_thinned_and_keep_their_peak():
    points = [(NOW + at, 1.0) for at in range(100_000)]
    points[54_321] = (NOW + 54_321, 1000.0)
    [(_, line)] = drawn(charts.line([Series("a", points)], title="t"))
    assert len(line) <= charts.POINTS
    assert min(y for _, y in line) == 0


def test_lines_are_told_apart_by_class_and_named():
    series = [Series(f"line {at}", [(NOW, at), (NOW + 9, at)]) for at in range(3)]
    tree = read(charts.line(series, title="t"))
    legend = next(each for each in tree.iter("ul") if each.get("class") == "legend")
    assert ["".join(each.itertext()) for each in legend.iter("li")] == [
        "line 0",
        "line 1",
        "line 2",
    ]
    assert [each.get("class") for each in paths(legend)] == [f"line line-{at}" for at in range(3)]


def test_hostile_names_are_text():
    series = [Series(name, [(NOW, 1), (NOW + 9, 2)]) for name in ("<script>", '"><b>')]
    tree = read(charts.line(series, title='<i>"'))
    assert not list(tree.iter("script"))
    assert next(tree.iter("svg")).get("aria-label").startswith('<i>": <script> from 1 to 2')


SHARES = st.lists(st.tuples(NAMES, st.floats(0, 1e15)), max_size=6)


@given(SHARES, st.floats(0, 1e15))
def test_shares_stand_beside_each_other_inside_the_bar(shares, total):
    tree = read(charts.bar(shares, total, title="t"))
    rects = [each for each in tree.iter("rect") if each.get("class") != "empty"]
    assert len(rects) == len(shares)
    end = 0.0
    for rect in rects:
        x, width = float(rect.get("x")), float(rect.get("width"))
        assert math.isclose(x, end, abs_tol=0.01)
        assert width >= 0
        end = x + width
    assert end <= 100.01


def test_a_bar_says_its_shares():
    tree = read(charts.bar([("Layers", 2**30), ("Uploads", 0)], 4 * 2**30, title="Room"))
    assert next(tree.iter("svg")).get("aria-label") == "Room: Layers 1 GiB, Uploads 0 B, of 4 GiB"
    assert ["".join(each.itertext()) for each in tree.iter("li")] == ["Layers 1 GiB", "Uploads 0 B"]


def test_a_small_share_is_seen():
    tree = read(charts.bar([("Layers", 1)], 2**50, title="Room"))
    assert float(list(tree.iter("rect"))[1].get("width")) >= charts.LEAST
