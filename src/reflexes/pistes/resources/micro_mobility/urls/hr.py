"""What human resources read: what agents chose to share with them, and nothing else."""

from django.urls import URLPattern, path

from reflexes.pistes.resources.micro_mobility.views import hr_shared

urlpatterns: list[URLPattern] = [path("retours-partages/", hr_shared.shared_returns, name="shared_returns")]
