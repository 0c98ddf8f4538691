"""What the committees give to the shared screens of words: each committee is a circle, held by a body."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.assembly.circles import Circle, Circles
from reflexes.mechanisms.assembly.models import Body


def _committee(body: Body) -> Circle:
    return Circle(
        name=body.name,
        page=reverse("liaison_committees_public:body_page", args=[body.slug]),
        desk=reverse("liaison_committees:keeper_body", args=[body.slug]),
        ask=reverse("liaison_committees:keeper_consultation_new", args=[body.slug]),
    )


COMMITTEES = Circles(piste="liaison_committees", model=Body, label=_("Committee"), describe=_committee)
