"""The cell's page of tools: each leads somewhere, says why, and draws its icon."""

import pytest
from django.urls import reverse

from reflexes.pistes.resources.micro_mobility.views.cell_tools import TOOLS
from tests.harness.cast import signed_in
from tests.test_icons import SPRITE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("tool", [tool for tools in TOOLS.values() for tool in tools], ids=lambda tool: tool.url_name)
def test_a_tool_opens_for_the_cell_and_its_icon_exists(coordinator, tool):
    assert tool.icon in SPRITE and str(tool.why).endswith(".")
    assert signed_in(coordinator).get(reverse(tool.url_name)).status_code == 200
