"""Needs written beforehand, after the cases of the publication: one tap, then everything may be changed.

The words are ours. Skills are codes of the shared vocabulary: one that an instance does not know is left out, and the
line then says that everything is learnt on the spot.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.allocation.services.needs import Asked
from reflexes.mechanisms.directory.models import Skill

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Line:
    """How many people on each half-day, with which skill, in which kind of team."""

    skill: str
    people: int
    team: int = 0
    mentor: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One need written beforehand; ``why`` is its sentence on the page where a need begins."""

    kind: str
    icon: str
    title: Text
    why: Text
    tasks: Text
    constraints: Text
    provided: Text
    lines: tuple[Line, ...]
    half_days: tuple[tuple[int, str], ...]
    remote: bool = False
    minimum_age: int | None = None
    newcomers_per_mentor: int | None = None

    def fields(self) -> dict[str, Any]:
        """Return the columns of the need, in the language of who begins it."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "tasks": str(self.tasks),
            "constraints": str(self.constraints),
            "provided": str(self.provided),
            "remote": self.remote,
            "minimum_age": self.minimum_age,
            "newcomers_per_mentor": self.newcomers_per_mentor,
        }

    def slots(self, today: date) -> list[Asked]:
        """Return the usual half-days of the week to come, all on the grid that is shown; repeating them is a choice.

        Lines whose skill is not known here are one line.
        """
        known = dict(Skill.objects.filter(slug__in=[line.skill for line in self.lines]).values_list("slug", "pk"))
        monday = today + timedelta(days=7 - today.weekday())
        return [
            one
            for weekday, half in self.half_days
            for one in self._asked(monday + timedelta(days=weekday), half, known)
        ]

    def _asked(self, day: date, half: str, known: dict[str, int]) -> Iterable[Asked]:
        by_skill: dict[int | None, list[Line]] = {}
        for line in self.lines:
            by_skill.setdefault(known.get(line.skill), []).append(line)
        for skill_id, lines in by_skill.items():
            people = sum(line.people for line in lines)
            team = max(line.team for line in lines)
            yield Asked(day, half, people, skill_id, team, any(line.mentor for line in lines))


CASES: dict[str, Case] = {
    "food_aid": Case(
        kind="food_aid",
        icon="shopping-basket",
        title=_("Making up and handing out food parcels"),
        why=_("Receive, sort and hand out parcels in a solidarity grocery or a food bank."),
        tasks=_(
            "Receive the deliveries and put them away.\n"
            "Make up the parcels, checking the dates.\n"
            "Welcome the families and hand over their parcel, with a word for each."
        ),
        constraints=_(
            "Standing for three hours, loads of up to 15 kg, carried by two when they are heavy. A few minutes at a "
            "time in the cold room. What is learnt about families stays there."
        ),
        provided=_("Gloves, an apron and a trolley are lent. Coffee, and a meal when the half-day reaches noon."),
        lines=(Line("manutention", 3, team=2, mentor=True), Line("permis-b", 1)),
        half_days=((TUESDAY, "am"), (THURSDAY, "am")),
        newcomers_per_mentor=3,
    ),
    "calls": Case(
        kind="calls",
        icon="phone-call",
        title=_("Ringing people who live alone"),
        why=_("Ring with a script, listen, pass on what is needed: it can be done from one's own desk."),
        tasks=_(
            "Ring the people on the list of the day, with the script beside you.\n"
            "Listen, ask how they eat, sleep and get their medicine.\n"
            "Write down what they need and pass it on the same day, without promising anything."
        ),
        constraints=_(
            "Some calls are heavy: a break every hour, and ten minutes with the mentor at the end. What is said on the "
            "telephone goes to the cell alone. In an emergency, 15 or 112 first."
        ),
        provided=_("A line that hides your own number, a headset, the script and the list."),
        lines=(Line("telephone", 4, mentor=True),),
        half_days=((MONDAY, "am"), (WEDNESDAY, "am"), (FRIDAY, "am")),
        remote=True,
        newcomers_per_mentor=4,
    ),
    "care_home": Case(
        kind="care_home",
        icon="heart-handshake",
        title=_("Helping at meals in a care home"),
        why=_("Keep residents company and help at table, beside the care staff."),
        tasks=_(
            "Lay the table, bring the meals, help those who ask to eat.\n"
            "Keep residents company: read, talk, take a turn in the garden.\n"
            "Tell the care staff at once of anything unusual."
        ),
        constraints=_(
            "Fragile people: a mask, clean hands, and nobody comes with a cold or a fever. No care: moving, washing "
            "and medicine stay with the care staff. Some moments are moving; the mentor is there to talk about them."
        ),
        provided=_("A tunic and masks are lent. A meal on the spot."),
        lines=(Line("aide-repas", 3, team=2, mentor=True),),
        half_days=((TUESDAY, "am"), (THURSDAY, "am")),
        minimum_age=18,
        newcomers_per_mentor=2,
    ),
    "waste": Case(
        kind="waste",
        icon="recycle",
        title=_("Completing a waste collection crew"),
        why=_("Work behind the lorry, with a member of the service in each crew."),
        tasks=_(
            "Bring the bins to the lorry and put them back.\n"
            "Follow the round and the signs of the driver.\n"
            "Tell the crew leader of damaged bins and blocked streets."
        ),
        constraints=_(
            "Starts at 5:30, outdoors in any weather, much walking and heavy bins. Safety shoes at all times. Nobody "
            "stands on the step before the safety talk."
        ),
        provided=_("Clothes, shoes and gloves in your size are lent. Breakfast, a shower and a locker at the depot."),
        lines=(Line("collecte", 2, team=2, mentor=True),),
        half_days=((MONDAY, "am"), (WEDNESDAY, "am"), (FRIDAY, "am")),
        minimum_age=18,
        newcomers_per_mentor=1,
    ),
    "vaccination": Case(
        kind="vaccination",
        icon="syringe",
        title=_("Welcoming people at a vaccination centre"),
        why=_("Welcome, check appointments, guide, keep company while people wait."),
        tasks=_(
            "Welcome people, check the appointment and help with the form.\n"
            "Guide them from one desk to the next, bring a chair to those who need one.\n"
            "Keep company during the quarter of an hour after the injection, call the nurse at the least doubt."
        ),
        constraints=_(
            "Standing, many people, at times impatient. The interview and the injection stay with health "
            "professionals. What is read on a form is told to nobody."
        ),
        provided=_("A badge, a mask, water and a meal. A place to sit at each break."),
        lines=(Line("accueil", 4, team=3, mentor=True), Line("numerique", 1)),
        half_days=((WEDNESDAY, "am"), (WEDNESDAY, "pm"), (SATURDAY, "am")),
        minimum_age=18,
        newcomers_per_mentor=4,
    ),
    "school": Case(
        kind="school",
        icon="utensils",
        title=_("Serving lunch in a school"),
        why=_("Serve, watch over the tables and tidy up, beside the canteen team."),
        tasks=_(
            "Prepare the dining hall, serve the meals, cut up for the youngest.\n"
            "Watch over the tables and go out with the children afterwards.\n"
            "Clear, clean and put away."
        ),
        constraints=_(
            "From 11:15 to 14:00: noise, standing, the heat of the kitchen. Nobody is alone with a child. The "
            "authority checks criminal records beforehand, as for any work with children: allow a few days."
        ),
        provided=_("Cap, apron and shoes are lent. A meal afterwards. The list of allergies is explained first."),
        lines=(Line("hygiene-alimentaire", 2, team=2, mentor=True), Line("petite-enfance", 1)),
        half_days=((MONDAY, "am"), (TUESDAY, "am"), (THURSDAY, "am"), (FRIDAY, "am")),
        minimum_age=18,
        newcomers_per_mentor=2,
    ),
}
