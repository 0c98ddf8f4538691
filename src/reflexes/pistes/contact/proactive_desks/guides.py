"""What each role is told on its first visit and on its help page: why each page is there, in plain words."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Guide, Step

SUPERVISOR = Guide(
    words=_("You are in charge of the calls: nobody is called without a purpose, and no need is left without an end."),
    steps=(
        Step(
            "proactive_desks:campaigns",
            _("Campaigns of calls"),
            _("Each campaign has one purpose, one list and an end. Its page says what is missing before it opens."),
        ),
        Step(
            "proactive_desks:desk_register",
            _("Those who call us"),
            _("Whoever calls or comes by themselves belongs to no campaign: what they tell goes to one register."),
        ),
        Step(
            "proactive_desks:units_board",
            _("Board of units"),
            _("Once a day, what each unit reported; whoever did not is named, with who to call."),
        ),
    ),
    questions=(
        (
            _("A caller left in the middle of a call: is the person lost?"),
            _("No. After twenty minutes without a sign the person returns to the queue, and you see it."),
        ),
        (
            _("Nobody answers, three times: what then?"),
            _("A human task appears: a relative, then a visit, then somebody decides. No counter closes a person."),
        ),
        (
            _("Somebody lacks nothing but company."),
            _("Have them called again every few days, from the page of the campaign. A caller they know comes first."),
        ),
        (
            _("Why do I not see who calls most?"),
            _("Because a call is not a piece of work to count. Each caller sees their own, and nobody else does."),
        ),
    ),
)

CALLER = Guide(
    words=_("You call people to hear how they are. One person at a time, and you may stop whenever you wish."),
    steps=(
        Step(
            "proactive_desks:desk",
            _("Calling"),
            _("You are lent one person for twenty minutes. What you type is kept as you type, even without network."),
        ),
        Step(
            "proactive_desks:feedback",
            _("What became of them"),
            _("When you heard a need, you read here what came of it."),
        ),
        Step(
            "proactive_desks:paper_enter",
            _("Enter a list on paper"),
            _("Without a screen you call from a list for a day, and enter each line by its code afterwards."),
        ),
    ),
    questions=(
        (
            _("I know this person."),
            _("Give them back with “I know this person”: somebody else calls, and you are not asked why."),
        ),
        (
            _("The call was hard."),
            _("Take a breath. The next one is easy, the number of your buddy is on the page, and you may stop."),
        ),
        (
            _("The network went down while I was typing."),
            _("Go on. What you typed stays on this page and leaves by itself, once, when the network is back."),
        ),
    ),
)

NAVIGATOR = Guide(
    words=_("You know every service. Each need that is told here leaves with an answer, or comes back to you."),
    steps=(
        Step(
            "proactive_desks:navigator_board",
            _("Needs"),
            _("Columns by what is expected of you now. Nothing closes before somebody was told what happened."),
        ),
        Step(
            "proactive_desks:navigator_inbound",
            _("Somebody calls, comes or writes"),
            _("Search first: they may have told it already. Write their words as they said them."),
        ),
        Step(
            "proactive_desks:navigator_services",
            _("Services"),
            _("Whom a need can be entrusted to. A service answers by a link, without an account."),
        ),
    ),
    questions=(
        (
            _("A service does not answer."),
            _("It is reminded, then the need comes back to you: you entrust it to another one, or call."),
        ),
        (
            _("Why is the name hidden?"),
            _("You rarely need it to find the right service. Press to read it: that reading is written down."),
        ),
    ),
)

OUTREACH = Guide(
    words=_("You go and see. Your unit decides within its margins, and asks the centre for the rest."),
    steps=(
        Step(
            "proactive_desks:units",
            _("My unit"),
            _("Facilities, what they need in their own words, what was agreed on the spot, and the report of the day."),
        ),
        Step(
            "proactive_desks:facilities",
            _("Facilities"),
            _("Whom you support, whom to call there, and what they asked for: note a need as its head says it."),
        ),
        Step(
            "proactive_desks:doctrines",
            _("Doctrine"),
            _("What the centre sets, and what your unit decides alone. Each version says what changed."),
        ),
    ),
    questions=(
        (
            _("How long is the report?"),
            _("Five minutes: it is filled with what you wrote during the day. Three questions are left to you."),
        ),
    ),
)

GUIDES = {"supervisor": SUPERVISOR, "caller": CALLER, "navigator": NAVIGATOR, "outreach": OUTREACH}
