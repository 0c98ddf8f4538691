"""A refusal told elsewhere closes what is already in hand: a call, a list on paper, a file (P04 (4), P12 (4))."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.evidence.factories import make_holder
from reflexes.mechanisms.evidence.models import Reading
from reflexes.mechanisms.evidence.services import exports
from reflexes.mechanisms.evidence.services.oppositions import do_oppose
from reflexes.pistes.contact.proactive_desks.factories import (
    fiction_phone,
    make_callee,
    make_campaign,
    make_card,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_call, make_script
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, Lease
from reflexes.pistes.contact.proactive_desks.services import paper, scripts_calls
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_calling_hours() -> Any:
    with clock.travelling(at_ten()):
        yield


@pytest.fixture
def campaign() -> Campaign:
    made = make_campaign(make_organisation("Ville"))
    make_script(made)
    return made


def refuse(campaign: Campaign, callee: Callee) -> None:
    """Refuse to be called, at the counter, by the telephone of somebody."""
    phone = keyring.take(campaign.dataset.key).unseal(callee.identity)["phone"]
    counter = actor_for(make_person("Denis", role=roles.DPO, organisation=campaign.organisation))
    do_oppose(actor=counter, organisation=campaign.organisation, phone=phone, scope=CALLS)


def test_a_caller_does_not_get_the_number_of_somebody_who_refused_since_they_were_lent(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    lease = Lease.objects.select_related("callee", "campaign__dataset", "campaign__organisation").get(said=said)
    refuse(campaign, lease.callee)
    with pytest.raises(Refusal) as refused:
        scripts_calls.do_show_number(actor=actor, lease=lease)
    assert refused.value.code == "opposed"
    assert Reading.objects.filter(what="phone", allowed=False, subject=lease.callee.key).count() == 1
    # An emergency is answered whatever was refused: the address is read in one gesture.
    scripts_calls.do_finish(
        actor=actor, lease=lease, client_key=uuid.uuid4(), ended=Said(outcome="urgent", words="Elle est tombée.")
    )


def test_whoever_refused_since_is_not_on_the_list_that_is_printed(campaign: Campaign) -> None:
    boss = make_supervisor(campaign)
    for name in ("Klein", "Roth"):
        make_callee(campaign, name)
    made = paper.do_lend_on_paper(actor=boss, card=make_card(campaign), number=2)
    refuse(campaign, made.leases.order_by("pk")[0].callee)
    assert len(paper.do_read_list(actor=boss, paper=made)) == 1


def test_a_file_of_a_campaign_is_for_visits_holds_who_is_still_to_be_reached_and_nobody_who_refused(
    campaign: Campaign,
) -> None:
    make_callee(campaign, "Klein", state="human")
    make_callee(campaign, "Roth")
    refuse(campaign, make_callee(campaign, "Haas", phone=fiction_phone(9_321), state="human"))
    make_callee(campaign, "Weber", state="closed", end="fine")
    visitor = make_person("Odile", role=roles.NAVIGATOR, organisation=campaign.organisation)
    make_holder(campaign.dataset, visitor, "follow_up")
    asked = exports.Asked(
        what_for="follow_up",
        why="Deux agents passent jeudi.",
        facts=("last_name", "commune"),
        group="everybody",
        to_whom="CCAS",
        until=clock.today() + timedelta(days=3),
        kind="csv",
    )
    export = exports.do_ask_export(actor=actor_for(visitor), dataset=campaign.dataset, asked=asked)
    lines = exports.do_take_export(actor=actor_for(visitor), export=export).decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[2:]] == ["Klein", "Roth"]
    for what_for in ("call", "paper"):
        with pytest.raises(Refusal):
            exports.do_ask_export(
                actor=actor_for(visitor),
                dataset=campaign.dataset,
                asked=replace(asked, what_for=what_for),
            )
