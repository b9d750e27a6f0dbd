"""What templates may say: icons, links of the frame, days and hours."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Engine, Template
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

NINE = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def _rendered(source: str, **context: object) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


class TestIcons:
    def test_are_drawn_in_the_page_and_silent_to_screen_readers(self) -> None:
        drawn = _rendered("{% icon 'map-pin' %}")

        assert drawn.startswith("<svg")
        assert "<path" in drawn
        assert 'aria-hidden="true"' in drawn
        assert "style=" not in drawn

    def test_of_an_unknown_name_fail_the_test_that_renders_them(self) -> None:
        with pytest.raises(FileNotFoundError):
            _rendered("{% icon 'no-such-icon' %}")

    def test_of_an_unknown_name_leave_a_page_in_production_alone(self) -> None:
        lenient = Engine(libraries={"portal": "common.templatetags.portal"})
        template = lenient.from_string("{% load portal %}before{% icon 'no-such-icon' %}after")

        assert template.render(Context()) == "beforeafter"


class TestLinksOfTheFrame:
    def _at(self, path: str, **more: object) -> str:
        request = RequestFactory().get(path)
        request.resolver_match = resolve(path)
        source = "{% nav_link 'accounts:me' 'user' '我的' count %}"
        return _rendered(source, request=request, count=0, **more)

    def test_are_marked_on_their_own_page_only(self) -> None:
        assert 'aria-current="page"' in self._at("/me/")
        assert "aria-current" not in self._at("/inbox/")

    def test_escape_their_label(self) -> None:
        assert "<b>" not in _rendered("{% nav_link 'accounts:me' 'user' label %}", label="<b>")

    @pytest.mark.parametrize(("count", "shown"), [(0, None), (7, ">7<"), (250, ">99+<")])
    def test_count_what_waits(self, count: int, shown: str | None) -> None:
        link = _rendered("{% nav_link 'accounts:me' 'user' '消息' count %}", count=count)

        assert ("frame-count" in link) == (shown is not None)
        assert shown is None or shown in link


class TestDaysAndHours:
    def test_read_as_people_say_them(self) -> None:
        said = _rendered("{% when start end %}", start=NINE, end=TEN)

        assert "11月22日 周日" in said
        assert "09:00–10:00" in said
        assert 'datetime="2026-11-22T01:00:00+00:00"' in said

    def test_are_those_of_shanghai(self) -> None:
        late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)

        assert _rendered("{{ at|day }} {{ at|clock }}", at=late) == "11月23日 周一 00:30"

    def test_take_a_plain_day_too(self) -> None:
        assert _rendered("{{ on|day }}", on=date(2026, 1, 1)) == "1月1日 周四"

    def test_speak_english_where_it_was_chosen(self) -> None:
        with translation.override("en"):
            assert _rendered("{{ on|day }}", on=date(2026, 11, 22)) == "Sun 22 Nov"


def test_money_and_numbers_read_as_people_know_them() -> None:
    assert _rendered("{{ fen|yuan }} {{ phone|masked }}", fen=1550, phone="13812345678") == (
        "15.50元 138****5678"
    )


def test_marks_within_quoted_words_are_single() -> None:
    assert _rendered("{{ words|quoted }}", words="统一使用“宝宝屋”名称") == (
        "“统一使用‘宝宝屋’名称”"
    )
