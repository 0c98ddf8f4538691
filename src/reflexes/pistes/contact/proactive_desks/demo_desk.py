"""The demo of needs: a register for those who call by themselves, services, and needs at every moment of their life."""

from datetime import timedelta

from django.db import transaction

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.links import link_for
from reflexes.mechanisms.casework.models import Case, Channel, Need, Referral, Service, State
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.cases import do_open_case
from reflexes.mechanisms.casework.services.directory import Written, do_write_service
from reflexes.mechanisms.casework.services.referrals import Asked
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.models import Commune, Organisation
from reflexes.mechanisms.evidence.models import Opinion
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks.demo_campaign import CENTRE, DOORS, door
from reflexes.pistes.contact.proactive_desks.perms import SLUG
from reflexes.pistes.contact.proactive_desks.services import registers

REGISTER = {
    "source": "Ce que disent elles-mêmes les personnes qui appellent, viennent ou écrivent.",
    "basis": "public_task",
    "basis_words": "Article L. 123-5 du code de l’action sociale et des familles.",
    "purpose": "Répondre à qui demande de l’aide, et suivre chaque demande jusqu’au bout.",
    "contents": "Nom, téléphone, adresse, ce qui est demandé.",
    "recipients": "Les orienteurs ; le service à qui un besoin est confié, pour ce besoin seul.",
    "information": "Dit au début de l’appel ; affiché à l’accueil.",
}
# What it is called, who offers it, what it helps with, how it is reached.
SERVICES = (
    ("Portage de repas", "CCAS de Strasbourg", Need.FOOD, "repas@demo.example"),
    ("Permanence logement", "Maison de l’habitat", Need.HOUSING, "logement@demo.example"),
    ("Aide aux démarches", "Espace France services", Need.RIGHTS, "demarches@demo.example"),
)
# How many hours ago, who, what they say, which door, which service, how far it went. In a crisis a service that says
# nothing for a day gives the need back: the one that waits was asked this morning.
TOLD = (
    (52, "Solange Roth", "Je n’arrive pas à faire ma demande d’APA sur internet.", Channel.PAPER, 2, "done"),
    (27, "Idriss Cissé", "L’eau est coupée depuis mardi, rien ne bouge.", Channel.COUNTER, 1, "accepted"),
    (3, "Huguette Adam", "Mon frigo est vide, je ne peux pas sortir.", Channel.PHONE, 0, "sent"),
    (1, "Marie Weiss", "Ma voisine ne répond plus, ses volets sont fermés.", Channel.PHONE, 0, ""),
)


def seed() -> None:
    """Open the register and write four needs in it, through the services people use."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    boss, navigator, officer = (door(town, *one) for one in DOORS)
    ends = clock.today() + timedelta(days=180)
    with clock.travelling(clock.now() - timedelta(days=20)):
        register = registers.do_prepare_register(
            actor=boss, title="Celles et ceux qui nous appellent", fields={**REGISTER, "ends_on": ends}
        )
        datasets.do_give_opinion(
            actor=officer, dataset=register, says=Opinion.Says.FAVOURABLE, words="But clair, fin proche, accès suivis."
        )
        registers.do_open_register(actor=boss)
        services = [
            do_write_service(actor=navigator, said=Written(name=name, structure=structure, needs=[need], email=email))
            for name, structure, need, email in SERVICES
        ]
    commune = Commune.objects.get(code=CENTRE)
    for number, (ago, name, words, channel, place, far) in enumerate(TOLD):
        with clock.travelling(clock.now() - timedelta(hours=ago)):
            case = do_open_case(
                actor=navigator,
                piste=SLUG,
                channel=channel,
                words=words,
                key_name=registers.key_of(navigator),
                facts={"name": name, "phone": f"+33639980{460 + number}"},
                organisation=town,
                commune=commune,
                urgent=not far,
            )
            if far:
                _entrusted(navigator, case, services[place], SERVICES[place][2], far)


def _entrusted(navigator: Actor, case: Case, service: Service, need: str, far: str) -> None:
    """Send a need to a service, and write what it answered by telephone."""
    asked = Asked(brief="Rappeler la personne aujourd’hui et voir avec elle ce qui presse.", shares=("name", "phone"))
    known = referrals.do_qualify(actor=navigator, referral=case.referrals.get(), need=need)
    known = referrals.do_send(actor=navigator, referral=known, service=service, asked=asked)
    if far in {"accepted", "done"}:
        known = referrals.do_accept(actor=navigator, referral=known, done_by=clock.today() + timedelta(days=5))
    if far == "done":
        referrals.do_finish(actor=navigator, referral=known, outcome="La demande est partie, rendez-vous pris jeudi.")


def link_of_a_service() -> str:
    """Return a fresh address by which a service answers a need of the demo; nothing once all are answered."""
    need = Referral.objects.filter(case__piste=SLUG, state=State.SENT).order_by("pk").first()
    if need is None:
        return ""
    with transaction.atomic():
        return link_for(need)
