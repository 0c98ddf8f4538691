import django.db.models.deletion
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
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('source', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=160)),
                ('description', models.TextField(blank=True)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('postal_code', models.CharField(blank=True, max_length=5)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('commune_code', models.CharField(blank=True, max_length=5)),
                ('hours', models.CharField(blank=True, max_length=300)),
                ('updated_on', models.DateField(blank=True, null=True)),
                ('put_aside_at', models.DateTimeField(blank=True, null=True)),
                ('contact_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('contact_name', models.CharField(blank=True, max_length=120)),
                ('conditions', models.TextField(blank=True)),
                ('how_to_ask', models.TextField(blank=True)),
                ('costs', models.CharField(blank=True, max_length=300)),
                ('since', models.DateTimeField(default=reflexes.core.clock.now)),
            ],
            options={
                'ordering': ['search', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('subject', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('piste', models.SlugField(max_length=40)),
                ('channel', models.CharField(choices=[('called', 'we called'), ('phone', 'they called'), ('counter', 'at a counter'), ('visit', 'at their door'), ('paper', 'on paper'), ('web', 'on the site')], max_length=8)),
                ('key_name', models.CharField(editable=False, max_length=32)),
                ('said', models.TextField()),
                ('identity', models.TextField()),
                ('phone_digest', models.CharField(blank=True, max_length=64)),
                ('name_digest', models.CharField(blank=True, max_length=64)),
                ('urgent', models.BooleanField(default=False)),
                ('wants_news', models.BooleanField(default=True)),
                ('opened_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.commune')),
                ('exercise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crisis.exercise')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='casework.case')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='directory.organisation')),
                ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases_told', to='directory.person')),
            ],
            options={
                'ordering': ['opened_at', 'pk'],
                'indexes': [models.Index(fields=['key_name', 'phone_digest'], name='case_by_phone'), models.Index(fields=['key_name', 'name_digest'], name='case_by_name'), models.Index(fields=['organisation', 'piste', 'closed_at'], name='case_of_an_organisation')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('key_name', ''), _negated=True), models.Q(('said', ''), _negated=True)), name='case_is_sealed_words'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='case_merged_into_another')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('piste', models.SlugField(max_length=40)),
                ('asks', models.CharField(max_length=300)),
                ('need', models.CharField(blank=True, choices=[('equipement-et-alimentation', 'Food and equipment'), ('sante', 'Health'), ('remobilisation', 'Company, confidence, getting out again'), ('logement-hebergement', 'Housing and shelter'), ('difficultes-financieres', 'Money troubles'), ('difficultes-administratives-ou-juridiques', 'Paperwork and rights'), ('famille', 'Family'), ('mobilite', 'Getting about'), ('numerique', 'Digital tools'), ('lecture-ecriture-calcul', 'Reading, writing, counting'), ('trouver-un-emploi', 'Finding work'), ('preparer-sa-candidature', 'Preparing an application'), ('choisir-un-metier', 'Choosing a trade'), ('se-former', 'Training'), ('creer-une-entreprise', 'Starting a business'), ('souvrir-a-linternational', 'Going abroad')], max_length=50)),
                ('asked_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('exercise', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='crisis.exercise')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='directory.organisation')),
            ],
            options={
                'ordering': ['search', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Answered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField()),
                ('at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='directory.person')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='casework.question')),
            ],
            options={
                'ordering': ['question', '-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('need', models.CharField(blank=True, choices=[('equipement-et-alimentation', 'Food and equipment'), ('sante', 'Health'), ('remobilisation', 'Company, confidence, getting out again'), ('logement-hebergement', 'Housing and shelter'), ('difficultes-financieres', 'Money troubles'), ('difficultes-administratives-ou-juridiques', 'Paperwork and rights'), ('famille', 'Family'), ('mobilite', 'Getting about'), ('numerique', 'Digital tools'), ('lecture-ecriture-calcul', 'Reading, writing, counting'), ('trouver-un-emploi', 'Finding work'), ('preparer-sa-candidature', 'Preparing an application'), ('choisir-un-metier', 'Choosing a trade'), ('se-former', 'Training'), ('creer-une-entreprise', 'Starting a business'), ('souvrir-a-linternational', 'Going abroad')], max_length=50)),
                ('state', models.CharField(choices=[('to_qualify', 'with the navigator'), ('sent', 'sent to a service'), ('received', 'received by the service'), ('accepted', 'accepted by the service'), ('refused', 'refused by the service'), ('expired', 'without an answer in time'), ('done', 'done'), ('not_done', 'not done'), ('closed', 'closed, and told back')], default='to_qualify', max_length=10)),
                ('moved_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('opened_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('qualified_at', models.DateTimeField(blank=True, null=True)),
                ('service_name', models.CharField(blank=True, max_length=320)),
                ('service_phone', models.CharField(blank=True, max_length=30)),
                ('service_email', models.EmailField(blank=True, max_length=254)),
                ('service_address', models.CharField(blank=True, max_length=300)),
                ('contact_key', models.UUIDField(editable=False, null=True)),
                ('brief', models.TextField(blank=True)),
                ('shares', models.CharField(blank=True, max_length=60)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.DateField(blank=True, null=True)),
                ('silent_since', models.DateTimeField(blank=True, null=True)),
                ('reminded', models.PositiveSmallIntegerField(default=0)),
                ('motive', models.CharField(blank=True, choices=[('full', 'no place left for now'), ('not_ours', 'it is not what this service does'), ('out_of_zone', 'the person lives outside its area'), ('conditions', 'the person does not meet its conditions'), ('unreachable', 'the person cannot be reached'), ('no_longer', 'the person no longer wants it, or no longer needs it'), ('other', 'something else')], max_length=12)),
                ('handed_on_at', models.DateTimeField(blank=True, null=True)),
                ('told', models.TextField(blank=True)),
                ('caller_told_at', models.DateTimeField(blank=True, null=True)),
                ('person_told_at', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='casework.case')),
                ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followed_by', to='casework.referral')),
                ('service', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='casework.service')),
            ],
            options={
                'ordering': ['moved_at', 'pk'],
                'indexes': [models.Index(fields=['state', 'moved_at'], name='referral_by_state_and_age'), models.Index(condition=models.Q(('silent_since__isnull', False)), fields=['silent_since'], name='referral_silent'), models.Index(fields=['service', '-sent_at'], name='referral_of_a_service')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('told', ''), _negated=True), ('handed_on_at__isnull', False), _connector='OR'), name='referral_closed_told_or_handed_on'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('refused', 'not_done')), _negated=True), models.Q(('motive', ''), _negated=True), _connector='OR'), name='referral_stopped_with_a_motive'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('sent', 'received', 'accepted')), _negated=True), models.Q(('service_name', ''), _negated=True), _connector='OR'), name='referral_sent_to_a_named_service')],
            },
        ),
        migrations.CreateModel(
            name='ReferralStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('to_qualify', 'with the navigator'), ('sent', 'sent to a service'), ('received', 'received by the service'), ('accepted', 'accepted by the service'), ('refused', 'refused by the service'), ('expired', 'without an answer in time'), ('done', 'done'), ('not_done', 'not done'), ('closed', 'closed, and told back')], max_length=10)),
                ('by_key', models.UUIDField(null=True)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('motive', models.CharField(blank=True, choices=[('full', 'no place left for now'), ('not_ours', 'it is not what this service does'), ('out_of_zone', 'the person lives outside its area'), ('conditions', 'the person does not meet its conditions'), ('unreachable', 'the person cannot be reached'), ('no_longer', 'the person no longer wants it, or no longer needs it'), ('other', 'something else')], max_length=12)),
                ('words', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='casework.referral')),
            ],
            options={
                'ordering': ['referral', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ServiceTheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('theme', models.CharField(max_length=120)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='casework.service')),
            ],
            options={
                'ordering': ['service', 'theme'],
                'indexes': [models.Index(fields=['theme'], name='services_of_a_theme')],
                'constraints': [models.UniqueConstraint(fields=('service', 'theme'), name='theme_said_once')],
            },
        ),
        migrations.CreateModel(
            name='ServiceZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='casework.service')),
            ],
            options={
                'ordering': ['service', 'code'],
                'indexes': [models.Index(fields=['code'], name='services_of_a_zone')],
                'constraints': [models.UniqueConstraint(fields=('service', 'code'), name='zone_said_once')],
            },
        ),
        migrations.CreateModel(
            name='Structure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search', models.CharField(db_index=True, editable=False, max_length=300)),
                ('source', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=160)),
                ('description', models.TextField(blank=True)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('postal_code', models.CharField(blank=True, max_length=5)),
                ('city', models.CharField(blank=True, max_length=80)),
                ('commune_code', models.CharField(blank=True, max_length=5)),
                ('hours', models.CharField(blank=True, max_length=300)),
                ('updated_on', models.DateField(blank=True, null=True)),
                ('put_aside_at', models.DateTimeField(blank=True, null=True)),
                ('siret', models.CharField(blank=True, max_length=14)),
                ('website', models.URLField(blank=True)),
            ],
            options={
                'ordering': ['search', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id'), name='structure_listed_once')],
            },
        ),
        migrations.AddField(
            model_name='service',
            name='structure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='casework.structure'),
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='service_listed_once'),
        ),
    ]
