import django.db.models.deletion
import reflexes.core.clock
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Commune',
            fields=[
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('code', models.CharField(max_length=5, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('postal_codes', models.CharField(blank=True, max_length=120)),
                ('group_code', models.CharField(blank=True, help_text='Empty when the territory does not say it.', max_length=9)),
                ('population', models.PositiveIntegerField(null=True)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('label_fr', models.CharField(max_length=120)),
                ('label_en', models.CharField(blank=True, max_length=120)),
                ('regulated', models.BooleanField(default=False)),
                ('learnable_on_site', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('name', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(choices=[('town', 'town hall'), ('ccas', 'CCAS'), ('intercommunality', 'intercommunality'), ('department', 'département'), ('region', 'region'), ('association', 'association'), ('company', 'company'), ('state', 'State service'), ('group', "residents' group")], max_length=20)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='directory.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('first_name', models.CharField(max_length=80)),
                ('last_name', models.CharField(max_length=80)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('channel', models.CharField(choices=[('mail', 'e-mail'), ('text', 'text message'), ('phone', 'telephone call'), ('print', 'paper')], default='mail', max_length=10)),
                ('language', models.CharField(default='fr', max_length=5)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('sex', models.CharField(blank=True, choices=[('f', 'woman'), ('m', 'man'), ('', 'not said')], max_length=1)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='directory.commune')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['email'], name='directory_p_email_48503e_idx'), models.Index(fields=['birth_date'], name='directory_p_birth_d_b5ecb8_idx'), models.Index(condition=models.Q(('erased_at__isnull', False)), fields=['erased_at'], name='person_erased')],
            },
        ),
        migrations.CreateModel(
            name='ParentalConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_by', models.CharField(max_length=120)),
                ('tie', models.CharField(choices=[('parent', 'parent'), ('guardian', 'legal guardian')], default='parent', max_length=10)),
                ('paper', models.CharField(choices=[('form', 'the cell’s form, signed'), ('letter', 'a letter, signed'), ('copy', 'a copy or a scan of a signed paper')], default='form', max_length=10)),
                ('given_on', models.DateField()),
                ('seen_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='directory.person')),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('person',), name='one_consent_in_force')],
            },
        ),
        migrations.CreateModel(
            name='GuidedVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=40)),
                ('skipped', models.BooleanField(default=False)),
                ('ended_at', models.DateTimeField(default=reflexes.core.clock.real_now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guided_visits', to='directory.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'role'), name='one_visit_a_role')],
            },
        ),
        migrations.CreateModel(
            name='FlyingTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('days_a_year', models.PositiveSmallIntegerField()),
                ('job_sheet', models.CharField(max_length=160)),
                ('starts_on', models.DateField(default=reflexes.core.clock.today)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flying_agents', to='directory.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flying_terms', to='directory.person')),
            ],
            options={
                'verbose_name_plural': 'flying terms',
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='flying_ends_after_it_starts')],
            },
        ),
        migrations.CreateModel(
            name='PersonSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('primary', models.BooleanField(default=False)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('certificate_number', models.CharField(blank=True, max_length=60)),
                ('certificate_body', models.CharField(blank=True, max_length=120)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='directory.organisation')),
                ('confirmer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='directory.person')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='directory.skill')),
            ],
            options={
                'indexes': [models.Index(fields=['skill', 'expires_on'], name='directory_p_skill_i_878dfe_idx')],
                'constraints': [models.UniqueConstraint(fields=('person', 'skill'), name='skill_said_once')],
            },
        ),
        migrations.CreateModel(
            name='CertificateClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(blank=True, max_length=60)),
                ('body', models.CharField(max_length=120)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('returned_at', models.DateTimeField(blank=True, null=True)),
                ('returned_because', models.CharField(blank=True, max_length=300)),
                ('held', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='claim', to='directory.personskill')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_on', None), ('issued_on', None), ('expires_on__gt', models.F('issued_on')), _connector='OR'), name='claim_ends_after_it_begins')],
                'indexes': [models.Index(fields=['returned_at'], name='directory_c_returne_0e5f11_idx')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('name', models.CharField(max_length=160)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('directions', models.CharField(blank=True, max_length=300)),
                ('commune', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='directory.commune')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='directory.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Twinning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(blank=True, max_length=300)),
                ('agreement', models.TextField(blank=True)),
                ('starts_on', models.DateField(default=reflexes.core.clock.today)),
                ('review_on', models.DateField(blank=True, null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('drill_every_months', models.PositiveSmallIntegerField(default=12)),
                ('last_drill_on', models.DateField(blank=True, null=True)),
                ('next_drill_on', models.DateField(default=reflexes.core.clock.today)),
                ('skill', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='taught_in', to='directory.skill')),
            ],
        ),
        migrations.CreateModel(
            name='TwinDrill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_on', models.DateField()),
                ('people', models.PositiveSmallIntegerField(default=0)),
                ('words', models.TextField(blank=True)),
                ('twinning', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drills', to='directory.twinning')),
            ],
            options={
                'ordering': ['-held_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TwinTraining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trained_on', models.DateField()),
                ('until', models.DateField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='twin_trainings', to='directory.person')),
                ('twinning', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trained', to='directory.twinning')),
            ],
            options={
                'indexes': [models.Index(fields=['until'], name='directory_t_until_50b26b_idx')],
                'constraints': [models.UniqueConstraint(fields=('twinning', 'person'), name='trained_once_a_twinning')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('name', models.CharField(max_length=160)),
                ('open_to_public', models.BooleanField(default=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='directory.organisation')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='directory.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='unit_named_once')],
            },
        ),
        migrations.AddField(
            model_name='twinning',
            name='home',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='twinnings', to='directory.unit'),
        ),
        migrations.AddField(
            model_name='twinning',
            name='host',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='twinned_with', to='directory.unit'),
        ),
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=40)),
                ('trade', models.CharField(blank=True, max_length=120)),
                ('category', models.CharField(blank=True, choices=[('A', 'A'), ('B', 'B'), ('C', 'C')], max_length=1)),
                ('status', models.CharField(blank=True, choices=[('permanent', 'permanent civil servant'), ('contract', 'on contract'), ('trainee', 'trainee civil servant'), ('apprentice', 'apprentice')], max_length=12)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='directory.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='directory.person')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='capacities', to='directory.unit')),
            ],
            options={
                'verbose_name_plural': 'capacities',
                'indexes': [models.Index(fields=['role', 'organisation'], name='directory_c_role_232db6_idx'), models.Index(fields=['unit', 'role'], name='directory_c_unit_id_fffcce_idx')],
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation', 'role'), name='one_capacity_of_a_role_in_an_organisation')],
            },
        ),
        migrations.AddConstraint(
            model_name='twinning',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('home', 'host'), name='twinned_once'),
        ),
        migrations.AddConstraint(
            model_name='twinning',
            constraint=models.CheckConstraint(condition=models.Q(('home', models.F('host')), _negated=True), name='twinned_with_another'),
        ),
    ]
