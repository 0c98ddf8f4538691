"""What is wrong in a sheet of people to call, in words: what was found, what becomes of the line."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, "str | Promise"] = {
    "no_last_name": _("No column gives the names. Call it “nom”."),
    "no_phone": _("No column gives the telephones. Call it “téléphone”."),
    "unreadable": _("This file cannot be read as a sheet. Save it as .csv, .xlsx or .ods, with its titles in row 1."),
    "no_lines": _("Nobody in this sheet can be called. See why below."),
    "another_town": _(
        "Most of these people live in communes that this territory does not know: this looks like another town's file."
    ),
    "column_left_out": _("This column is not needed to call people: it is left out and nothing of it is kept."),
    "name_missing": _("No name: this line is left out."),
    "phone_missing": _("No telephone: this line is left out."),
    "phone_bad": _("This is not a telephone number: this line is left out."),
    "relative_phone_bad": _("The number of the relative is not one: the person is kept, without it."),
    "age_odd": _("This age cannot be: the person is kept, without it."),
    "difficulty_odd": _("A difficulty is 1, 2 or 3: the person is kept as 1."),
    "double": _("The same person, with the same telephone, is already there: this line is left out."),
    "shared": _("Another person has this telephone: both are kept, and never called at the same time."),
    "elsewhere": _("This territory does not know this commune: this line is left out."),
}
