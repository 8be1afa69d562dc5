import pytest

from kiosk.pages.square_sizes import ems, fit, sizes, stylesheet


@pytest.mark.parametrize(
    ("inches", "metres", "landscape", "portrait"),
    [
        (55, 5, 9, 15),
        (55, 10, 4, 6),
        (65, 8, 6, 10),
        (75, 15, 4, 5),
        (32, 5, 5, 7),
    ],
)
def test_rows_are_derived_from_the_screen_and_the_distance(inches, metres, landscape, portrait):
    size = sizes(inches, metres)
    assert (size.landscape_rows, size.portrait_rows) == (landscape, portrait)


@pytest.mark.parametrize("metres", [5, 7, 10, 13])
def test_a_name_is_eight_millimetres_high_for_each_metre(metres):
    short = 55 * 25.4 * 9 / (16**2 + 9**2) ** 0.5
    size = sizes(55, metres)
    assert size.name / 100 * short == pytest.approx(8 * metres, abs=0.01)
    assert size.text / 100 * short == pytest.approx(5 * metres, abs=0.01)


@pytest.mark.parametrize(("inches", "metres"), [(24, 30), (32, 15), (98, 1), (75, 2)])
def test_a_distance_that_does_not_suit_the_screen_still_gives_three_to_twelve_rows(inches, metres):
    assert 3 <= sizes(inches, metres).landscape_rows <= 12


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
@pytest.mark.parametrize("metres", [5, 10])
def test_a_message_of_any_length_fits_its_slide(metres, shape):
    size = sizes(55, metres)
    width, height = (90, 0.84 * 177) if shape == "portrait" else (0.7 * 177, 87)
    for characters in (1, 10, 40, 120):
        scale = size.message_scale("通" * characters, shape)
        letter = size.name * scale / 10
        assert -(-characters // int(width / letter)) * letter * 1.45 <= height
        assert scale >= 5


def test_a_short_message_is_written_large():
    assert sizes(55, 5).message_scale("周六开会", "landscape") == 24
    assert sizes(55, 5).message_scale("周六开会\n\n请准时", "landscape") == 24


def test_the_style_sheet_carries_the_numbers_and_turns_with_the_screen():
    text = stylesheet(sizes(55, 5))
    assert "--name: 5.84vmin; --text: 3.65vmin; --rows: 9; --deeds: 9;" in text
    assert "(orientation: portrait) { :root { --rows: 15; --deeds: 7; } }" in text


@pytest.mark.parametrize(
    ("text", "width"), [("张三", 2), ("阿卜杜热依木", 6), ("", 1), ("Zhang", 3), ("村" * 99, 99)]
)
def test_a_text_is_as_wide_as_its_chinese_characters_and_three_fifths_of_the_others(text, width):
    assert ems(text) == width


def test_a_text_wider_than_any_class_has_the_widest():
    assert (fit("张三"), fit("村" * 99)) == ("c2", "c40")
