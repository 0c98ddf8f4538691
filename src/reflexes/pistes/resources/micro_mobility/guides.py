"""What each role is told on its first visit and on its help page: why each page is there, in plain words."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Guide, Step

REFUSE = (
    _("What happens if I say no?"),
    _("Nothing. No reason is asked, nobody who appraises you sees it, and it is never held against you."),
)
PAPER = (
    _("Can somebody do without a screen?"),
    _("Yes. Telephone, paper and the counter land in the same place: the cell writes down what was said."),
)

COORDINATOR = Guide(
    words=_("You link the services that need hands with the people who said yes. The system proposes; you decide."),
    steps=(
        Step(
            "micro_mobility:silences",
            _("What is waiting"),
            _("Everything that waits for an answer, oldest first. Begin the day here: each line has one thing to do."),
        ),
        Step(
            "micro_mobility:need_board",
            _("Needs"),
            _("Who asks for hands, where, on which half-days. Read a need as its host would say it, then open it."),
        ),
        Step(
            "micro_mobility:plan_list",
            _("Plans"),
            _("A plan proposes who could go where, and says why for each. Nothing leaves until you send a wave."),
        ),
        Step(
            "micro_mobility:pool",
            _("People"),
            _("Those who offered to help. Each offer deserves an answer from you, even when nothing is needed yet."),
        ),
        Step(
            "micro_mobility:tools",
            _("The cell"),
            _("What you open less often: sheets, exercises, the outbox, the public page, handing over before a leave."),
        ),
    ),
    questions=(
        (
            _("Can the system send somebody by itself?"),
            _("Never. You read the wave line by line, with what each person will receive, then you send it."),
        ),
        (
            _("Somebody’s limit stands in the way of a vital need: what can I do?"),
            _("Ask them. Only their own yes opens it, for that half-day alone; you cannot set it aside."),
        ),
        PAPER,
        (
            _("Where do I rehearse without disturbing anyone?"),
            _("In an exercise: the same screens at another date, from which nothing leaves."),
        ),
    ),
)

HOST = Guide(
    words=_("You say what help your service or association needs, then you welcome the people who come."),
    steps=(
        Step(
            "micro_mobility:host_home",
            _("My needs"),
            _("Each need you stated and where it stands. Stating one takes two minutes and is saved as you type."),
        ),
        Step(
            "micro_mobility:need_new",
            _("A new need"),
            _("Start from a ready-made case or a past need: people decide on what they read here, so be concrete."),
        ),
        Step(
            "micro_mobility:arrivals",
            _("Arrivals"),
            _("Who comes and when. Confirm, tick training and safety before the start, and note the hours at the end."),
        ),
    ),
    questions=(
        (
            _("Why do you ask for a mentor and a second contact?"),
            _("A newcomer who has somebody to ask stays. The second contact is for when the mentor is away."),
        ),
        (
            _("Why a date of return already?"),
            _("Their service lends them until that day. A return prepared at the start is the one that happens."),
        ),
        PAPER,
    ),
)

GIVER = Guide(
    words=_("You say when and how you could lend a hand. You are asked; you are never told to go."),
    steps=(
        Step(
            "micro_mobility:my_space",
            _("My space"),
            _("Your half-days, your wishes, your limits. A limit with a lock is never crossed without your yes."),
        ),
        Step(
            "micro_mobility:my_missions",
            _("My missions"),
            _("What you are asked, accepted and did. Before each mission: where, with whom, whom to call."),
        ),
        Step(
            "account_data",
            _("What is known about me"),
            _("Each thing the house knows of you, why, until when, and who read it. Correct it, take it, or leave."),
        ),
    ),
    questions=(
        REFUSE,
        (
            _("Does my manager see my wishes and what I can do?"),
            _("No. Your manager sees that you accepted a mission and is asked to let you go, nothing else."),
        ),
        (
            _("I can no longer come: what do I do?"),
            _("Open the mission and ask for a stand-in, or call the cell. Saying it early is already a help."),
        ),
        PAPER,
    ),
)

MANAGER = Guide(
    words=_("People of your service lend a hand elsewhere for a few half-days. You let them go, or say why not now."),
    steps=(
        Step(
            "micro_mobility:service",
            _("My service"),
            _("Who asks to go, what it leaves you, who comes back when. Answering everything takes two minutes."),
        ),
        Step(
            "micro_mobility:twins",
            _("Twinned services"),
            _("Which service yours trains with in quiet times, who is trained, and when the next drill is."),
        ),
        Step(
            "help",
            _("Help"),
            _("What people ask, and whom to call when the minimum of your service cannot hold."),
        ),
    ),
    questions=(
        (
            _("May I say no?"),
            _("Yes, with a motive from a short list. The person is told that the service could not spare them."),
        ),
        (
            _("Why do I not see what people wish or can do?"),
            _("So that saying it costs them nothing. You see what concerns your service: who leaves, and until when."),
        ),
        (
            _("What if I do not answer?"),
            _("The cell calls you, then whoever stands in for you. Silence is never taken for a yes."),
        ),
        PAPER,
    ),
)

GUIDES = {
    "coordinator": COORDINATOR,
    "host": HOST,
    "agent": GIVER,
    "volunteer": GIVER,
    "manager": MANAGER,
}
