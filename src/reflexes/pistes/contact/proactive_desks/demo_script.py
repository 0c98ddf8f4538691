"""A script to begin with, in French and English: news and company first, then what may be missing (P12 (a)).

It follows the order of the method of 2020: no reason but to hear how the person is; then food, health, company, home,
heat or cold, telephone and internet; the person's own words at the end. A campaign copies it, then makes it its own.
"""

from collections.abc import Sequence

from reflexes.pistes.contact.proactive_desks.models import NeedKind
from reflexes.pistes.contact.proactive_desks.script.steps import Choice, Step

Two = tuple[str, str]


def _words(said: Two) -> dict[str, str]:
    return dict(zip(("fr", "en"), said, strict=True))


def _choice(value: str, fr: str, en: str, need: str = "", *, urgent: bool = False) -> Choice:
    return Choice(value, _words((fr, en)), need, urgent)


def _ask(name: str, label: Two, hint: Two, *choices: Choice, several: bool = False, relevant: str = "") -> Step:
    kind = "select_multiple" if several else "select_one"
    return Step(name, kind, _words(label), _words(hint), relevant=relevant, choices=choices)


def _write(name: str, label: Two, hint: Two = ("", ""), *, need: str = "", relevant: str = "") -> Step:
    return Step(name, "text", _words(label), _words(hint), relevant=relevant, need=need)


def _say(name: str, label: Two, hint: Two = ("", "")) -> Step:
    return Step(name, "note", _words(label), _words(hint))


def default_steps() -> Sequence[Step]:
    """Return the steps of the default script."""
    return (
        _say(
            "hello",
            (
                "Je vous appelle simplement pour prendre de vos nouvelles. Est-ce que je vous dérange ?",
                "I am only calling to hear how you are. Is this a good moment?",
            ),
            (
                "Si ce n’est pas le moment : « Rappeler plus tard ». Rien n’oblige la personne à répondre.",
                "If it is not: “Call back later”. Nothing obliges the person to answer.",
            ),
        ),
        _ask(
            "mood",
            ("Comment allez-vous en ce moment ?", "How have you been lately?"),
            ("Laissez le temps de répondre. Un silence n’est pas une gêne.", "Leave time. A silence is no trouble."),
            _choice("well", "Bien", "Well"),
            _choice("so_so", "Comme ci, comme ça", "So-so"),
            _choice("low", "Pas bien", "Not well", NeedKind.ISOLATION),
        ),
        _write(
            "low_words",
            ("Voulez-vous m’en dire un peu plus ?", "Would you tell me a little more?"),
            ("Écrivez ses mots, tels qu’ils sont dits.", "Write their words as they are said."),
            relevant="${mood} = 'low' or ${mood} = 'so_so'",
        ),
        _ask(
            "link",
            ("À qui parlez-vous, ces jours-ci ?", "Whom do you talk to these days?"),
            ("Plusieurs réponses possibles.", "Several answers possible."),
            _choice("family", "De la famille", "Family"),
            _choice("neighbours", "Des voisins, des amis", "Neighbours, friends"),
            _choice("helper", "Une aide à domicile, une infirmière", "A home helper, a nurse"),
            _choice("nobody", "Presque personne", "Hardly anybody", NeedKind.ISOLATION),
            several=True,
        ),
        _ask(
            "again",
            ("Aimeriez-vous que quelqu’un vous rappelle de temps en temps ?", "Would you like regular calls?"),
            ("", ""),
            _choice("yes", "Oui", "Yes", NeedKind.ISOLATION),
            _choice("no", "Non", "No"),
            relevant="selected(${link}, 'nobody') or ${mood} = 'low'",
        ),
        _ask(
            "food",
            ("Arrivez-vous à faire vos courses et à manger à votre faim ?", "Can you shop, and eat enough?"),
            ("", ""),
            _choice("yes", "Oui", "Yes"),
            _choice("hard", "C’est compliqué", "It is hard", NeedKind.FOOD),
            _choice("nothing", "Il n’y a plus rien à manger", "Nothing is left to eat", NeedKind.FOOD, urgent=True),
        ),
        _write(
            "food_words",
            ("Qu’est-ce qui vous aiderait ?", "What would help?"),
            ("Livraison, repas, quelqu’un pour les courses…", "A delivery, meals, somebody to shop…"),
            need=NeedKind.FOOD,
            relevant="${food} = 'hard' or ${food} = 'nothing'",
        ),
        _ask(
            "health",
            ("Et la santé : avez-vous vos médicaments, vos soins ?", "And health: your medicines, your care?"),
            (
                "Ne conseillez rien : un doute, et c’est « Urgence » ou un besoin.",
                "Give no advice. In doubt, it is a need.",
            ),
            _choice("yes", "Oui", "Yes"),
            _choice("soon", "Il va en manquer", "It will soon be missing", NeedKind.HEALTH),
            _choice("put_off", "Des soins remis à plus tard", "Care put off", NeedKind.HEALTH),
            _choice("none", "Plus de médicaments", "No medicine left", NeedKind.HEALTH, urgent=True),
        ),
        _write(
            "health_words",
            ("Depuis quand ? Qui vous suit d’habitude ?", "Since when? Who usually follows you?"),
            need=NeedKind.HEALTH,
            relevant="${health} != 'yes' and ${health} != ''",
        ),
        _ask(
            "home",
            ("Chez vous, tout va bien ?", "Is everything all right at home?"),
            ("Plusieurs réponses possibles.", "Several answers possible."),
            _choice("well", "Oui", "Yes"),
            _choice("cold", "Trop froid", "Too cold", NeedKind.HEAT),
            _choice("hot", "Trop chaud", "Too hot", NeedKind.HEAT),
            _choice("cut", "Plus d’eau, plus de courant", "No water, no power", NeedKind.HEAT, urgent=True),
            _choice("help", "L’aide à domicile ne vient plus", "The home helper stopped", NeedKind.HOME_HELP),
            _choice("afraid", "Peur de quelqu’un", "Afraid of somebody", NeedKind.SAFETY, urgent=True),
            several=True,
        ),
        _ask(
            "digital",
            ("Le téléphone, internet, les papiers : ça va ?", "Telephone, internet, paperwork: all right?"),
            ("", ""),
            _choice("yes", "Oui", "Yes"),
            _choice("papers", "Des papiers en retard", "Paperwork is late", NeedKind.MONEY),
            _choice("screen", "Besoin d’aide avec un écran", "Help with a screen", NeedKind.DIGITAL),
        ),
        _write(
            "other",
            ("Y a-t-il autre chose que vous aimeriez dire ?", "Is there anything else you would like to say?"),
            ("Écrivez ses mots, tels qu’ils sont dits.", "Write their words as they are said."),
        ),
        _say(
            "bye",
            (
                "Merci d’avoir pris le temps. Vous pouvez nous rappeler au numéro que je vous ai donné.",
                "Thank you for your time. You can call us back on the number I gave you.",
            ),
            ("Dites ensuite, plus bas, ce que l’appel a donné.", "Then say below what came of the call."),
        ),
    )
