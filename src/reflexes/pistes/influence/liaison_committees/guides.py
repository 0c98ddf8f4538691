"""What each role is told on its first visit and on its help page: why each page is there, in plain words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core.registry import Guide, Step

FACILITATOR = Guide(
    words=_("You keep the committees: residents are heard while decisions are taken, and somebody named answers them."),
    steps=(
        Step(
            "liaison_committees:keeper_silences",
            _("What is waiting"),
            _("Late answers, people to call, minutes to publish. Begin the day here: each line has one thing to do."),
        ),
        Step(
            "liaison_committees:keeper_bodies",
            _("Committees"),
            _("A committee opens once it says its mandate, its end and who answers it. Its page tells what lacks."),
        ),
        Step(
            "liaison_committees:keeper_sessions",
            pgettext_lazy("committee", "Sessions"),
            _("Those who came least are called first. On the day, the register fits in a telephone."),
        ),
        Step(
            "liaison_committees:keeper_draws",
            _("Draws"),
            _("Who sits is drawn in public. Publish first, throw the dice after: its page leads you on the day."),
        ),
        Step(
            "liaison_committees:keeper_contributions",
            pgettext_lazy("menu", "Words and proposals"),
            _("Type what was said without a screen: it counts the same. Proposals and their days are one tab away."),
        ),
    ),
    questions=(
        (
            _("A crisis begins: how fast can people be heard?"),
            _("In 48 hours: call a crisis session of a committee that is open, and say why you call in a hurry."),
        ),
        (
            _("May I hide words that I disagree with?"),
            _("No. Six reasons are the same for everybody; the author may ask somebody else to read again."),
        ),
        (
            _("Whoever answers told me by telephone: can I write it?"),
            _("Yes. The answer keeps both names: who answered, and who wrote it down."),
        ),
    ),
)

COMMITTEES = Step(
    "liaison_committees_public:bodies",
    _("Committees"),
    _("Who sits, what they asked for and what became of it. Everybody reads the same page as you."),
)
DRAWS = Step(
    "liaison_committees_public:draws",
    _("Draws"),
    _("Who was drawn by lot, with what chance, and how to check it again. No name shows: only codes."),
)
LINK = (
    _("May I answer without signing in?"),
    _("Yes: by the link of the message you received. It opens that question and nothing else."),
)

ANSWERER = Guide(
    words=_("Residents ask you for something. You owe each of them an answer by a day that everybody reads."),
    steps=(
        Step(
            "liaison_committees:to_answer",
            pgettext_lazy("menu", "To answer"),
            _("What waits for you, the overdue first. You read what will be public before it is published."),
        ),
        COMMITTEES,
        DRAWS,
    ),
    questions=(
        (
            _("I cannot answer by the day: what do I do?"),
            _("Say that it is under study: that is an answer too. The day stays, and everybody reads where it stands."),
        ),
        (
            _("May I refuse?"),
            _("Yes, with why. Those who asked read your reason in the same size as a yes."),
        ),
        LINK,
    ),
)

RESIDENT = Guide(
    words=_("You are heard while decisions are taken, and somebody named owes you an answer."),
    steps=(
        COMMITTEES,
        Step(
            "liaison_committees_public:draws",
            _("Draws"),
            _("Seats are drawn by lot, in public. With the code of your letter you read your own line, nobody else’s."),
        ),
        Step(
            "account_data",
            _("What is known of you"),
            _("Each thing the town keeps about you, why and until when. You correct it, or take it away, here."),
        ),
    ),
    questions=(
        (
            _("May I say no, or leave?"),
            _("Yes, at any time, without a reason. Somebody else is asked to take the seat."),
        ),
        (
            _("I do not use a screen: am I heard less?"),
            _("No. By telephone, on paper, in the room or by letter, words count the same."),
        ),
        LINK,
    ),
)

GUIDES = {"facilitator": FACILITATOR, "elected": ANSWERER, "director": ANSWERER, "resident": RESIDENT}
