"""The pages of casework as a browser draws them: axe finds nothing, and a service answers on a phone without script."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from reflexes.core import clock, registry
from reflexes.mechanisms.casework import links
from reflexes.mechanisms.casework.factories import make_sent, make_service
from reflexes.mechanisms.casework.models import Motive, Need, Referral, State
from reflexes.mechanisms.casework.services import questions, referrals
from reflexes.mechanisms.casework.services.watch import watch
from reflexes.mechanisms.casework.tests import mounted
from reflexes.mechanisms.casework.tests.casting import SAID, Cast, answering
from tests.harness.browser import WIDTHS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("reflexes.mechanisms.casework.tests.mounted"),
]


@pytest.fixture(autouse=True)
def piste(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = registry.pistes()
    monkeypatch.setattr(registry, "pistes", lambda: (mounted.PISTE, *known))
    mounted.READ.clear()
    mounted.KEYS.clear()
    yield


@pytest.fixture
def cast() -> Cast:
    return Cast(piste=mounted.SLUG)


def a_week(cast: Cast) -> dict[str, Referral]:
    """Tell needs that stand in every column, some of them for too long."""
    mounted.KEYS.append(cast.key_name)
    told = {}
    with clock.shifted(timedelta(days=-4)):
        told["old"] = cast.need(words="Ma voisine ne me parle plus, je suis seule depuis l’été.")
        told["sent"] = make_sent(cast.navigator, cast.told(facts={"name": "Ali Ben"}), cast.service)
    watch()
    told["new"] = cast.need(urgent=True)
    told["qualified"] = cast.need(words="Mon chauffage est en panne.", facts={"name": "Ode Roy"})
    referrals.do_qualify(actor=cast.navigator, referral=told["qualified"], need=Need.HOUSING)
    told["refused"] = make_sent(cast.navigator, cast.told(), make_service("Épicerie solidaire"))
    referrals.do_refuse(actor=answering(told["refused"]), referral=told["refused"], motive=Motive.FULL, words="En mai.")
    told["done"] = make_sent(cast.navigator, cast.told(words="Il me faudrait du pain."), make_service("Paniers"))
    referrals.do_finish(actor=answering(told["done"]), referral=told["done"], outcome="Un panier par semaine.")
    closed = make_sent(cast.navigator, cast.told(), make_service("Transport"))
    referrals.do_finish(actor=answering(closed), referral=closed, outcome="Conduit chez le médecin.")
    referrals.do_close_told_back(
        actor=cast.navigator, referral=closed, what_happened="Un bénévole l’a conduite.", person_told="Rappelée."
    )
    make_service("Atelier tricot", themes=(Need.COMPANY.value,), zones=("246700488",))
    questions.do_answer_question(
        actor=cast.navigator,
        piste=cast.piste,
        asks="Qui livre des médicaments à domicile ?",
        answer="Le CCAS, sous deux jours.",
    )
    return told


def addresses(cast: Cast, told: dict[str, Referral]) -> list[str]:
    def at(name: str, *args: object) -> str:
        return reverse(f"essai:navigator_{name}", args=args)

    new, qualified = told["new"].key, told["qualified"].key
    return [
        *(at(name) for name in ("board", "inbound", "services", "service_new", "import", "questions", "question_new")),
        *(at("column", slug) for slug in ("a-qualifier", "chez-un-service")),
        *(at("need", one.key) for one in told.values()),
        *(at(name, new) for name in ("qualify", "add", "question_from")),
        at("entrust", qualified),
        at("send", qualified, cast.service.pk),
        at("tell", told["done"].key),
        at("service", cast.service.pk),
        reverse("essai:feedback"),
        path_of(links.link_for(told["sent"])),
        path_of(links.link_for(told["done"])),
        reverse("essai_public:referral_link_cut"),
    ]


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_axe_finds_nothing_on_any_page_of_the_desk(
    cast: Cast, page: Any, live_server: Any, sign_in_browser: Any, assert_accessible: Callable[[Any], None]
) -> None:
    told = a_week(cast)
    sign_in_browser(page, cast.navigator_person.user)
    faults = []
    for address in addresses(cast, told):
        for width in WIDTHS.values():
            page.set_viewport_size(width)
            page.goto(live_server.url + address)
            try:
                assert_accessible(page)
            except AssertionError as fault:
                faults.append(f"{address} at {width['width']} px: {fault}")
    page.goto(live_server.url + reverse("essai:navigator_need", args=[told["new"].key]))
    page.get_by_role("button", name="Voir qui c’est et comment la joindre").click()
    assert page.get_by_text("Rose Martin").is_visible()
    assert_accessible(page)
    assert not faults, "\n\n".join(faults)


def test_a_service_answers_on_a_phone_without_any_script(cast: Cast, browser: Any, live_server: Any) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    context = browser.new_context(java_script_enabled=False, viewport=WIDTHS["phone"], locale="fr-FR")
    page = context.new_page()
    page.goto(live_server.url + path_of(links.link_for(referral)))
    assert not page.get_by_text("Rose Martin").count()
    page.get_by_role("button", name="Bien reçu").click()
    assert page.get_by_text("Rose Martin").is_visible()
    assert not page.get_by_text(SAID).count()
    page.locator("summary", has_text="Accepter").click()
    page.get_by_label("Ce que vous ferez").fill("Des repas dès demain.")
    page.get_by_role("button", name="Accepter").click()
    page.locator("summary", has_text="C’est fait").click()
    page.get_by_role("button", name="C’est fait").click()
    assert page.locator("[aria-invalid=true], .error, .error-summary").count()
    page.get_by_label("Ce qui a été fait").fill("Repas livrés.")
    page.get_by_role("button", name="C’est fait").click()
    assert page.get_by_text("Votre réponse est notée").is_visible()
    context.close()
    referral.refresh_from_db()
    assert referral.state == State.DONE
