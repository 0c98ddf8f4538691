"""The demo of visits: calls ask units to go and see people; some are made, some wait, one was not made by its day."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.contact.proactive_desks.demo_campaign import DOORS, door, forget_the_post
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    Campaign,
    EntrustedVisit,
    HumanTask,
    Outcome,
    ProximityUnit,
)
from reflexes.pistes.contact.proactive_desks.services import ladder, units_visits, units_visits_told
from reflexes.pistes.contact.proactive_desks.services.leases import lend
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end

# Which unit, asked how many days ago, to be made in how many days, why, what matters, what came of it.
VISITS = (
    (
        0,
        3,
        0,
        "Son numéro n’est plus le bon, sans nouvelles.",
        "La voisine du deuxième a un double des clés.",
        "well",
    ),
    (0, 1, 1, "Le numéro de la liste n’est plus le sien.", "", ""),
    (0, 1, 2, "Vit seule, numéro changé, ne sortait déjà plus.", "Entend mal : sonner longtemps.", ""),
    (1, 4, -1, "Le numéro de la liste n’est plus le sien.", "Un chien derrière la porte.", ""),
)
SEEN = "Elle était chez sa fille, elle vous remercie."


def seed() -> None:
    """Entrust four visits to two units, through the services people use."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    campaign = Campaign.objects.filter(units_visit=True, organisation=town).order_by("pk").first()
    teams = list(ProximityUnit.objects.filter(organisation=town).order_by("pk")[:2])
    if campaign is None or len(teams) < 2:
        return
    last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    boss = door(town, *DOORS[0])
    for number, (team, ago, left, why, said, came) in enumerate(VISITS):
        unit = teams[team]
        task = _somebody(boss, campaign, unit, ago)
        if task is None:
            continue
        due_on = clock.real_today() + timedelta(days=left)
        with clock.travelling(clock.real_now() - timedelta(days=ago)):
            visit = units_visits.do_entrust(actor=boss, task=task, unit=unit, due_on=due_on, why=why, said=said)
        if came:
            _made(unit, visit, came, number)
    forget_the_post(last)


def _somebody(boss: Actor, campaign: Campaign, unit: ProximityUnit, ago: int) -> HumanTask | None:
    """Return somebody of the unit's territory who waits for a visit: their number is another's, no relative answers."""
    here = Callee.objects.filter(campaign=campaign, commune__in=unit.communes.all(), state=Callee.State.READY)
    callee = here.order_by("-pk").first()
    card = campaign.callers.select_related("person").order_by("pk").first()
    if callee is None or card is None:
        return None
    caller = actor_of(card.person, card.person.capacities.get())
    with clock.travelling(clock.real_now() - timedelta(days=ago, hours=1)):
        Callee.objects.filter(pk=callee.pk).update(state=Callee.State.LEASED)
        lease = lend(callee, campaign, card.person_id, clock.now() + timedelta(minutes=20))
        do_end(actor=caller, lease_key=lease.key, client_key=lease.key, said=Said(Outcome.WRONG_NUMBER))
        waiting = HumanTask.objects.filter(callee=callee, done_at=None)
        waiting = waiting.select_related("campaign__dataset", "campaign__organisation", "callee__commune")
        task = waiting.get()
        ladder.do_take_task(actor=boss, task=task)
        if task.kind == HumanTask.Kind.RELATIVE:
            ladder.do_finish_task(actor=boss, task=task, result="nothing", words="La fille ne répond pas non plus.")
        return waiting.get()


def _made(unit: ProximityUnit, visit: EntrustedVisit, came: str, number: int) -> None:
    lead = unit.members.get(place="lead").person
    actor = actor_of(lead, lead.capacities.get())
    yesterday = timezone.localtime(clock.real_now()).replace(hour=15, minute=0) - timedelta(days=1)
    with clock.travelling(yesterday):
        units_visits.do_read(actor=actor, visit=visit)
        units_visits_told.do_tell(
            actor=actor, visit=visit, came=came, words=SEEN, client_key=UUID(int=8_900_000 + number)
        )
