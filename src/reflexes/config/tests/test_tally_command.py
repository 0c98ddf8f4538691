"""``reflexes tally`` when somebody stops it; the rest is in ``mechanisms/assembly/tallying/tests``."""

from pathlib import Path

from reflexes.config.cli import run
from reflexes.mechanisms.assembly.tallying import services

VOTE = "META\nkey;value\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\na;5\nVOTES\nvoter_id;vote\n1;a\n"


def test_a_count_cut_short_gives_nothing(tmp_path: Path, monkeypatch, capsys) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "vote.pb"
    path.write_text(VOTE, encoding="utf-8")
    assert run(["tally", str(path), "--rule", "greedy"]) == 0
    assert capsys.readouterr().out
    monkeypatch.setattr(services, "count", interrupted)
    assert run(["tally", str(path), "--rule", "greedy"]) == 130
    assert capsys.readouterr().out == ""
