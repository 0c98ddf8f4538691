"""The demo of the dialogue: a budget that ended with what was learned, one that is voted on, one that takes ideas.

Shapes are those of mechanisms.md P11: themes and the 17 goals of Gironde, whose first edition was for people of 11 to
30; every channel counts the same; a room that closes does not stop a step. People are invented.
"""

from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.models import Body, Channel, Contribution, Proposal, Vote
from reflexes.mechanisms.assembly.services import answers, commitments, contributions, proposals
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity, Commune, Organisation, Person, Unit
from reflexes.pistes.contact.citizen_dialogue import demo_schemes, demo_votes
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Step
from reflexes.pistes.contact.citizen_dialogue.services import ballots, diary, editions, feasibility, scoring, steps

SLUG = "citizen_dialogue"
CENTRE = "67482"
RULES = """Toute personne qui habite la ville peut proposer, dès l’âge indiqué, jusqu’à trois idées.

Une idée se dit à l’écran, au téléphone, sur papier, en réunion ou par lettre : elle compte pareil.

Ne sont pas financés : ce que la Ville fait déjà, ce qui ne dépend pas d’elle, ce qui coûte plus que le budget.

Les services disent ce qui est faisable, avec leur motif. Les habitantes et les habitants votent."""
CHANNELS = {
    Step.Kind.RULES: (Channel.ROOM, "Maison de quartier, le mardi à 18 h.", Channel.PHONE, "03 88 00 04 50."),
    Step.Kind.IDEAS: (Channel.WEB, "Sur ce site, jour et nuit.", Channel.PHONE, "03 88 00 04 50, de 9 h à 17 h."),
    Step.Kind.MERGING: (Channel.ROOM, "Ateliers ouverts, salle des fêtes.", Channel.PHONE, "03 88 00 04 50."),
    Step.Kind.FEASIBILITY: (Channel.WEB, "Sur ce site.", Channel.LETTER, "Mairie, service participation."),
    Step.Kind.VOTE: (Channel.WEB, "Sur ce site, avec votre code.", Channel.PAPER, "Dans les mairies de quartier."),
    Step.Kind.RESULTS: (Channel.WEB, "Sur ce site.", Channel.PAPER, "Affiché en mairie."),
    Step.Kind.DELIVERY: (Channel.WEB, "Sur ce site.", Channel.PHONE, "03 88 00 04 50."),
}
# Title, what each service says: (service, verdict, euros, motive).
NOW = (
    ("Des bancs à l’ombre sur les quais", (("Espaces verts", "feasible", 45_000, ""),)),
    (
        "Une fontaine à boire dans chaque quartier",
        (
            (
                "Voirie",
                "changed",
                90_000,
                "Dix fontaines au lieu de quinze : cinq places n’ont pas d’eau sous pression.",
            ),
        ),
    ),
    (
        "La cour de l’école du Neudorf ouverte le samedi",
        (
            ("Écoles", "changed", 60_000, "Le samedi après-midi, avec un gardien : le matin, la cour sert au centre."),
            ("Espaces verts", "feasible", 8_000, ""),
        ),
    ),
    ("Des nichoirs et des haies", (("Espaces verts", "feasible", 25_000, ""),)),
    ("Un terrain de pétanque éclairé", (("Voirie", "feasible", 35_000, ""),)),
    (
        "Une piscine à ciel ouvert sur l’Ill",
        (
            (
                "Espaces verts",
                "not",
                None,
                "La baignade y est interdite : le courant et la qualité de l’eau l’excluent.",
            ),
        ),
    ),
    ("Un marché couvert place du Faubourg", (("Voirie", "", None, ""),)),
)
BEFORE = ("Une aire de jeux pour tous les enfants", "Des jardins partagés à l’Elsau", "Des boîtes à livres")
SAID = (
    (Channel.PHONE, "Des bancs à l’ombre : à mon âge, je m’arrête tous les cent mètres."),
    (Channel.PAPER, "Sur les quais il n’y a rien pour s’asseoir l’été."),
    (Channel.ROOM, "Une fontaine près des jeux, les enfants ont soif."),
    (Channel.LETTER, "Ouvrez la cour de l’école le samedi, nous n’avons pas de jardin."),
    (Channel.PHONE, "Planter des haies pour les oiseaux."),
    (Channel.PAPER, "Un boulodrome, avec de la lumière le soir."),
    (Channel.ROOM, "On devrait pouvoir se baigner dans l’Ill."),
    (Channel.LETTER, "Couvrir le marché : il pleut un jour sur deux."),
)


def seed() -> None:
    """Add the budgets, then the votes and what is tried for a while, through their services, day after day."""
    town = Organisation.objects.get(name=directory_demo.ORGANISATIONS["Ville"][0])
    keeper = _held(town, roles.FACILITATOR, "Maryse", "Wendling")
    elected = _held(town, roles.ELECTED, "Élodie", "Schaal")
    actor = actor_of(keeper.person, keeper)
    demo_votes.seed()
    before = _ended(actor, elected.person, town)
    _voted_on(actor, elected.person, town, before)
    _taking_ideas(actor, elected.person)
    demo_schemes.seed()
    # The past was told in its time: nothing of it leaves again today.
    Job.objects.filter(kind__startswith=f"{SLUG}.").delete()


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    letter = demo_votes.fresh_code()
    ballot = [] if letter is None else [_ballot(*letter)]
    return [
        (reverse("citizen_dialogue_public:editions"), _("budgets, from ideas to what was built")),
        (reverse("citizen_dialogue_public:votes"), _("a vote that is open, and a result to count again")),
        *ballot,
        (reverse("citizen_dialogue_public:schemes"), _("streets on trial: a cycle lane, judged by those who use it")),
    ]


def _ballot(vote: Vote, code: str) -> tuple[str, str]:
    words = _("vote yourself, with the code %(code)s") % {"code": code}
    return reverse("citizen_dialogue_public:vote_by_code", args=[vote.slug]), words


def _held(town: Organisation, role: str, first: str, last: str) -> Capacity:
    """Return who holds a role in town, or write them."""
    known = Capacity.objects.filter(role=role, organisation=town).select_related("person").order_by("pk").first()
    if known is not None:
        return known
    commune = Commune.objects.get(code=CENTRE)
    person = Person.objects.create(first_name=first, last_name=last, commune=commune, channel=Person.Channel.PHONE)
    return Capacity.objects.create(person=person, organisation=town, role=role)


def _day(days: int) -> datetime:
    return timezone.make_aware(datetime.combine(clock.real_today() + timedelta(days=days), time(9)))


def _on(days: int) -> AbstractContextManager[None]:
    """Run a block as on another morning: services write the dates people lived."""
    return clock.travelling(_day(days))


def _prepared(actor: Actor, answerer: Person, title: str, *, begins: int, **fields: object) -> Edition:
    before = fields.pop("before", None)
    with _on(begins - 20):
        edition = editions.do_prepare_edition(
            actor=actor,
            title=title,
            begins_on=_day(begins).date(),
            before=before if isinstance(before, Edition) else None,
            fields={
                "answerer": answerer,
                "answerer_words": "adjointe à la participation et aux marchés",
                "rules": RULES,
                "body": Body.objects.filter(state=Body.State.OPEN, exercise=None).order_by("pk").first(),
                **fields,
            },
        )
        for step in edition.steps.order_by("place"):
            main, main_words, backup, backup_words = CHANNELS[Step.Kind(step.kind)]
            words = {"main_channel": main, "main_words": main_words}
            words |= {"backup_channel": backup, "backup_words": backup_words}
            steps.do_write_step(actor=actor, step=step, fields=words)
    return edition


def _opened(actor: Actor, edition: Edition, *, begins: int, question: str) -> Step:
    """Open an edition, publish its rules, then the door for ideas: in that order, or services refuse."""
    with _on(begins):
        editions.do_open_edition(actor=actor, edition=edition)
    with _on(begins + 25):
        how = "Écrites avec 80 personnes en quatre ateliers et 1 600 questionnaires."
        editions.do_publish_rules(actor=actor, edition=edition, rules=edition.rules, how=how)
    with _on(begins + 30):
        return steps.do_open_door(actor=actor, step=_step(edition, "ideas"), question=question)


def _step(edition: Edition, kind: str) -> Step:
    return edition.steps.select_related("edition", "consultation").get(kind=kind)


def _said(actor: Actor, step: Step, number: int, channel: str, words: str) -> Contribution:
    assert step.consultation is not None
    said = contributions.Words(client_key=UUID(int=(24 << 64) + step.pk * 100 + number), words=words)
    typed = None if channel == Channel.WEB else contributions.Typed(channel=channel)
    return contributions.do_contribute(
        actor=actor, consultation=step.consultation, said=said, typed=typed, by_name=False
    )


def _finished(actor: Actor, edition: Edition, days: int, **words: str) -> None:
    for kind, said in words.items():
        with _on(days):
            steps.do_finish_step(actor=actor, step=_step(edition, kind), words=said)


def _proposed(actor: Actor, step: Step, title: str, joined: list[Contribution]) -> Proposal:
    return proposals.do_propose(
        actor=actor,
        origin=proposals.Origin(consultation=step.consultation),
        title=title,
        words=f"{title}, comme plusieurs personnes l’ont demandé.",
        contributions=joined,
    )


def _ended(actor: Actor, answerer: Person, town: Organisation) -> Edition:
    """The edition before: its works go on, one stage is late, and it says what was learned."""
    begins = -640
    edition = _prepared(
        actor,
        answerer,
        "Premier budget participatif",
        begins=begins,
        budget_cents=20_000_000,
        youngest=18,
        purpose="Deux cent mille euros pour les quartiers.",
    )
    with _on(begins - 5):
        paper = diary.do_write_variable(
            actor=actor,
            edition=edition,
            name="Vote sur papier",
            was="",
            becomes="Un bureau de vote dans chaque mairie de quartier",
            why="Savoir qui vient quand on n’a pas besoin d’un écran.",
        )
    door = _opened(actor, edition, begins=begins, question="Que manque-t-il à votre quartier ?")
    with _on(begins + 40):
        said = [_said(actor, door, n, channel, words) for n, (channel, words) in enumerate(SAID[:4])]
    made = []
    with _on(begins + 80):
        for number, title in enumerate(BEFORE):
            made.append(_proposed(actor, door, title, said[number : number + 1]))
    for number, proposal in enumerate(made):
        with _on(begins + 97):
            (asked,) = feasibility.do_ask(
                actor=actor,
                edition=edition,
                proposals=[proposal],
                unit=_unit(town, "Espaces verts"),
                due_on=_day(begins + 130).date(),
            )
        with _on(begins + 120):
            feasibility.do_say(actor=actor, feasibility=asked, verdict="feasible", cents=(number + 3) * 1_200_000)
    counted = Vote.objects.filter(piste=SLUG, state=Vote.State.PUBLISHED, edition=None).order_by("pk").first()
    with _on(begins + 180):
        if counted is not None:
            ballots.do_name_vote(actor=actor, edition=edition, vote=counted)
    _finished(
        actor,
        edition,
        begins + 200,
        ideas="Quatre cent douze idées, une sur trois sans écran.",
        merging="Trente-huit propositions, relues par leurs auteurs.",
        feasibility="Trois propositions sur quatre faisables, huit refusées avec leur motif.",
        vote="Trois mille votes, dont un sur trois sur papier.",
        results="Trois projets financés ; le décompte est public.",
    )
    _works(actor, made, town, begins)
    with _on(-190):
        editions.do_end_edition(
            actor=actor,
            edition=edition,
            learned="Les personnes de moins de 18 ans voulaient proposer, et les services ont manqué de temps.",
            by_variable={paper.pk: "Un vote sur trois est venu du papier, surtout après 65 ans."},
        )
    return edition


def _works(actor: Actor, made: list[Proposal], town: Organisation, begins: int) -> None:
    """Promise the three projects: one is done, one goes on, one has a stage that is late."""
    for number, proposal in enumerate(made):
        with _on(begins + 205):
            answers.do_answer(actor=actor, proposal=proposal, state="adopted", motive="Le vote l’a retenue.")
            promise = commitments.do_commit(
                actor=actor,
                proposal=proposal,
                promise=commitments.Promise(
                    words=f"{proposal.title} : livré et ouvert à tous.",
                    owner=_unit(town, "Espaces verts"),
                    due_on=_day((-30, 60, 90)[number]).date(),
                    budget_line="Budget participatif, ligne 823",
                    cents=(number + 3) * 1_200_000,
                    steps=(
                        ("Plan dessiné avec les auteurs", _day(-300).date()),
                        ("Chantier", _day((-120, -20, 30)[number]).date()),
                    ),
                ),
            )
        plan, building = promise.milestones.order_by("due_on", "pk")
        with _on(-305):
            commitments.do_reach_milestone(actor=actor, milestone=plan, words="Plan affiché en mairie de quartier.")
        if number == 0:
            with _on(-40):
                commitments.do_reach_milestone(actor=actor, milestone=building, words="Chantier fini en six semaines.")
                commitments.do_keep_commitment(actor=actor, commitment=promise, words="L’aire est ouverte.")


def _unit(town: Organisation, name: str) -> Unit:
    return Unit.objects.get_or_create(organisation=town, name=name)[0]


def _voted_on(actor: Actor, answerer: Person, town: Organisation, before: Edition) -> None:
    """The edition in full swing: every channel was heard, a room closed and came back, services said yes and no."""
    begins = -162
    edition = _prepared(
        actor,
        answerer,
        "Budget participatif des quartiers",
        begins=begins,
        before=before,
        budget_cents=26_000_000,
        youngest=11,
        purpose="Deux cent soixante mille euros, décidés par celles et ceux qui vivent ici.",
    )
    with _on(begins - 5):
        changes = (
            ("Âge", "Dès 18 ans", "Dès 11 ans", "Les collégiens ont écrit l’an dernier sans pouvoir voter."),
            ("Temps des services", "30 jours", "60 jours", "Huit refus sont venus d’une étude trop courte."),
        )
        lines = [
            diary.do_write_variable(actor=actor, edition=edition, name=name, was=was, becomes=becomes, why=why)
            for name, was, becomes, why in changes
        ]
    door = _opened(actor, edition, begins=begins, question="Que changer dans votre rue ou votre quartier ?")
    said = _every_channel(actor, edition, door, begins)
    made = _merged(actor, door, said, begins)
    _studied(actor, edition, made, town, begins)
    _marked(edition, made, begins)
    _finished(
        actor,
        edition,
        -8,
        ideas="Neuf cents idées, par cinq canaux ; la salle fermée deux semaines n’a rien fait perdre.",
        merging="Sept propositions, chacune relue par ses auteurs.",
        feasibility="Cinq propositions faisables, dont deux changées ; une refusée, une encore à l’étude.",
    )
    with _on(-8):
        diary.do_say_learned(actor=actor, variable=lines[1], words="Un seul refus cette année, et mieux expliqué.")
    polled = Vote.objects.filter(piste=SLUG, state=Vote.State.FROZEN, edition=None).order_by("pk").first()
    with _on(-7):
        if polled is not None:
            ballots.do_name_vote(actor=actor, edition=edition, vote=polled)


def _every_channel(actor: Actor, edition: Edition, door: Step, begins: int) -> list[Contribution]:
    """Hear ideas by each channel, before, during and after the day the site was down."""
    with _on(begins + 35):
        said = [_said(actor, door, n, channel, words) for n, (channel, words) in enumerate(SAID[:4])]
    with _on(begins + 45):
        why = "Le site est en panne : appelez-nous, ce qui est dit compte."
        steps.do_switch(actor=actor, step=_step(edition, "ideas"), why=why)
    with _on(begins + 48):
        said += [_said(actor, door, n + 10, channel, words) for n, (channel, words) in enumerate(SAID[4:6])]
    with _on(begins + 52):
        steps.do_switch(actor=actor, step=_step(edition, "ideas"), why="Le site est réparé, rien n’est perdu.")
    with _on(begins + 60):
        said += [_said(actor, door, n + 20, channel, words) for n, (channel, words) in enumerate(SAID[6:])]
        said.append(_said(actor, door, 30, Channel.WEB, "Des bancs, et une fontaine à côté."))
    return said


def _merged(actor: Actor, door: Step, said: list[Contribution], begins: int) -> list[Proposal]:
    """Bring together what says the same: two people asked for benches, and become authors of one proposal."""
    joined = ((0, 1, 8), (2,), (3,), (4,), (5,), (6,), (7,))
    with _on(begins + 80):
        return [
            _proposed(actor, door, title, [said[n] for n in numbers])
            for (title, _words), numbers in zip(NOW, joined, strict=True)
        ]


def _studied(actor: Actor, edition: Edition, made: list[Proposal], town: Organisation, begins: int) -> None:
    """Ask services, and write what they say; one has not answered and its day has passed."""
    for proposal, (_title, words) in zip(made, NOW, strict=True):
        for name, verdict, euros, motive in words:
            late = not verdict
            with _on(begins + 97):
                (asked,) = feasibility.do_ask(
                    actor=actor,
                    edition=edition,
                    proposals=[proposal],
                    unit=_unit(town, name),
                    due_on=_day(-12 if late else begins + 140).date(),
                )
            if late:
                continue
            with _on(begins + 130):
                cents = None if euros is None else euros * 100
                feasibility.do_say(actor=actor, feasibility=asked, verdict=verdict, motive=motive, cents=cents)
        if words[0][1] == "not":
            with _on(begins + 133):
                answers.do_answer(actor=actor, proposal=proposal, state="refused", motive=words[0][3])


def _marked(edition: Edition, made: list[Proposal], begins: int) -> None:
    """Have residents read two proposals against the goals, each with their own sentences."""
    _held(edition.organisation, roles.RESIDENT, "Salma", "Adler")
    held = Capacity.objects.filter(role=roles.RESIDENT, organisation_id=edition.organisation_id)
    readers = list(held.select_related("person").order_by("pk")[:3])
    marks = (
        (0, {11: ("much", "On peut s’arrêter : la ville redevient possible à pied."), 3: ("helps", "On marche plus.")}),
        (0, {15: ("harms", "Attention aux racines des platanes."), 11: ("helps", "Oui, s’ils ont un dossier.")}),
        (3, {15: ("much", "Les oiseaux reviennent là où il y a des haies."), 4: ("helps", "Les écoles plantent.")}),
    )
    with _on(begins + 110):
        for number, (capacity, (place, card)) in enumerate(zip(readers, marks, strict=False)):
            scoring.do_score(
                actor=actor_of(capacity.person, capacity),
                edition=edition,
                proposal=made[place],
                marks={goal: scoring.Said(mark, sentence) for goal, (mark, sentence) in card.items()},
                client_key=UUID(int=(25 << 64) + number),
                shown_name=capacity.person.first_name,
            )


def _taking_ideas(actor: Actor, answerer: Person) -> None:
    """A second budget, for people of 11 to 30, whose door for ideas is open: anybody may try it."""
    begins = -40
    edition = _prepared(
        actor,
        answerer,
        "Budget des 11 à 30 ans",
        begins=begins,
        budget_cents=7_000_000,
        youngest=11,
        oldest=30,
        purpose="Soixante-dix mille euros pour ce qui change la vie à 11, 17 ou 28 ans.",
    )
    door = _opened(actor, edition, begins=begins, question="Qu’est-ce qui vous manque quand les cours sont finis ?")
    with _on(-4):
        _said(actor, door, 1, Channel.PHONE, "Un endroit au chaud pour réviser le soir.")
        _said(actor, door, 2, Channel.ROOM, "Des casiers pour laisser sa trottinette au collège.")
