import django.db.models.deletion
import reflexes.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('evidence', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sealed', models.TextField()),
                ('phone_digest', models.CharField(max_length=64)),
                ('who_digest', models.CharField(max_length=64)),
                ('way', models.CharField(choices=[('phone', 'by telephone'), ('counter', 'at the counter'), ('letter', 'by letter or on a form')], max_length=7)),
                ('written_at', models.DateTimeField(default=reflexes.core.clock.now)),
                ('commune', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.commune')),
                ('dataset', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='evidence.dataset')),
            ],
            options={
                'ordering': ['dataset', 'pk'],
                'indexes': [models.Index(fields=['dataset', 'phone_digest'], name='entries_of_a_telephone')],
                'constraints': [models.UniqueConstraint(fields=('dataset', 'who_digest'), name='once_on_a_list')],
            },
        ),
    ]
