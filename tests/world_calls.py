"""One of each thing that people in charge of calls, callers, navigators, units and watchers over data keep."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from reflexes.core import clock
from reflexes.mechanisms.casework.factories import make_case, make_need, make_sent, make_service
from reflexes.mechanisms.casework.links import link_for
from reflexes.mechanisms.casework.models import State
from reflexes.mechanisms.casework.models.services import BY_HAND, Need
from reflexes.mechanisms.casework.services import questions, referrals
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.mechanisms.evidence.factories import make_dataset, make_export, make_holder
from reflexes.mechanisms.evidence.services.destruction import do_destroy
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign, make_card, make_lease
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_script
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_centre_question,
    make_doctrine,
    make_entrusted_visit,
    make_facility,
    make_field_need,
    make_member,
    make_proximity_unit,
)
from reflexes.pistes.contact.proactive_desks.models import Batch, Campaign, HumanTask, LateNote, PaperList
from reflexes.pistes.contact.proactive_desks.perms import SLUG


def calls_kept(hall: Organisation, people: dict[str, Person]) -> dict[str, Any]:
    """Return one of each thing of a campaign that calls, somebody being called by ``caller``."""
    campaign = make_campaign(hall, slug="nouvelles", units_visit=True)
    for _number in range(25):
        make_callee(campaign).delete()
    caller = people["caller"]
    script = make_script(campaign)
    make_card(campaign, caller)
    card = make_card(campaign)
    lease = make_lease(make_callee(campaign), caller)
    ended = make_lease(make_callee(campaign), caller, closed_at=clock.now(), closing="said", outcome="fine")
    silent = make_lease(make_callee(campaign), card.person, closed_at=clock.now(), closing="silent")
    task = HumanTask.objects.create(
        campaign=campaign, callee=make_callee(campaign, state="human"), kind="relative", taken_by=people["supervisor"]
    )
    draft = make_campaign(hall, slug="brouillon-d-appels", state="draft")
    return {
        "campaign": campaign.slug,
        "campaign_draft": draft.slug,
        "calls_task": task.key,
        "callee_again": make_callee(
            campaign, state="scheduled", due_at=clock.now(), every_days=7, recurs_until=campaign.dataset.ends_on
        ).key,
        "calls_batch": Batch.objects.create(campaign=draft, file_name="liste.csv", state="taken").pk,
        "calls_card": card.pk,
        "calls_paper": PaperList.objects.create(
            campaign=campaign, caller=card.person, until=clock.now() + timedelta(days=1)
        ).pk,
        "calls_late": LateNote.objects.create(lease=silent, client_key=uuid4(), outcome="fine").pk,
        "lease": lease.key,
        "lease_ended": ended.key,
        "script": script.pk,
        "script_draft": make_script(draft, publish=False).pk,
        **_needs_kept(hall, people["navigator"], campaign),
        **_units_kept(hall, people["outreach"], campaign),
        **_datasets_kept(hall, people["supervisor"], caller, campaign),
    }


def _needs_kept(hall: Organisation, navigator: Person, campaign: Campaign) -> dict[str, Any]:
    """Return a need at each moment of its life, and what a navigator keeps beside."""
    actor, of = actor_for(navigator), {"piste": SLUG, "key_name": campaign.dataset.key}
    told, qualified, other = (make_case(hall, **of) for _number in range(3))
    entrusted, done = (make_sent(actor, make_case(hall, **of)) for _number in range(2))
    need = qualified.referrals.get()
    referrals.do_qualify(actor=actor, referral=need, need=Need.FOOD, urgent=False, wants_news=True)
    back = make_need(make_case(hall, **of), state=State.EXPIRED, need=Need.FOOD, service=make_service())
    question = questions.do_answer_question(
        actor=actor, piste=SLUG, asks="Qui porte des repas ?", answer="Le CCAS, sur un simple appel."
    )
    return {
        "need_told": told.referrals.get().key,
        "need_qualified": need.key,
        "need_entrusted": entrusted.key,
        "need_expired": back.key,
        "case_other": other.key,
        "service_kept": make_service().pk,
        "service_by_hand": make_service(source=BY_HAND).pk,
        "faq": question.pk,
        "service_link": link_for(done).rpartition("/")[2],
    }


def _units_kept(hall: Organisation, member: Person, campaign: Campaign) -> dict[str, Any]:
    """Return a unit where ``member`` works, what it finds in the field, and visits that calls ask of it."""
    unit = make_proximity_unit(hall)
    visit, other = (make_entrusted_visit(unit, make_callee(campaign)) for _number in range(2))
    other.task.visits.update(came="unsafe", done_at=clock.now(), done_by=member)
    make_member(unit, member)
    facility = make_facility(unit)
    return {
        "entrusted_visit": visit.key,
        "visit_made": other.key,
        "visit_task": other.task.key,
        "proximity_unit": unit.pk,
        "unit_member": unit.members.order_by("-pk")[0].pk,
        "doctrine": unit.doctrine.pk,
        "doctrine_draft": make_doctrine(hall, draft=True).pk,
        "facility": facility.pk,
        "field_need": make_field_need(facility).pk,
        "centre_question": make_centre_question(unit).pk,
    }


def _datasets_kept(hall: Organisation, owner: Person, reader: Person, campaign: Campaign) -> dict[str, Any]:
    """Return a dataset that is read, one being prepared and one that was destroyed."""
    over = make_dataset(hall, piste=SLUG, owner=owner, state="closed", slug="finies")
    listed = make_dataset(hall, piste="data_trust", owner=owner, slug="canicule")
    make_holder(listed, reader, "visiting")
    with transaction.atomic():
        do_destroy(actor=actor_for(owner), dataset=over, why="La campagne est finie.")
    return {
        "data_list": listed.slug,
        "data_file": make_export(listed, reader).key,
        "data_reader": reader.key,
        "dataset": campaign.dataset.slug,
        "dataset_draft": make_dataset(hall, piste=SLUG, owner=owner, state="draft", slug="a-juger").slug,
        "dataset_destroyed": over.slug,
        "holder": make_holder(campaign.dataset, make_person("Hana", account=False, organisation=hall)).pk,
    }
