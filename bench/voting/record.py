"""Write down what pabutools elects in small invented elections, for the tests that run where it is not installed.

``python -m bench.voting.record > src/reflexes/engines/voting/tests/data/elections.jsonl``; one election a line: budget,
cost of each project (one letter each), ballots with their number of voters (``AC``, or ``A3C7`` with points), winners
under each rule. Half of the elections have few distinct costs, so that exact ties are common.
"""

from __future__ import annotations

import json
import random
import string

from bench.voting.peer import peer_winners
from reflexes.engines.voting import Ballot, Election, Project, Rule, generate

ELECTIONS = 150
APPROVALS = (
    Rule(),
    Rule(utility="cardinality"),
    Rule("greedy"),
    Rule(completion="add1", step=100),
    Rule(utility="cardinality", completion="add1", step=300),
)
POINTS = (Rule(utility="points"), Rule(utility="points", completion="add1", step=200))


def lettered(election: Election) -> Election:
    """Return the same election with one letter for each project."""
    letter = {project.id: string.ascii_uppercase[k] for k, project in enumerate(election.projects)}
    return Election(
        election.budget,
        tuple(Project(letter[project.id], project.cost) for project in election.projects),
        tuple(Ballot(tuple((letter[one], p) for one, p in ballot.marks), ballot.voters) for ballot in election.ballots),
    )


def line(election: Election, rules: tuple[Rule, ...]) -> str:
    """Return one election and its winners as a line of JSON."""
    points = any(p != 1 for ballot in election.ballots for _project, p in ballot.marks)
    said = {
        "".join(f"{one}{p if points else ''}" for one, p in ballot.marks): ballot.voters for ballot in election.ballots
    }
    winners = [
        [rule.name, rule.utility, rule.completion, int(rule.step), "".join(peer_winners(election, rule))]
        for rule in rules
    ]
    costs = {project.id: int(project.cost) for project in election.projects}
    return json.dumps({"budget": int(election.budget), "costs": costs, "ballots": said, "winners": winners})


def main() -> None:
    """Print every election."""
    for seed in range(ELECTIONS):
        luck = random.Random(seed)
        projects, voters, alike = luck.randint(2, 12), luck.randint(3, 40), luck.random() < 0.5
        longest = luck.choice((1, 3, 5))
        print(line(lettered(generate(projects, voters, seed, alike=alike, longest=longest)), APPROVALS))
        if seed % 3 == 0:
            print(line(lettered(generate(projects, voters, seed, alike=alike, points=10, longest=5)), POINTS))


if __name__ == "__main__":
    main()
