"""Recognition on a telephone and at a desk: axe finds nothing, a fortnight is filled with a thumb and taken back."""

from typing import Any

import pytest

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_allowance, make_assignment, make_need, make_offer, next_monday

pytestmark = pytest.mark.django_db(transaction=True)
OF_THE_AGENT = (
    "mon-espace/",
    "mon-espace/compte/",
    "mon-espace/mon-plan/",
    "mon-espace/mon-plan/ecrire/",
    "mon-espace/pourquoi-pas-moi/",
    "missions/",
    "agenda/",
)
OF_THE_CELL = ("remerciements/", "demi-journees-donnees/")


@pytest.fixture
def given(agent: Any, town: Any) -> None:
    make_offer(agent, free=[])
    make_allowance(town.hall, starts_on=next_monday(-20), ends_on=next_monday(20))
    slot = make_need(days=[(next_monday(-2), "am")]).slots.get()
    make_assignment(slot, agent, state="debriefed", hours=3, changed_at=clock.now())


def test_every_page_of_the_agent_reads_well_on_a_telephone(
    phone: Any, agent: Any, given: None, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    sign_in_browser(phone, agent.user)
    for path in OF_THE_AGENT:
        phone.goto(f"{live_server.url}/micro-mobilite/{path}")
        assert_accessible(phone)
    phone.goto(f"{live_server.url}/moi/donnees/")
    assert_accessible(phone)


def test_a_calendar_address_is_made_and_withdrawn(
    phone: Any, agent: Any, given: None, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    sign_in_browser(phone, agent.user)
    phone.goto(f"{live_server.url}/micro-mobilite/agenda/")
    phone.get_by_role("button", name="Créer mon adresse secrète").click()
    address = phone.get_by_label("Ou copiez cette adresse").input_value()
    assert address.endswith(".ics")
    assert_accessible(phone)
    phone.get_by_role("button", name="Retirer l’adresse").click()
    phone.get_by_text("L’adresse est retirée").wait_for()


def test_the_cell_reads_the_thanks_then_sends_them(
    desk: Any, coordinator: Any, given: None, live_server: Any, sign_in_browser: Any, assert_accessible: Any
) -> None:
    sign_in_browser(desk, coordinator.user)
    for path in OF_THE_CELL:
        desk.goto(f"{live_server.url}/micro-mobilite/{path}")
        assert_accessible(desk)
    desk.goto(f"{live_server.url}/micro-mobilite/remerciements/")
    desk.get_by_role("button", name="Lire comme ils le liront").click()
    assert_accessible(desk)
    desk.get_by_role("button", name="Envoyer à 1 personne").click()
    desk.get_by_text("Les remerciements sont en route").wait_for()
    assert_accessible(desk)


def test_a_whole_day_is_ticked_with_a_thumb_kept_by_itself_then_undone(
    phone: Any, agent: Any, given: None, live_server: Any, sign_in_browser: Any
) -> None:
    sign_in_browser(phone, agent.user)
    phone.goto(f"{live_server.url}/micro-mobilite/mon-espace/?du={next_monday().isoformat()}")
    phone.locator(".grid-day").nth(1).click()
    phone.get_by_text("Enregistré à").wait_for()
    assert set(agent.offer.half_days.values_list("half", flat=True)) == {"am", "pm"}
    phone.get_by_role("button", name="Effacer ces deux semaines").click()
    phone.get_by_text("Vos disponibilités sont enregistrées.").wait_for()
    assert not agent.offer.half_days.exists()
    phone.get_by_role("button", name="Annuler la dernière modification").click()
    phone.get_by_text("Vos disponibilités sont enregistrées.").wait_for()
    assert agent.offer.half_days.count() == 2
