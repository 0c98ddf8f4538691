"""What the dialogue gives to the shared screens of words: each door of an edition or of a scheme is a circle."""

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from reflexes.mechanisms.assembly.circles import Circle, Circles
from reflexes.mechanisms.assembly.models import Consultation
from reflexes.pistes.contact.citizen_dialogue.models import Step


def _door(door: Consultation) -> Circle:
    """Lead to the page of what a door belongs to; which it is, is looked for when somebody goes there."""
    return Circle(
        name=door.title,
        page=reverse("citizen_dialogue_public:door", args=[door.slug]),
        desk=reverse("citizen_dialogue:keeper_door", args=[door.slug]),
    )


def _step(door: Consultation) -> str:
    """Lead to the budget whose step sets the channels and the days of a door; what is tried sets its own."""
    slug = Step.objects.filter(consultation=door).values_list("edition__slug", flat=True).first()
    return reverse("citizen_dialogue:keeper_edition", args=[slug]) if slug else ""


DIALOGUE = Circles(
    piste="citizen_dialogue",
    model=Consultation,
    label=pgettext_lazy("where words arrive", "Question"),
    describe=_door,
    ruled_at=_step,
)
