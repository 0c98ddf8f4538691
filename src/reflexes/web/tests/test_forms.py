"""Forms: what is asked, help, error, tied together; and the grid of half-days."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils import translation

from reflexes.web.forms import EurosField, HalfDaysField, HoursField, fortnight, half_day_of, key_of

MONDAY = date(2026, 11, 23)
DAYS = fortnight(MONDAY)


class Asked(forms.Form):
    name = forms.CharField(label="Nom", help_text="Comme sur vos papiers.")
    half = forms.ChoiceField(label="Moment", choices=[("am", "matin"), ("pm", "soir")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    agreed = forms.BooleanField(label="D’accord", required=False)


class Grid(forms.Form):
    half_days = HalfDaysField(label="Mes demi-journées")

    def __init__(self, *args, closed=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["half_days"].set_days(DAYS, closed)


def test_help_and_error_are_tied_to_their_field() -> None:
    html = str(Asked({"half": "am"}))
    described = re.search(r'<input type="text" name="name"[^>]*aria-describedby="([^"]+)"', html).group(1)
    assert described.split() == ["id_name_helptext", "id_name_error"]
    for identity in described.split():
        assert f'id="{identity}"' in html


def test_a_summary_of_errors_comes_first_and_links_to_each_field() -> None:
    with translation.override("fr"):
        html = str(Asked({}))
    assert html.index("error-summary") < html.index('name="name"')
    assert 'href="#id_name"' in html
    target = re.search(r'href="#(id_half[^"]*)"', html).group(1)
    assert f'id="{target}"' in html, "the link of a group of radios must lead somewhere"
    assert "2 points à corriger" in html


def test_a_form_not_sent_yet_shows_no_error() -> None:
    assert "error" not in str(Asked())


def test_radios_stand_in_a_fieldset_with_their_legend() -> None:
    html = str(Asked())
    assert re.search(r"<fieldset[^>]*><legend>Moment", html)


def test_what_may_stay_empty_says_so() -> None:
    with translation.override("fr"):
        html = str(Asked())
    assert html.count("(si vous le souhaitez)") == 1


def test_a_missing_answer_says_what_to_do() -> None:
    with translation.override("fr"):
        assert Asked({"half": "am"}).errors["name"] == ["Cette réponse est nécessaire : complétez-la."]


def test_what_was_typed_is_escaped_and_kept() -> None:
    html = str(Asked({"name": '"><script>x</script>'}))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def sent(*keys: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("half_days", keys)
    return data


def test_ticked_half_days_come_back_sorted_and_once() -> None:
    form = Grid(sent("2026-11-25/pm", "2026-11-24/am", "2026-11-25/pm"))
    assert form.is_valid()
    assert form.cleaned_data["half_days"] == [(date(2026, 11, 24), "am"), (date(2026, 11, 25), "pm")]


@pytest.mark.parametrize("key", ["2026-13-40/am", "yesterday", "2026-11-24/night", "2027-01-01/am", "", "\x00"])
def test_an_impossible_half_day_is_refused_in_one_sentence(key: str) -> None:
    form = Grid(sent(key))
    assert not form.is_valid()
    assert len(form.errors["half_days"]) == 1


def test_a_closed_half_day_cannot_be_ticked_and_says_why() -> None:
    closed = {"2026-11-24/am": "mission à l’épicerie"}
    form = Grid(sent("2026-11-24/am"), closed=closed)
    assert not form.is_valid()
    assert "mission à l’épicerie" in form.errors["half_days"][0]
    assert "disabled" in str(Grid(closed=closed))


def test_the_closed_half_days_of_one_person_do_not_reach_the_next() -> None:
    Grid(closed={"2026-11-24/am": "mission"})
    assert Grid(sent("2026-11-24/am")).is_valid()


def test_each_box_of_the_grid_has_a_whole_name_of_its_own() -> None:
    with translation.override("fr"):
        html = str(Grid(initial={"half_days": [(date(2026, 11, 24), "pm")]}))
    assert html.count('type="checkbox"') == 20
    assert "mardi 24 novembre 2026, après-midi" in html
    assert len(re.findall(r"checked", html)) == 1
    identities = re.findall(r'id="([^"]+)"', html)
    assert len(identities) == len(set(identities))


def test_a_key_reads_back_as_its_half_day() -> None:
    assert half_day_of(key_of((MONDAY, "pm"))) == (MONDAY, "pm")


def test_a_fortnight_starts_on_monday_and_may_hold_weekends() -> None:
    assert fortnight(date(2026, 11, 26))[0] == MONDAY
    assert len(DAYS) == 10
    assert len(fortnight(MONDAY, weekends=True)) == 14


def test_a_list_to_choose_from_says_what_django_s_own_template_says() -> None:
    choices = [("", "Toutes"), ("Mairie", [(1, "État civil"), (2, "Voirie <& co>")]), ('x"y', "Autre")]
    for widget, value in ((forms.Select, "2"), (forms.Select, None), (forms.SelectMultiple, ["1", 'x"y'])):
        drawn = widget({"class": "long", "aria-label": "Quel service ?"}, choices=choices)
        theirs = drawn.render("service", value, renderer=DjangoTemplates())
        assert re.sub(r"\n\s*", "\n", drawn.render("service", value)) == re.sub(r"\n\s*", "\n", theirs)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("12000", 1_200_000), ("12 000", 1_200_000), ("12\u202f000,50 €", 1_200_050), ("0.07", 7), ("", None)],
)
def test_euros_are_read_as_people_write_them(typed, cents) -> None:
    assert EurosField(required=False).clean(typed) == cents


@pytest.mark.parametrize("typed", ["douze", "1,234", "-1", "nan", "1.2.3", "99999999999999999"])
def test_what_is_no_amount_is_refused(typed) -> None:
    with pytest.raises(forms.ValidationError):
        EurosField().clean(typed)


def test_euros_are_shown_without_needless_cents() -> None:
    assert [EurosField().prepare_value(each) for each in (1_200_000, 1_205, "12,5")] == ["12000", "12.05", "12,5"]


@pytest.mark.parametrize(
    ("typed", "hours"),
    [("3,5", "3.5"), ("3.5", "3.5"), ("3h30", "3.5"), ("3 h", "3"), ("2:15", "2.3"), ("3H45 ", "3.8")],
)
def test_hours_are_read_as_people_write_them(typed, hours) -> None:
    assert HoursField().clean(typed) == Decimal(hours)


@pytest.mark.parametrize("typed", ["trois", "3h75", "h30", "25h"])
def test_hours_that_are_none_are_refused(typed) -> None:
    with pytest.raises(forms.ValidationError):
        HoursField().clean(typed)
