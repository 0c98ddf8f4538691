"""People under age, for the cell: their date of birth, the paper a parent signs, its being taken back at once."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.printing import pdf
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.allocation import ages, perms
from reflexes.mechanisms.allocation.services import consents
from reflexes.mechanisms.directory.models import ParentalConsent
from reflexes.pistes.resources.micro_mobility import codes
from reflexes.pistes.resources.micro_mobility.paper_forms import boxes, bring, lines, text
from reflexes.pistes.resources.micro_mobility.views.cell_twins import date_field
from reflexes.pistes.resources.micro_mobility.views.host_papers import band
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/cell/consent.html"
HERE = {"menu_here": "micro_mobility:pool"}


class BirthForm(forms.Form):
    """The date of birth: asked for because a mission or an age asks for it."""

    born = date_field(gettext_lazy("Date of birth"))


class ConsentForm(forms.Form):
    """The paper that was seen."""

    given_by = forms.CharField(label=gettext_lazy("Who signed?"), max_length=120)
    tie = forms.ChoiceField(
        label=gettext_lazy("They are"), choices=ParentalConsent.Tie.choices, widget=forms.RadioSelect
    )
    paper = forms.ChoiceField(
        label=gettext_lazy("What did you see?"), choices=ParentalConsent.Paper.choices, widget=forms.RadioSelect
    )
    given_on = date_field(gettext_lazy("Signed on"))


def _context(request: HttpRequest, pk: int, **forms_: Any) -> dict[str, Any]:
    offer = perms.access_offer(request.actor, pk)
    person = offer.person
    record_view(request.actor, person.key, "micro_mobility.consent", "allocation")
    adult_on = ages.birthday(person.birth_date, ages.ADULT) if person.birth_date else None
    return {
        "birth_form": BirthForm(initial={"born": person.birth_date}),
        "consent_form": ConsentForm(initial={"tie": "parent", "paper": "form", "given_on": clock.today()}),
        **forms_,
        "person": person,
        "minor": ages.is_minor(person.birth_date, clock.today()),
        "adult_on": adult_on,
        "consent": ParentalConsent.objects.filter(person=person, revoked_at=None).select_related("seen_by").first(),
        "before": ParentalConsent.objects.filter(person=person).exclude(revoked_at=None).order_by("-revoked_at"),
        "band": ages.MINOR,
        "youngest": ages.YOUNGEST,
        **HERE,
    }


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what protects this person, and write down the paper that was seen."""
    if request.method == "GET":
        return page(request, TEMPLATE, _context(request, pk))
    form = ConsentForm(request.POST)
    context = _context(request, pk, consent_form=form)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        consents.do_record_consent(actor=request.actor, person=context["person"], **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**context, "form": form}, refusal)
    return done(request, _("The consent is written down: keep the paper."), "micro_mobility:consent", pk)


@require_POST
def birth_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a date of birth."""
    form = BirthForm(request.POST)
    context = _context(request, pk, birth_form=form)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        consents.do_set_birth_date(actor=request.actor, person=context["person"], born=form.cleaned_data["born"])
    except Refusal as refusal:
        return refused(request, TEMPLATE, {**context, "form": form}, refusal)
    return done(request, _("The date of birth is written down."), "micro_mobility:consent", pk)


@require_POST
def consent_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the consent back at once: a parent said so, by whatever way."""
    context = _context(request, pk)
    try:
        freed = consents.do_revoke_consent(actor=request.actor, person=context["person"])
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    sentence = ngettext(
        "The consent is taken back. %(count)s mission to come was given back.",
        "The consent is taken back. %(count)s missions to come were given back.",
        freed,
    )
    return done(request, sentence % {"count": freed}, "micro_mobility:consent", pk)


@require_GET
def consent_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the paper that a parent or guardian signs."""
    context = _context(request, pk)
    person, rules = context["person"], ages.MINOR
    data = {
        "title": _("Consent of a parent or guardian"),
        "lead": _("For %(name)s, to lend a hand on voluntary missions before 18.") % {"name": person},
        "code_words": _("Code of this sheet:"),
        "code": codes.code_of(codes.CONSENT, person.pk),
        "bring": bring(),
        "exercise": band(request),
        "blocks": [
            text(
                _(
                    "At most %(week)s half-days a week and %(day)s a day, always with somebody of the host, never what "
                    "is kept for adults. A mission is proposed, never imposed: a no needs no reason.\n\nYou may take "
                    "this consent back at any time, by a word to the cell: missions to come are given back at once."
                )
                % {"week": rules.a_week, "day": rules.a_day}
            ),
            lines(_("My name")),
            boxes(_("I am"), *(label for _value, label in ParentalConsent.Tie.choices), columns=2),
            lines(_("Where to reach me")),
            boxes(_("I agree"), _("that this person lends a hand within these bounds")),
            lines(_("Date and signature"), 2),
        ],
    }
    made = pdf("micro_mobility/form", data, language=get_language() or "fr")
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="accord-{pk}.pdf"'
    return answer
