"""One harness for every test of the house; see docs/adr/0002 and tests/harness/."""

pytest_plugins = [
    "tests.harness.isolation",
    "tests.harness.queries",
    "tests.harness.templates",
    "tests.harness.pages",
    "tests.harness.counting",
    "tests.harness.words",
    "tests.harness.cast",
    "tests.harness.browser",
]
