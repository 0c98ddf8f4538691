import django.db.models.deletion
import django.db.models.functions.comparison
import reflexes.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('crisis', '0001_initial'),
        ('directory', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dataset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('piste', models.SlugField(max_length=40)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('title', models.CharField(max_length=160)),
                ('source', models.TextField(blank=True, help_text='Which file it comes from, and who gave it.')),
                ('basis', models.CharField(blank=True, choices=[('public_task', 'public task'), ('legal_duty', 'legal duty'), ('consent', 'consent'), ('vital', 'vital interest')], max_length=12)),
                ('basis_words', models.TextField(blank=True, help_text='The text of law, the deliberation, the decision.')),
                ('purpose', models.TextField(blank=True, help_text='What it is for, in one sentence that a resident understands.')),
                ('contents', models.TextField(blank=True, help_text='Which facts about people, and none besides.')),
                ('recipients', models.TextField(blank=True, help_text='Who reads it, and who is told what.')),
                ('information', models.TextField(blank=True, help_text='How the people concerned were told.')),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('state', models.CharField(choices=[('draft', 'being prepared'), ('open', 'open'), ('closed', 'closed'), ('destroyed', 'destroyed')], default='draft', max_length=9)),
                ('key', models.CharField(blank=True, editable=False, max_length=32)),
                ('written_at', models.DateTimeField(default=reflexes.core.clock.now, help_text='An opinion given before that day no longer counts.')),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='datasets', to='directory.organisation')),
                ('exercise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crisis.exercise')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='datasets_kept', to='directory.person')),
            ],
            options={
                'ordering': ['-opened_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'destroyed')), models.Q(('ends_on__isnull', False), models.Q(('key', ''), _negated=True), models.Q(('basis', ''), _negated=True)), _connector='OR'), name='dataset_open_with_its_end_its_basis_and_its_key')],
            },
        ),
        migrations.CreateModel(
            name='Destruction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(null=True, unique=True)),
                ('ordered_role', models.CharField(blank=True, max_length=40)),
                ('why', models.TextField()),
                ('at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('key_gone_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='destruction', to='evidence.dataset')),
                ('ordered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('what_for', models.CharField(help_text='The one purpose it is read for: a slug of the piste.', max_length=40)),
                ('why', models.TextField(help_text='What is done with the file, in a sentence.')),
                ('group', models.SlugField(help_text='Which people: a slug of the piste.', max_length=60)),
                ('to_whom', models.CharField(max_length=200)),
                ('until', models.DateField()),
                ('kind', models.CharField(max_length=4)),
                ('role', models.CharField(max_length=40)),
                ('asked_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('people', models.PositiveIntegerField(default=0)),
                ('left_out', models.PositiveIntegerField(default=0, help_text='People who refused, and are not in the file.')),
                ('destroyed_at', models.DateTimeField(blank=True, null=True)),
                ('destroyed_words', models.TextField(blank=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exports_asked', to='directory.person')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='evidence.dataset')),
                ('destroyed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
            ],
            options={
                'ordering': ['dataset', 'asked_at', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('what_for', ''), _negated=True), models.Q(('why', ''), _negated=True), models.Q(('group', ''), _negated=True), models.Q(('to_whom', ''), _negated=True)), name='no_file_without_its_purpose'), models.CheckConstraint(condition=models.Q(('destroyed_at', None), ('taken_at__isnull', False), _connector='OR'), name='file_taken_before_destroyed')],
                'indexes': [models.Index(condition=models.Q(('destroyed_at', None), ('taken_at__isnull', False)), fields=['until'], name='files_still_out')],
            },
        ),
        migrations.CreateModel(
            name='ExportField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(max_length=40)),
                ('export', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fields', to='evidence.export')),
            ],
            options={
                'ordering': ['export', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('export', 'name'), name='fact_exported_once')],
            },
        ),
        migrations.CreateModel(
            name='Holder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(help_text='In which role: in another one they read nothing.', max_length=40)),
                ('what_for', models.CharField(help_text='The one purpose they read it for: a slug of the piste.', max_length=40)),
                ('why', models.TextField(help_text='Why they need it, in a sentence.')),
                ('since', models.DateTimeField(default=reflexes.core.clock.now)),
                ('until', models.DateField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holders', to='evidence.dataset')),
                ('named_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='datasets_held', to='directory.person')),
            ],
            options={
                'ordering': ['dataset', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('dataset', 'person', 'what_for'), name='named_once_for_a_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Opinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('favourable', 'favourable'), ('reserved', 'favourable, with reserves'), ('against', 'against')], max_length=10)),
                ('words', models.TextField()),
                ('given_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opinions', to='evidence.dataset')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
            ],
            options={
                'ordering': ['-given_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Opposition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('scope', models.SlugField(help_text='What they refuse: a slug of the piste.', max_length=40)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('since', models.DateTimeField(default=reflexes.core.clock.now)),
                ('lifted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('exercise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crisis.exercise')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='oppositions', to='directory.organisation')),
            ],
            options={
                'ordering': ['organisation', '-since', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('digest'), models.F('scope'), django.db.models.functions.comparison.Coalesce('exercise', 0), condition=models.Q(('lifted_at', None)), name='opposed_once')],
            },
        ),
        migrations.CreateModel(
            name='OppositionKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('organisation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='opposition_key', to='directory.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Prolongation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_on', models.DateField(help_text='The last day it had before.')),
                ('ends_on', models.DateField()),
                ('why', models.TextField()),
                ('given_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prolongations', to='evidence.dataset')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
            ],
            options={
                'ordering': ['dataset', 'given_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.UUIDField()),
                ('reader', models.UUIDField(null=True)),
                ('role', models.CharField(blank=True, max_length=40)),
                ('what', models.SlugField(help_text='Which facts: a slug whose words the piste knows.', max_length=40)),
                ('what_for', models.CharField(max_length=40)),
                ('through', models.CharField(blank=True, help_text='The lease or the referral that allowed it.', max_length=40)),
                ('allowed', models.BooleanField()),
                ('at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='evidence.dataset')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.organisation')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['dataset', 'subject', '-at'], name='readings_of_a_person'), models.Index(fields=['dataset', 'allowed', '-at'], name='readings_counted')],
            },
        ),
        migrations.CreateModel(
            name='Remains',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.SlugField(max_length=40)),
                ('number', models.PositiveIntegerField()),
                ('destruction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remains', to='evidence.destruction')),
            ],
            options={
                'ordering': ['destruction', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('destruction', 'what'), name='figure_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='Tries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.SlugField(max_length=20)),
                ('who', models.CharField(max_length=64)),
                ('since', models.DateTimeField(default=reflexes.core.clock.real_now)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('what', 'who'), name='tries_counted_once')],
            },
        ),
    ]
