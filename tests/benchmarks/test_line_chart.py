"""Charts as SVG."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks.line_chart import Chart

SVG = "{http://www.w3.org/2000/svg}"


def test_each_line_is_drawn_with_its_points_and_its_name() -> None:
    lines = {"int8 <best>": [(1_000.0, 1.0), (1_000_000.0, 100.0)], "float32": [(10_000.0, 10.0)]}

    drawn = ElementTree.fromstring(Chart("Time & more", "passages", lines).to_svg())

    polylines = [element.attrib["points"] for element in drawn.iter(f"{SVG}polyline")]
    words = [element.text for element in drawn.iter(f"{SVG}text")]
    assert len(polylines) == 2
    assert len(list(drawn.iter(f"{SVG}circle"))) == 3
    assert {"int8 <best>", "float32", "Time & more", "passages", "1k", "1M", "100"} <= set(words)


def test_ten_times_as_much_is_always_as_far() -> None:
    chart = Chart("t", "n", {"a": [(1.0, 1.0), (10.0, 10.0), (100.0, 100.0)]})

    drawn = ElementTree.fromstring(chart.to_svg())
    places = [[float(n) for n in point.split(",")] for point in _points(drawn)]

    assert places[1][0] - places[0][0] == pytest.approx(places[2][0] - places[1][0], abs=0.11)
    assert places[0][1] - places[1][1] == pytest.approx(places[1][1] - places[2][1], abs=0.11)
    assert places[0][1] > places[2][1]


@pytest.mark.parametrize("lines", [{}, {"a": []}, {"a": [(0.0, 1.0)]}, {"a": [(1.0, -1.0)]}])
def test_what_has_no_logarithm_is_refused(lines: dict[str, list[tuple[float, float]]]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Chart("t", "n", lines).to_svg()


def _points(drawn: ElementTree.Element) -> list[str]:
    (line,) = drawn.iter(f"{SVG}polyline")
    return line.attrib["points"].split()


def test_on_even_axes_as_much_more_is_always_as_far_from_zero_on() -> None:
    chart = Chart("t", "seconds", {"a": [(0.0, 0.0), (5.0, 60.0), (10.0, 120.0)]}, even=True)

    drawn = ElementTree.fromstring(chart.to_svg())
    places = [[float(n) for n in point.split(",")] for point in _points(drawn)]
    words = {element.text for element in drawn.iter(f"{SVG}text")}

    assert places[1][0] - places[0][0] == pytest.approx(places[2][0] - places[1][0], abs=0.11)
    assert places[0][1] - places[1][1] == pytest.approx(places[1][1] - places[2][1], abs=0.11)
    assert {"0", "2", "10", "20", "120"} <= words
    assert not list(drawn.iter(f"{SVG}circle"))


@pytest.mark.parametrize("most", [0.0, 0.7, 1.0, 8.1, 16.0, 79.0, 81.0, 2_345.0])
def test_even_axes_name_few_values_and_reach_the_largest(most: float) -> None:
    drawn = ElementTree.fromstring(Chart("t", "n", {"a": [(0.0, 0.0), (1.0, most)]}, even=True).to_svg())

    heights = [float(line.attrib["y1"]) for line in drawn.iter(f"{SVG}line") if "y1" in line.attrib]
    top = min(float(point.split(",")[1]) for point in _points(drawn))

    assert len(heights) <= 20
    assert top >= min(heights)


@pytest.mark.parametrize("lines", [{}, {"a": [(1.0, -1.0)]}])
def test_what_is_below_zero_is_refused_on_even_axes(lines: dict[str, list[tuple[float, float]]]) -> None:
    with pytest.raises(ValueError, match="not below 0"):
        Chart("t", "n", lines, even=True).to_svg()
