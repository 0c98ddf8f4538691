"""The demo of calls: one campaign under way, with the shape of the one of Seine-Saint-Denis in 2020.

55,000 calls there, 47 of a hundred of use, about 3 followed by a service; people who receive the APA, the PCH, the
travel card or the RSA after sixty (mechanisms.md P12). Here four hundred people, four days of calls, and enough left
for whoever comes in. Everybody is invented; telephones are those kept for fiction.
"""

import random
import uuid
from datetime import date, datetime, time, timedelta

from django.db.models import Max
from django.utils import timezone

from reflexes.core import clock, keyring
from reflexes.core.accounts.models import User
from reflexes.core.acting import Actor
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.casework.models import Referral
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person
from reflexes.mechanisms.evidence.models import Dataset, Opinion
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign, Lease
from reflexes.pistes.contact.proactive_desks.services import callers, campaigns, imports, scripts, units_visits
from reflexes.pistes.contact.proactive_desks.services.leases import do_claim
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end

SEED = 20200406
PEOPLE = 400
CALLS = 330
DAYS = 4
# Ten weeks of working days lie behind: the first of them are the crowd's (``demo_crowd``), when it is asked for.
OPEN_DAYS = 50
CENTRE = "67482"
TITLE = "Prendre des nouvelles"
# In charge, navigator, data-protection officer, then callers: role, first name, last name, level.
DOORS = (
    (roles.SUPERVISOR, "Nadège", "Muller"),
    (roles.NAVIGATOR, "Odile", "Kern"),
    (roles.DPO, "Damien", "Lutz"),
)
CALLERS = (
    ("Karim", "Hamdi", 2),
    ("Lina", "Braun", 1),
    ("Mathilde", "Fuchs", 1),
    ("Joseph", "Ehrhart", 2),
    ("Aya", "Traoré", 0),
    ("Simon", "Wagner", 1),
)
FIRST = ("Jeanne", "Marcel", "Yvette", "Fatima", "Robert", "Odette", "René", "Lucie", "Ahmed", "Simone", "Paul", "Rose")
LAST = (
    "Klein",
    "Weber",
    "Benali",
    "Roth",
    "Schneider",
    "Muller",
    "Costa",
    "Keller",
    "Haas",
    "Diallo",
    "Meyer",
    "Simon",
)
STREETS = ("rue des Tanneurs", "rue du Marché", "quai des Bateliers", "rue de la Forêt", "allée des Tilleuls")
# How many calls of a hundred end so: 47 are of use, 3 of these tell a need.
SHARES = {"no_answer": 39, "fine": 44, "call_back": 6, "wrong_number": 4, "refused": 4, "need": 3}
NEEDS = (
    ("equipement-et-alimentation", "Je ne descends plus faire mes courses depuis que l’ascenseur est en panne."),
    ("remobilisation", "Vous êtes la première personne à qui je parle depuis dimanche."),
    ("sante", "Je n’ai plus que deux jours de médicaments et ma fille est loin."),
    ("difficultes-administratives-ou-juridiques", "On m’a coupé l’APA, je ne comprends pas la lettre."),
    ("logement-hebergement", "Le chauffage est mort, je dors avec mon manteau."),
)
DONE = "Une bénévole fait ses courses chaque mardi."


def seed(people: int = PEOPLE, calls: int = CALLS) -> None:
    """Add one campaign to the demo territory, prepared, approved and called through the services people use."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    last = Message.objects.aggregate(last=Max("pk"))["last"] or 0
    boss, navigator, officer = (door(town, *one) for one in DOORS)
    days, first = working_days(DAYS), working_days(OPEN_DAYS)[0]
    with clock.travelling(at(first - timedelta(days=14), 9)):
        campaign = _prepared(boss, officer)
    with clock.travelling(at(first - timedelta(days=3), 10)):
        _filled(boss, campaign, people)
        crew = [_caller(boss, campaign, town, *one) for one in CALLERS]
        campaigns.do_open_campaign(actor=boss, campaign=campaign)
    _call(campaign, crew, days, calls)
    _follow(navigator, campaign)
    # A newcomer may come in on a Sunday: calls are allowed at any hour for a week, with the reason that says so.
    campaigns.do_widen_hours(
        actor=boss,
        campaign=campaign,
        why="Démonstration : on essaie à toute heure.",
        until=clock.now() + timedelta(days=6, hours=23),
    )
    CallerCard.objects.filter(campaign=campaign).update(last_claim_at=None)
    forget_the_post(last)


def door(town: Organisation, role: str, first: str, last: str) -> Actor:
    """Return who holds a role in town with an account, or write them."""
    held = Capacity.objects.filter(role=role, organisation=town, person__user__isnull=False)
    known = held.select_related("person").order_by("pk").first()
    if known is None:
        user = User(email=f"{first.lower()}.{last.lower()}@demo.example", language="")
        user.set_unusable_password()
        user.save()
        person = Person.objects.create(
            user=user,
            first_name=first,
            last_name=last,
            email=user.email,
            phone="+33639980450",
            commune=Commune.objects.get(code=CENTRE),
        )
        known = Capacity.objects.create(person=person, organisation=town, role=role)
    return actor_of(known.person, known)


def working_days(number: int) -> list[date]:
    """Return the last working days before today, the oldest first."""
    today = clock.real_today()
    before = (today - timedelta(days=back) for back in range(1, 2 * number + 7))
    return sorted([day for day in before if day.weekday() < 5][:number])


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a day, aware."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _prepared(boss: Actor, officer: Actor) -> Campaign:
    first_line = {
        "who_calls": "Bonjour, je vous appelle de la part de la mairie, simplement pour prendre de vos nouvelles.",
        "call_back": "06 39 98 04 00",
        "how_to_check": "Appelez le standard de la mairie et demandez « Prendre des nouvelles ».",
    }
    campaign = campaigns.do_prepare_campaign(actor=boss, title=TITLE, fields=first_line)
    words = {
        "source": "Bénéficiaires de l’APA, de la PCH, de la carte de transport et du RSA de plus de 60 ans ; extrait "
        "remis par le service autonomie.",
        "basis": Dataset.Basis.PUBLIC_TASK,
        "basis_words": "Article L. 121-6-1 du code de l’action sociale et des familles.",
        "purpose": "Prendre des nouvelles de personnes qui ne demandent rien, et suivre chaque besoin jusqu’au bout.",
        "contents": "Nom, prénom, téléphone, adresse, commune ; si la personne vit seule ; un proche s’il est connu.",
        "recipients": "Les appelants, une personne à la fois ; les orienteurs, pour les besoins dits.",
        "information": "Lettre envoyée à chacun quinze jours avant le premier appel, avec le moyen de refuser.",
        "ends_on": clock.real_today() + timedelta(days=75),
    }
    units_visits.do_write_purpose(actor=boss, campaign=campaign, fields=words, units_visit=True)
    dataset = Dataset.objects.get(pk=campaign.dataset_id)
    datasets.do_give_opinion(
        actor=officer,
        dataset=dataset,
        says=Opinion.Says.RESERVED,
        words="Favorable, si les refus sont respectés dans les campagnes suivantes et si tout est détruit à la fin.",
    )
    datasets.do_open(actor=boss, dataset=dataset)
    return Campaign.objects.select_related("dataset", "organisation").get(pk=campaign.pk)


def _filled(boss: Actor, campaign: Campaign, people: int) -> None:
    """Bring the people in by a sheet, then a script."""
    batch = imports.do_read_batch(
        actor=boss, campaign=campaign, file_name="apa-pch-rsa.csv", content=sheet(people).encode()
    )
    imports.do_take_batch(actor=boss, batch=batch)
    script = scripts.do_begin_version(actor=boss, campaign=campaign, steps=default_steps())
    scripts.do_publish(actor=boss, script=script)


def sheet(people: int) -> str:
    """Return the sheet of the demo: some lines are wrong, a couple in twenty shares its landline."""
    dice = random.Random(SEED)  # noqa: S311 (a demo, the same every time)
    communes = list(Commune.objects.order_by("code").values_list("name", flat=True))
    rows = ["Nom;Prénom;Téléphone;Adresse;Commune;Âge;Vit seul;Premier appel;Proche;Téléphone du proche;Difficulté"]
    for number in range(people):
        phone = number - (number % 20 == 1)
        alone = "oui" if dice.random() < 0.45 else ""
        relative = f"06 39 98 {50 + number // 100 % 40:02} {number % 100:02}" if dice.random() < 0.6 else ""
        rows.append(
            ";".join(
                (
                    dice.choice(LAST),
                    dice.choice(FIRST),
                    f"06 39 98 {10 + phone // 100:02} {phone % 100:02}" if number % 50 != 7 else "à demander",
                    f"{dice.randint(1, 90)} {dice.choice(STREETS)}",
                    dice.choice(communes),
                    str(dice.randint(61, 97)),
                    alone,
                    "oui" if dice.random() < 0.8 else "",
                    "sa fille" if relative else "",
                    relative,
                    str(dice.choice((1, 1, 1, 2, 3))),
                )
            )
        )
    return "\n".join(rows)


def _caller(boss: Actor, campaign: Campaign, town: Organisation, first: str, last: str, level: int) -> Actor:
    email = f"{first.lower()}.{last.lower()}@demo.example"
    user = User(email=email, language="")
    user.set_unusable_password()
    user.save()
    person = Person.objects.create(
        user=user,
        first_name=first,
        last_name=last,
        email=email,
        phone="+33639980451",
        commune=Commune.objects.get(code=CENTRE),
    )
    held = Capacity.objects.create(person=person, organisation=town, role=roles.CALLER)
    card = callers.do_invite_caller(actor=boss, campaign=campaign, person=person, level=level)
    first_card = campaign.callers.order_by("pk").first()
    if first_card is not None and first_card.pk != card.pk:
        callers.do_set_buddy(actor=boss, card=card, buddy=first_card.person)
    return actor_of(person, held)


def _call(campaign: Campaign, crew: list[Actor], days: list[date], calls: int) -> None:
    """Make the calls of some days, one after the other, in the morning and in the afternoon."""
    dice = random.Random(SEED)  # noqa: S311 (a demo, the same every time)
    each = -(-calls // len(days))
    outcomes, weights = tuple(SHARES), tuple(SHARES.values())
    for day in days:
        for number in range(each):
            minutes = number * 2 % 170
            moment = at(day, 10 if number * 2 < 170 else 14) + timedelta(minutes=minutes, seconds=number)
            with clock.travelling(moment):
                lease = do_claim(actor=crew[number % len(crew)], campaign=campaign)
                if isinstance(lease, Lease):
                    said = _said(dice, dice.choices(outcomes, weights)[0], moment)
                    token = uuid.UUID(int=dice.getrandbits(128), version=4)
                    do_end(actor=crew[number % len(crew)], lease_key=lease.key, client_key=token, said=said)


def _said(dice: random.Random, outcome: str, moment: datetime) -> Said:
    if outcome == "need":
        return Said(outcome, words=dice.choice(NEEDS)[1])
    if outcome == "call_back":
        return Said(outcome, call_back_at=at(_next_working(moment.date()), 15), note="Après sa sieste.")
    if outcome == "fine" and dice.random() < 0.1:
        last = clock.real_today() + timedelta(days=60)
        return Said(outcome, every_days=7, recurs_until=last, note="Aime parler de son jardin.")
    return Said(outcome)


def _next_working(day: date) -> date:
    after = (day + timedelta(days=ahead) for ahead in range(1, 5))
    return next(one for one in after if one.weekday() < 5)


def _follow(navigator: Actor, campaign: Campaign) -> None:
    """Follow the first needs: some closed and told back, some looked at, the last ones untouched."""
    told = Referral.objects.filter(case__key_name=campaign.dataset.key).select_related("case").order_by("opened_at")
    needs = list(told)
    kinds = {words: kind for kind, words in NEEDS}
    for place, referral in enumerate(needs[: len(needs) * 2 // 3]):
        with clock.travelling(referral.opened_at + timedelta(hours=3)):
            kind = kinds.get(_words_of(referral), NEEDS[0][0])
            known = referrals.do_qualify(actor=navigator, referral=referral, need=kind)
            if place % 2 == 0:
                done = referrals.do_finish(actor=navigator, referral=known, outcome=DONE)
                referrals.do_close_told_back(
                    actor=navigator, referral=done, what_happened=DONE, person_told="Rappelée le lendemain."
                )


def _words_of(referral: Referral) -> str:
    return keyring.take(referral.case.key_name).unseal(referral.case.said)["words"]


def forget_the_post(last: int) -> None:
    """The past was told in its time: nothing of it leaves again today."""
    told = Message.objects.filter(pk__gt=last)
    jobs = list(told.exclude(job=None).values_list("job_id", flat=True))
    told.delete()
    Job.objects.filter(pk__in=jobs).delete()
