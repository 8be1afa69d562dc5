"""Where the bars and lines of a chart stand, and that every figure is written beside them."""

from decimal import Decimal

from kiosk.pages.answers import environment
from kiosk.pages.charts import Bars, Line, Step, bars, line
from kiosk.pages.words import points


def drawn(chart: Bars | Line, *heads: str) -> str:
    kind = "bars" if isinstance(chart, Bars) else "line"
    source = f'{{% from "_charts.html" import {kind} with context %}}{{{{ {kind}(chart, heads) }}}}'
    return environment("en").from_string(source).render(chart=chart, heads=heads)


def test_the_longest_bar_fills_the_width_and_one_below_zero_reaches_left() -> None:
    made = bars("类别", [("人居环境", Decimal(30), None), ("遵纪守法", Decimal(-10), None)], points)
    good, bad = (row.bars[0] for row in made.rows)
    assert (made.zero, good.x, good.width) == (100.0, 100.0, 300.0)
    assert (bad.x, bad.width, bad.negative) == (0.0, 100.0, True)


def test_figures_of_nothing_make_no_bar_longer_than_nothing() -> None:
    made = bars("类别", [("人居环境", Decimal(0), Decimal(0))], points)
    assert [bar.width for bar in made.rows[0].bars] == [0.0, 0.0]
    assert bars("类别", [], points).rows == []


def test_every_figure_stands_in_writing_and_in_the_table_behind() -> None:
    text = drawn(bars("各组", [("一组", Decimal("12.5"), Decimal("-3"))], points), "组", "本季度", "上季度")
    assert text.count("12.5") == 2
    assert text.count("−3") == 2
    assert "<title>各组</title>" in text
    assert 'role="img"' in text
    assert 'fill="url(#chart-hatch)"' in text
    assert "style=" not in text


def test_a_long_label_is_cut_in_the_chart_and_whole_in_the_table() -> None:
    label = "农村人居环境整治提升五年行动之房前屋后干净整洁"
    text = drawn(bars("条目", [(label, 3, None)], points), "条目", "次数")
    assert f">{label}<" in text
    assert f">{label[:18]}…<" in text
    assert drawn(bars("items", [("<b>&", 3, None)], points), "a", "b").count("&lt;b&gt;&amp;") == 2


def test_a_line_goes_through_its_points_and_the_last_may_be_unfinished() -> None:
    steps = [Step("Q1 2025", 10, "Q1", "2025"), Step("Q2 2025", 20, "Q2"), Step("Q3 2025", 5, "Q3")]
    made = line("得分", steps, points, unfinished=True)
    assert [point.x for point in made.points] == [26.0, 200.0, 374.0]
    assert made.points[1].y == 30.0
    assert made.bottom == 180.0
    assert made.path == "26.0,105.0 200.0,30.0"
    assert made.last_step == "200.0,30.0 374.0,142.5"
    assert "chart-growing" in drawn(made, "季度", "得分")


def test_a_line_of_one_point_or_none_is_drawn_too() -> None:
    for steps in ([Step("Q1", -3, "Q1")], []):
        for unfinished in (True, False):
            assert "<svg" in drawn(line("得分", steps, points, unfinished), "季度", "得分")


def test_a_line_of_many_steps_writes_the_highest_figure_alone_and_all_in_the_table() -> None:
    made = line("周", [Step(f"week {number}", number) for number in range(53)], points)
    assert [point.text for point in made.points if point.shown] == ["52"]
    assert drawn(made, "周", "件").count("<td") == 53
