"""The demo of what comes back: twinned services, flying agents, remarks of newcomers, what a release costs.

The fact is of 2020 (mechanisms.md, P09): under the heat and pollution plan, road agents were already trained for waste
collection. People and words are invented; nobody gains a skill that the plans of the demo would count.
"""

from datetime import timedelta

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Assignment, Debrief, RemarkAnswer, SkillGained
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.models import FlyingTerms, TwinDrill, Twinning, TwinTraining

REMARKS = (
    (
        "Les colis des familles avec bébé sont tout au fond : deux minutes de marche à chaque fois.",
        "adopted",
        "Ils sont près de la porte depuis lundi.",
    ),
    ("Personne ne sait qui ouvre le portail quand Marianne est en livraison.", "", ""),
    (
        "On pourrait noter au tableau qui a déjà été appelé : deux personnes ont reçu deux appels.",
        "adapted",
        "Un cahier près du téléphone plutôt qu'un tableau.",
    ),
    ("La consigne sur les gants est affichée derrière la porte, on ne la voit qu'en partant.", "", ""),
)


def seed(found: directory_demo.DemoDirectory) -> None:
    """Write the pairs, the flying agents and what the missions of last month taught."""
    _twins(found)
    _flying(found)
    _remarks()


def _twins(found: directory_demo.DemoDirectory) -> None:
    pair = Twinning.objects.filter(home=found.units["S12"], host=found.units["H08"]).first()
    if pair is None:
        return
    held = clock.today() - timedelta(days=380)
    pair.skill = found.skills["collecte"]
    pair.purpose = "Plan canicule et pollution : les agents de la voirie prêtent main-forte à la collecte."
    pair.agreement = (
        "La voirie libère jusqu'à quatre agents par tournée. Le dépôt prête tenues, gants et chaussures de sécurité, "
        "et met un équipier formé dans chaque benne. Les deux responsables décident ensemble, la veille à midi."
    )
    pair.starts_on = held - timedelta(days=40)
    pair.review_on = clock.today() + timedelta(days=60)
    pair.last_drill_on, pair.next_drill_on = held, held + timedelta(days=365)
    pair.save()
    of_roads = [p for row, p in found.agents if row["unit"] == pair.home.name and "collecte" in row["skills"]]
    TwinTraining.objects.bulk_create(
        TwinTraining(twinning=pair, person=person, trained_on=held, until=held + timedelta(days=730))
        for person in of_roads[:6]
    )
    TwinDrill.objects.create(
        twinning=pair,
        held_on=held,
        people=len(of_roads[:6]),
        words="Une tournée du sud, à l'aube. À retenir : prévoir des gants en taille 8.",
    )


def _flying(found: directory_demo.DemoDirectory) -> None:
    ccas = found.units["H04"].organisation
    for rank, (days, reference) in enumerate(((6, "FP 2025-114, article 4"), (10, "FP 2025-131, article 4"))):
        person = found.agents[3 + rank * 5][1]
        FlyingTerms.objects.create(
            person=person,
            organisation=ccas,
            days_a_year=days,
            job_sheet=reference,
            starts_on=clock.today().replace(month=1, day=1),
            review_on=clock.today() + timedelta(days=90 * rank - 10),
        )


def _remarks() -> None:
    heard = Assignment.objects.filter(state=State.DEBRIEFED).select_related("slot__need__mentor").order_by("day", "pk")
    for rank, (mission, (words, outcome, reason)) in enumerate(zip(heard[::7], REMARKS, strict=False)):
        debrief = Debrief.objects.create(
            assignment=mission,
            was_volunteer=True,
            fresh_eye_used=bool(outcome),
            roles_split=rank != 1,
            return_prepared=True,
            remarks=words,
            share_remarks_with_host=True,
            share_with_lab=rank != 3,
            share_skills_with_hr=rank == 0,
            passed_on_at=clock.now() - timedelta(days=6 - rank),
            held_at=clock.now() - timedelta(days=12 - rank),
        )
        if mission.slot.skill_id:
            SkillGained.objects.create(assignment=mission, skill_id=mission.slot.skill_id)
        if outcome:
            RemarkAnswer.objects.create(
                debrief=debrief, outcome=outcome, reason=reason, answered_by=mission.slot.need.mentor
            )
    told = heard.exclude(debrief__isnull=False).last()
    if told is not None:
        Assignment.objects.filter(pk=told.pk).update(capacity_loss="Un guichet fermé l'après-midi, tenu à deux.")
