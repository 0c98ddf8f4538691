"""What the journal says of draws: what was prepared, published, drawn, replaced, erased; never who is in the pool."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, "str | Promise"] = {
    "assembly.draw_prepared": _("A draw by lot was prepared."),
    "assembly.draw_changed": _("What the draw announces was changed."),
    "assembly.quotas_written": _("The quotas of the draw were written (%(count)s)."),
    "assembly.pool_imported": _("A list of %(count)s people was added to the pool."),
    "assembly.pool_member_added": _("Somebody was added to the pool (%(channel)s)."),
    "assembly.pool_member_withdrawn": _("Somebody withdrew from the pool: their name and answers were deleted."),
    "assembly.tickets_asked": _("The tickets of the draw were asked for."),
    "assembly.tickets_refused": _("The tickets could not be made (%(why)s). Nothing was published."),
    "assembly.draw_committed": _("The record of the draw was published, before the draw (SHA-256 %(digest)s)."),
    "assembly.draw_drawn": _("The panel was drawn: ticket %(ticket)s, seed %(seed)s."),
    "assembly.drawn_replaced": _("%(left)s left the panel drawn (%(why)s); who came: %(came)s, rank %(rank)s."),
    "assembly.pool_erased": _(
        "Certificate of destruction: the names, contacts and answers of %(count)s people were deleted. The published "
        "record stays (SHA-256 %(digest)s)."
    ),
}
