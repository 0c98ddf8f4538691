import datetime
import django.db.models.deletion
import reflexes.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("crisis", "0001_initial"),
        ("directory", "0001_initial"),
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=160)),
                ("sealed", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("read", "read, nothing written yet"),
                            ("taken", "taken"),
                            ("dropped", "dropped"),
                            ("undone", "undone"),
                        ],
                        default="read",
                        max_length=7,
                    ),
                ),
                ("lines", models.PositiveIntegerField(default=0)),
                ("good", models.PositiveIntegerField(default=0, help_text="People who can be called.")),
                ("bad", models.PositiveIntegerField(default=0, help_text="Lines that cannot be used.")),
                ("doubles", models.PositiveIntegerField(default=0, help_text="People met twice, kept once.")),
                (
                    "shared",
                    models.PositiveIntegerField(default=0, help_text="People who share a telephone with another."),
                ),
                (
                    "opposed",
                    models.PositiveIntegerField(default=0, help_text="Telephones that asked to be left alone."),
                ),
                (
                    "elsewhere",
                    models.PositiveIntegerField(
                        default=0, help_text="People of a commune this territory does not know."
                    ),
                ),
                ("read_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-read_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="BatchProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row", models.PositiveIntegerField(null=True)),
                ("column", models.CharField(blank=True, max_length=120)),
                ("code", models.SlugField(max_length=40)),
                ("stops", models.BooleanField(default=False, help_text="Whether the whole sheet is refused for it.")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="problems", to="proactive_desks.batch"
                    ),
                ),
            ],
            options={
                "ordering": ["row", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("search", models.CharField(db_index=True, editable=False, max_length=300)),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=160)),
                (
                    "who_calls",
                    models.CharField(blank=True, help_text="Said first: who calls, on behalf of whom.", max_length=200),
                ),
                (
                    "call_back",
                    models.CharField(blank=True, help_text="The number people can call back.", max_length=30),
                ),
                (
                    "how_to_check",
                    models.CharField(
                        blank=True,
                        help_text="How to check that it is really you: the town hall's switchboard.",
                        max_length=200,
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(
                        default=3, help_text="After how many tries without an answer somebody takes over."
                    ),
                ),
                ("lease_minutes", models.PositiveSmallIntegerField(default=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "being prepared"),
                            ("open", "calling"),
                            ("paused", "paused"),
                            ("closed", "ended"),
                        ],
                        default="draft",
                        max_length=6,
                    ),
                ),
                ("made_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dataset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="campaign", to="evidence.dataset"
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crisis.exercise"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"),
                            models.Q(
                                models.Q(("who_calls", ""), _negated=True),
                                models.Q(("call_back", ""), _negated=True),
                                models.Q(("how_to_check", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="campaign_says_who_calls",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallerCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("invited_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("calls", models.PositiveIntegerField(default=0, help_text="Calls since the last level.")),
                ("easy_next", models.BooleanField(default=False, help_text="After a hard call, the next one is easy.")),
                ("last_claim_at", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("paused_by_other", models.BooleanField(default=False)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "buddy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="buddy_of",
                        to="directory.person",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="caller_cards", to="directory.person"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callers",
                        to="proactive_desks.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["person__search", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "person"), name="caller_once_a_campaign"),
                    models.CheckConstraint(condition=models.Q(("level__lte", 3)), name="caller_level_up_to_3"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Callee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("identity", models.TextField()),
                ("phone_digest", models.CharField(db_index=True, max_length=64)),
                ("difficulty", models.PositiveSmallIntegerField(default=1)),
                ("priority", models.PositiveSmallIntegerField(default=0)),
                ("reasons", models.CharField(blank=True, max_length=120)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "to call"),
                            ("scheduled", "to call later"),
                            ("leased", "with a caller"),
                            ("human", "with somebody who takes over"),
                            ("closed", "finished"),
                        ],
                        default="ready",
                        max_length=9,
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "agreed",
                    models.BooleanField(default=False, help_text="Whether the moment was agreed with the person."),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("reached", models.BooleanField(default=False)),
                ("useful", models.BooleanField(default=False)),
                ("needs", models.PositiveSmallIntegerField(default=0)),
                ("every_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("recurs_until", models.DateField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fine", "reached, all is well"),
                            ("need", "reached, a need followed elsewhere"),
                            ("refused", "asked not to be called"),
                            ("wrong_number", "wrong number, nothing better known"),
                            ("died", "died"),
                            ("unreachable", "unreachable, as somebody decided"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="callees", to="proactive_desks.batch"
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.commune",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="callees",
                        to="proactive_desks.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["campaign", "state", "difficulty", "-rank", "id"], name="callees_in_order"),
                    models.Index(
                        condition=models.Q(("state", "scheduled")), fields=["campaign", "due_at"], name="callees_due"
                    ),
                    models.Index(fields=["campaign", "state", "reached", "useful", "needs"], name="callees_counted"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("difficulty__in", (1, 2, 3))), name="callee_difficulty_from_1_to_3"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("end", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="callee_closed_says_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scheduled"), _negated=True), ("due_at__isnull", False), _connector="OR"
                        ),
                        name="callee_later_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every_days", None), ("recurs_until__isnull", False), _connector="OR"),
                        name="callee_recurs_until_a_day",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="batch",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="proactive_desks.campaign"
            ),
        ),
        migrations.CreateModel(
            name="Debrief",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="debriefs",
                        to="proactive_desks.callercard",
                    ),
                ),
                (
                    "held_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("held_at", None)), fields=("card",), name="one_debrief_asked"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Doctrine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("priority", models.TextField(help_text="What comes first now.")),
                ("written_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "exercise",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crisis.exercise"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="doctrines",
                        to="directory.organisation",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-number", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("exercise", None)),
                        fields=("organisation", "number"),
                        name="doctrine_numbered_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exercise__isnull", False)),
                        fields=("organisation", "number", "exercise"),
                        name="doctrine_numbered_once_when_played",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exercise__isnull", False), ("published_at", None)),
                        fields=("organisation", "exercise"),
                        name="one_doctrine_drafted_when_played",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("exercise", None), ("published_at", None)),
                        fields=("organisation",),
                        name="one_doctrine_drafted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoctrinePoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("fixed", "fixed point"), ("margin", "margin of the unit")], max_length=6
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=300)),
                (
                    "doctrine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="points",
                        to="proactive_desks.doctrine",
                    ),
                ),
            ],
            options={
                "ordering": ["doctrine", "kind", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("doctrine", "kind", "position"), name="doctrine_point_placed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("search", models.CharField(db_index=True, editable=False, max_length=300)),
                ("name", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                (
                    "contact_role",
                    models.CharField(blank=True, help_text="The post, not the name: head, nurse.", max_length=120),
                ),
                ("contact_phone", models.CharField(blank=True, max_length=30)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facilities", to="directory.commune"
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crisis.exercise"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facilities",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "facilities",
                "ordering": ["search", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FieldNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("words", models.TextField()),
                (
                    "urgency",
                    models.CharField(
                        choices=[("a_today", "today"), ("b_week", "this week"), ("c_later", "when it can be done")],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("in_hand", "in hand"), ("met", "met"), ("not_met", "not met")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("in_hand_by", models.CharField(blank=True, help_text="A post and its organisation.", max_length=160)),
                ("news_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("outcome", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("client_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crisis.exercise"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="proactive_desks.facility"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["urgency", "opened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Forewarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=reflexes.core.clock.now)),
                (
                    "callee",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forewarning",
                        to="proactive_desks.callee",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HumanTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("relative", "call the relative they named"),
                            ("visit", "a unit goes and sees"),
                            ("decide", "decide what to do"),
                        ],
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=reflexes.core.clock.now)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reached", "news of the person, all is well"),
                            ("again", "to call again"),
                            ("nothing", "no news"),
                            ("unreachable", "unreachable"),
                        ],
                        max_length=11,
                    ),
                ),
                ("words", models.TextField(blank=True, help_text="Sealed.")),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "callee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="human_tasks",
                        to="proactive_desks.callee",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="human_tasks",
                        to="proactive_desks.campaign",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="human_tasks",
                        to="directory.person",
                    ),
                ),
            ],
            options={
                "ordering": ["opened_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None)), fields=["campaign", "opened_at"], name="tasks_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("callee",), name="one_open_task_a_callee"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("result", "")),
                            models.Q(("done_at__isnull", False), models.Q(("result", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="task_done_says_what_came",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("phone_digest", models.CharField(max_length=64)),
                ("difficulty", models.PositiveSmallIntegerField(default=1)),
                (
                    "code",
                    models.CharField(blank=True, help_text="What stands on the paper instead of a key.", max_length=12),
                ),
                ("opened_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("renewed_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("until", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("said", "what came of it was said"),
                            ("given_back", "given back"),
                            ("silent", "gone silent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_answer", "no answer"),
                            ("fine", "all is well"),
                            ("refused", "does not wish to be called"),
                            ("call_back", "to call back"),
                            ("need", "a need"),
                            ("urgent", "an emergency"),
                            ("wrong_number", "wrong number"),
                            ("died", "the person died"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "why",
                    models.SlugField(
                        blank=True, help_text="Why it was given back: a code of the service.", max_length=20
                    ),
                ),
                ("client_key", models.UUIDField(blank=True, null=True, unique=True)),
                ("note", models.TextField(blank=True)),
                ("hard", models.BooleanField(default=False)),
                (
                    "read_at",
                    models.DateTimeField(blank=True, help_text="When a referent read it with the caller.", null=True),
                ),
                (
                    "seen_at",
                    models.DateTimeField(blank=True, help_text="When somebody saw that it had gone silent.", null=True),
                ),
                (
                    "callee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="leases", to="proactive_desks.callee"
                    ),
                ),
                (
                    "caller",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leases",
                        to="directory.person",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leases",
                        to="proactive_desks.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["opened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LateNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_key", models.UUIDField(unique=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("no_answer", "no answer"),
                            ("fine", "all is well"),
                            ("refused", "does not wish to be called"),
                            ("call_back", "to call back"),
                            ("need", "a need"),
                            ("urgent", "an emergency"),
                            ("wrong_number", "wrong number"),
                            ("died", "the person died"),
                        ],
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "lease",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="late_notes",
                        to="proactive_desks.lease",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="NeedNews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("at", models.DateTimeField(default=reflexes.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="news", to="proactive_desks.fieldneed"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "need news",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("printed_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("until", models.DateTimeField()),
                (
                    "caller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper_lists",
                        to="proactive_desks.campaign",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-printed_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="lease",
            name="paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="leases",
                to="proactive_desks.paperlist",
            ),
        ),
        migrations.CreateModel(
            name="ProximityUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("search", models.CharField(db_index=True, editable=False, max_length=300)),
                ("name", models.CharField(max_length=120)),
                (
                    "streets",
                    models.TextField(blank=True, help_text="Streets or blocks, when it is not whole communes."),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("communes", models.ManyToManyField(related_name="proximity_units", to="directory.commune")),
                (
                    "doctrine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="proactive_desks.doctrine"
                    ),
                ),
                (
                    "exercise",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="crisis.exercise"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proximity_units",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["search", "pk"],
                "indexes": [
                    models.Index(fields=["organisation", "exercise", "ended_on"], name="proactive_d_organis_3d9733_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="unit_ends_after_it_starts"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("exercise", None)),
                        fields=("organisation", "search"),
                        name="proximity_unit_named_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("exercise__isnull", False)),
                        fields=("organisation", "search", "exercise"),
                        name="proximity_unit_named_once_when_played",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Negotiation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("with_role", models.CharField(max_length=120)),
                ("with_organisation", models.CharField(max_length=160)),
                ("agreed", models.TextField()),
                ("until", models.DateField()),
                ("written_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("client_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="negotiations",
                        to="proactive_desks.facility",
                    ),
                ),
                (
                    "margin",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="negotiations",
                        to="proactive_desks.doctrinepoint",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="negotiations",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["unit", "on"], name="proactive_d_unit_id_d14ad7_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed", ""), _negated=True),
                            models.Q(("with_role", ""), _negated=True),
                            models.Q(("with_organisation", ""), _negated=True),
                        ),
                        name="arrangement_says_with_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("on"))), name="arrangement_ends_after_it_begins"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="fieldneed",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="proactive_desks.proximityunit"
            ),
        ),
        migrations.AddField(
            model_name="facility",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="facilities",
                to="proactive_desks.proximityunit",
            ),
        ),
        migrations.CreateModel(
            name="DoctrineReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=reflexes.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "doctrine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="proactive_desks.doctrine",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("doctrine", "unit"), name="doctrine_read_once_a_unit")],
            },
        ),
        migrations.CreateModel(
            name="DailyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("visits", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("needs_noted", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("needs_met", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("arrangements", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("went_well", models.TextField(blank=True)),
                ("stuck", models.TextField(blank=True)),
                ("wanted", models.TextField(blank=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("web", "on screen"), ("paper", "on paper"), ("phone", "by telephone")],
                        default="web",
                        max_length=5,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("corrected_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="field_reports",
                        to="directory.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "pk"],
                "indexes": [models.Index(fields=["day", "sent_at"], name="proactive_d_day_0139b5_idx")],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "day"), name="one_report_a_unit_and_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sent_at", None),
                            models.Q(
                                ("arrangements__isnull", False),
                                ("needs_met__isnull", False),
                                ("needs_noted__isnull", False),
                                ("visits__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="report_sent_with_its_figures",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CentreQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.TextField()),
                ("asked_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("due_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="directory.person",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
                (
                    "report",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="question",
                        to="proactive_desks.dailyreport",
                    ),
                ),
                (
                    "negotiation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="question",
                        to="proactive_desks.negotiation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["due_at", "pk"],
                "indexes": [models.Index(fields=["unit", "answered_at"], name="proactive_d_unit_id_9d42dd_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="question_to_the_centre_has_words"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="question_answered_with_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reports_by", models.TimeField(default=datetime.time(17, 30))),
                ("closes_at", models.TimeField(default=datetime.time(20, 0))),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proximity_hours",
                        to="directory.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "report hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("reports_by"))), name="board_closes_after_reports"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Script",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("made_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scripts",
                        to="proactive_desks.campaign",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "number"), name="script_number_once_a_campaign"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at", None)),
                        fields=("campaign",),
                        name="one_script_in_writing_a_campaign",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SaidAnswers",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.TextField(blank=True)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("named_at", models.DateTimeField(blank=True, null=True)),
                ("numbered_at", models.DateTimeField(blank=True, null=True)),
                ("urgent_at", models.DateTimeField(blank=True, null=True)),
                ("case", models.UUIDField(blank=True, null=True)),
                (
                    "lease",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="said", to="proactive_desks.lease"
                    ),
                ),
                (
                    "script",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="proactive_desks.script"
                    ),
                ),
            ],
            options={
                "ordering": ["lease"],
            },
        ),
        migrations.CreateModel(
            name="AnswerCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("value", models.CharField(max_length=40)),
                ("number", models.PositiveIntegerField(default=0)),
                (
                    "script",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="counts", to="proactive_desks.script"
                    ),
                ),
            ],
            options={
                "ordering": ["script", "step", "value"],
                "constraints": [
                    models.UniqueConstraint(fields=("script", "step", "value"), name="answer_counted_in_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScriptStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "something to say"),
                            ("select_one", "one answer among several"),
                            ("select_multiple", "several answers possible"),
                            ("text", "free words"),
                            ("integer", "a number"),
                            ("date", "a day"),
                        ],
                        max_length=15,
                    ),
                ),
                ("label_fr", models.TextField(blank=True)),
                ("label_en", models.TextField(blank=True)),
                ("hint_fr", models.TextField(blank=True)),
                ("hint_en", models.TextField(blank=True)),
                ("relevant", models.CharField(blank=True, max_length=500)),
                ("required", models.BooleanField(default=False)),
                (
                    "need",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("food", "food and shopping"),
                            ("health", "health and medicines"),
                            ("isolation", "company"),
                            ("home_help", "help at home"),
                            ("heat", "heat, cold, water, power"),
                            ("housing", "housing"),
                            ("money", "money and rights"),
                            ("digital", "telephone and internet"),
                            ("moving", "going out, being driven"),
                            ("safety", "being safe"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "script",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="proactive_desks.script"
                    ),
                ),
            ],
            options={
                "ordering": ["script", "position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("script", "name"), name="step_name_once_a_script")],
            },
        ),
        migrations.CreateModel(
            name="ScriptChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("value", models.CharField(max_length=40)),
                ("label_fr", models.CharField(blank=True, max_length=200)),
                ("label_en", models.CharField(blank=True, max_length=200)),
                (
                    "need",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("food", "food and shopping"),
                            ("health", "health and medicines"),
                            ("isolation", "company"),
                            ("home_help", "help at home"),
                            ("heat", "heat, cold, water, power"),
                            ("housing", "housing"),
                            ("money", "money and rights"),
                            ("digital", "telephone and internet"),
                            ("moving", "going out, being driven"),
                            ("safety", "being safe"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("urgent", models.BooleanField(default=False)),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="proactive_desks.scriptstep",
                    ),
                ),
            ],
            options={
                "ordering": ["step", "position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("step", "value"), name="choice_value_once_a_step")],
            },
        ),
        migrations.CreateModel(
            name="UnitDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("keep", "it goes on as it is"),
                            ("adapt", "it goes on, changed"),
                            ("stop", "it stops"),
                        ],
                        max_length=5,
                    ),
                ),
                ("motive", models.TextField()),
                ("next_end_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField(help_text="The day it was due.")),
                ("at", models.DateTimeField(default=reflexes.core.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="units_decided",
                        to="directory.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("motive", ""), _negated=True), name="unit_decision_has_a_motive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_end_on__isnull", True), ("verdict", "stop")),
                            models.Q(models.Q(("verdict", "stop"), _negated=True), ("next_end_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="unit_that_goes_on_has_an_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "place",
                    models.CharField(
                        choices=[("lead", "lead"), ("deputy", "deputy"), ("member", "member")],
                        default="member",
                        max_length=6,
                    ),
                ),
                ("does", models.CharField(help_text="Nurse, street worker, caretaker.", max_length=120)),
                ("joined_on", models.DateField(default=reflexes.core.clock.today)),
                ("left_on", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proximity_places",
                        to="directory.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["unit", "joined_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None)), fields=("unit", "person"), name="member_of_a_unit_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), models.Q(("place", "member"), _negated=True)),
                        fields=("unit", "place"),
                        name="one_lead_and_one_deputy_a_unit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                (
                    "how",
                    models.CharField(
                        choices=[("visit", "visit"), ("call", "telephone call")], default="visit", max_length=5
                    ),
                ),
                ("saw", models.CharField(max_length=300)),
                ("written_at", models.DateTimeField(default=reflexes.core.clock.now)),
                ("client_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="facility_visits",
                        to="directory.person",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="proactive_desks.facility",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="proactive_desks.proximityunit",
                    ),
                ),
            ],
            options={
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["unit", "on"], name="proactive_d_unit_id_fb508e_idx")],
            },
        ),
        migrations.CreateModel(
            name="WiderHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(max_length=300)),
                ("since", models.DateTimeField(default=reflexes.core.clock.now)),
                ("until", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wider_hours",
                        to="proactive_desks.campaign",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="directory.person"
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["campaign", "until"], name="leases_open"
            ),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(fields=["campaign", "closing", "outcome"], name="leases_counted"),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(fields=["caller", "campaign", "-closed_at"], name="leases_of_a_caller"),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("callee",), name="one_open_lease_a_callee"
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None), ("paper", None)),
                fields=("caller",),
                name="one_open_lease_a_caller",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at", None)), fields=("phone_digest",), name="one_open_lease_a_telephone"
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(
                condition=models.Q(("code", ""), _negated=True), fields=("code",), name="lease_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closing", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("closing", ""), _negated=True)),
                    _connector="OR",
                ),
                name="lease_closed_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closing", "said"), models.Q(("outcome", ""), _negated=True)),
                    models.Q(models.Q(("closing", "said"), _negated=True), ("outcome", "")),
                    _connector="OR",
                ),
                name="lease_said_has_its_outcome",
            ),
        ),
        migrations.AddIndex(
            model_name="fieldneed",
            index=models.Index(fields=["unit", "state", "opened_at"], name="proactive_d_unit_id_69148f_idx"),
        ),
        migrations.AddIndex(
            model_name="fieldneed",
            index=models.Index(fields=["closed_at"], name="proactive_d_closed__475bd3_idx"),
        ),
        migrations.AddConstraint(
            model_name="fieldneed",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="field_need_has_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("state__in", ["open", "in_hand"])),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state__in", ["met", "not_met"]),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="field_need_closed_with_how_or_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldneed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_hand"), _negated=True),
                    models.Q(("in_hand_by", ""), _negated=True),
                    _connector="OR",
                ),
                name="field_need_in_hand_of_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["organisation", "exercise", "unit"], name="proactive_d_organis_600556_idx"),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exercise", None)),
                fields=("organisation", "commune", "search"),
                name="facility_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.UniqueConstraint(
                condition=models.Q(("exercise__isnull", False)),
                fields=("organisation", "commune", "search", "exercise"),
                name="facility_named_once_when_played",
            ),
        ),
    ]
