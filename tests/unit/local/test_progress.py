"""Progress lines."""

import io

import pytest
from pixelweave_local.progress import step


@pytest.mark.parametrize(("note", "end"), [("", "2.3 s\n"), ("nothing changed", "nothing changed, 2.3 s\n")])
def test_a_step_says_what_it_does_and_then_how_long_it_took(note: str, end: str) -> None:
    out = io.StringIO()
    times = iter((10.0, 12.34))
    with step("build", "sam build", stream=out, clock=lambda: next(times)) as running:
        assert out.getvalue() == "  build    sam build … "
        running.note = note
    assert out.getvalue() == "  build    sam build … " + end


def test_a_failing_step_ends_its_line_and_passes_the_error_on() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="why"), step("build", "sam build", stream=out):
        raise ValueError("why")
    assert out.getvalue() == "  build    sam build … failed\n"
