"""A pool enters by every channel, serves one draw, and is destroyed on its day; the record stays (P01 (8))."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder

from reflexes.core import clock
from reflexes.core.privacy.services import export_person
from reflexes.engines.lottery import verify_draw
from reflexes.mechanisms.assembly import privacy
from reflexes.mechanisms.assembly.factories import make_college
from reflexes.mechanisms.assembly.factories_draws import RANDOMNESS, committed, make_draw, make_pool
from reflexes.mechanisms.assembly.jobs import erase_pools
from reflexes.mechanisms.assembly.models import Draw, PoolAnswer, PoolMember
from reflexes.mechanisms.assembly.services import draws_day, draws_public, draws_reserve, pool, pool_erasure, pool_list
from reflexes.mechanisms.assembly.services.pool import Coming
from reflexes.mechanisms.assembly.tests.casting import Cast, refused, told
from reflexes.mechanisms.directory.known import WORDS

pytestmark = pytest.mark.django_db
QUOTAS = "category,feature,min,max\nsexe,femme,3,3\nsexe,homme,3,3\nâge,moins de 30,2,4\nâge,30 et plus,2,4\n"
POOL = (
    "id,nom,prénom,courriel,portable,adresse,ville,sexe,âge,religion\n"
    "1,Klein,Aïcha,aicha@example.org,,1 rue Bleue,Strasbourg,Femme,moins de 30,secret\n"
    "2,Klein,Jules,,06 39 98 00 01,1 RUE BLEUE,Strasbourg,homme,30 et plus,secret\n"
    "3,Weber,Zoé,zoe@example.org,,3 rue Verte,Strasbourg,femme,30 et plus,secret\n"
)
ADDRESS = ("adresse", "ville")


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def draw(cast: Cast) -> Draw:
    return make_draw(make_college(cast.body, name="Tirés au sort"))


def load(cast: Cast, draw: Draw, text: str = POOL, **options: object) -> tuple[int, list]:
    return pool_list.do_import_pool(
        actor=cast.keeper, draw=draw, sheet=pool_list.Sheet("vivier.csv", text.encode(), ADDRESS), **options
    )


def drawn(cast: Cast, draw: Draw) -> Draw:
    committed(cast.keeper, draw)
    with clock.travelling(draw.drawn_from + timedelta(minutes=5)):
        return draws_day.do_draw(actor=cast.keeper, draw=draw, value=RANDOMNESS, dice="4 7 1")


def verified(draw: Draw, folder: Path) -> tuple[int, str]:
    script, file = folder / "verify_draw.py", folder / "tirage.json"
    script.write_bytes(Path(verify_draw.__file__).read_bytes())
    file.write_bytes(draws_public.public_record(draw))
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, cwd=folder, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("sealed", [False, True])
def test_p01_accept_8_the_pool_is_erased_on_its_day_and_the_record_still_verifies(
    cast: Cast, draw: Draw, tmp_path: Path, sealed: bool
) -> None:
    draw.sealed = sealed
    draw.save()
    make_pool(draw)
    drawn(cast, draw)
    draws_reserve.do_replace_from_reserve(
        actor=cast.keeper, draw=draw, pseudonym=draws_public.panel_now(draw)[0], why="moved"
    )
    before = draws_public.public_record(draw)
    with clock.travelling(clock.now() + timedelta(days=59)):
        erase_pools(None)
    assert PoolMember.objects.count() == 24
    with clock.travelling(clock.now() + timedelta(days=61)):
        erase_pools(None)
        erase_pools(None)
    draw.refresh_from_db()
    assert draw.state == Draw.State.ERASED
    assert not PoolMember.objects.exists()
    assert not PoolAnswer.objects.exists()
    (certificate,) = told("pool_erased")
    assert certificate.params == {"count": 24, "digest": draw.digest}
    assert draws_public.public_record(draw) == before
    code, words = verified(draw, tmp_path)
    assert code == 0, words
    # Nothing the pool said is left anywhere in the row of the draw.
    kept = json.dumps(list(Draw.objects.values()), cls=DjangoJSONEncoder)
    assert "Nom3" not in kept
    assert "example.org" not in kept
    assert ("pool" in json.loads(draw.record)) is not sealed
    refused(
        "erased",
        draws_reserve.do_replace_from_reserve,
        actor=cast.keeper,
        draw=draw,
        pseudonym=draws_public.panel_now(draw)[0],
        why="moved",
    )


def test_p01_accept_8_nothing_else_points_to_a_pool_nor_is_it_reached_from_a_person() -> None:
    """Answers given to sit on one panel serve that draw alone: no table holds a key to them but their own."""
    own = {PoolMember, PoolAnswer}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model in own:
                assert model in own, f"{model.__name__}.{field.name}"
    person = PoolMember._meta.get_field("person")
    assert person.remote_field.hidden, "a person leads to no pool"


def test_a_pool_never_drawn_is_erased_all_the_same(cast: Cast, draw: Draw) -> None:
    make_pool(draw)
    with clock.travelling(clock.now() + timedelta(days=60)):
        assert pool_erasure.erase_pools() == 1
    draw.refresh_from_db()
    assert (draw.state, draw.record) == (Draw.State.ERASED, "")


def test_an_officer_may_erase_before_the_day_and_once_only(cast: Cast, draw: Draw) -> None:
    make_pool(draw)
    for other in cast.others:
        with pytest.raises(PermissionDenied):
            pool_erasure.do_erase_pool(actor=other, draw=draw)
    pool_erasure.do_erase_pool(actor=cast.keeper, draw=draw)
    refused("erased", pool_erasure.do_erase_pool, actor=cast.keeper, draw=draw)
    assert len(told("pool_erased")) == 1


def test_a_sheet_of_the_usual_tools_becomes_a_pool(cast: Cast, draw: Draw) -> None:
    assert load(cast, draw, dry_run=True) == (3, [])
    assert not draw.pool.exists()
    assert load(cast, draw) == (3, [])
    aicha, jules = draw.pool.get(first_name="Aïcha"), draw.pool.get(first_name="Jules")
    assert (aicha.last_name, aicha.email, jules.phone) == ("Klein", "aicha@example.org", "06 39 98 00 01")
    assert aicha.household == jules.household != draw.pool.get(first_name="Zoé").household
    assert [(one.feature, one.value) for one in aicha.answers.all()] == [("sexe", "femme"), ("âge", "moins de 30")]
    assert not PoolAnswer.objects.filter(value="secret").exists()
    assert told("pool_imported")[0].params == {"count": 3}


def test_every_bad_line_is_named_and_nothing_is_half_written(cast: Cast, draw: Draw) -> None:
    text = POOL + (
        "4,Roth,Ali,ali@example.org,,,,autre,30 et plus,\n"
        "5,Roth,Lia,,,,,femme,30 et plus,\n"
        "6,Roth,Max,max chez example,,,,homme,,\n"
    )
    count, problems = load(cast, draw, text)
    assert {(one.code, one.row) for one in problems} == {
        ("unknown", 5),
        ("no_contact", 6),
        ("empty", 7),
        ("email", 7),
    }
    assert not draw.pool.exists()
    assert not told("pool_imported")
    assert count <= 6


def test_quotas_come_from_a_sheet_too_and_keep_the_answers_already_given(cast: Cast) -> None:
    draw = make_draw(make_college(cast.body), quotas=())
    assert [one.code for one in load(cast, draw)[1]] == ["no_quotas"]
    said = {"actor": cast.keeper, "draw": draw, "file_name": "quotas.csv"}
    wrong = QUOTAS.replace("femme,3,3", "femme,7,7")
    assert {one.code for one in pool_list.do_import_quotas(**said, content=wrong.encode())} == {"too_few"}
    assert not draw.quotas.exists()
    assert pool_list.do_import_quotas(**said, content=QUOTAS.encode()) == []
    assert draw.quotas.count() == 4
    load(cast, draw)
    less = QUOTAS.replace("âge,moins de 30,2,4\n", "").replace("30 et plus,2,4", "30 et plus,6,6")
    refused("answers_lost", pool_list.do_import_quotas, **said, content=less.encode())
    assert draw.quotas.count() == 4


def test_somebody_enters_by_telephone_with_the_same_rights(cast: Cast, draw: Draw) -> None:
    coming = Coming(
        answers={"Sexe": "FEMME", "age": "30 et plus"}, first_name="Rose", last_name="Roth", phone="06 39 98 00 07"
    )
    member = pool.do_add_member(actor=cast.keeper, draw=draw, coming=coming, channel="phone")
    assert (member.channel, member.search) == ("phone", "roth rose")
    assert {one.value for one in member.answers.all()} == {"femme", "30 et plus"}
    wrong = {
        "answer": {"answers": {"sexe": "femme"}},
        "contact": {"phone": ""},
        "email": {"email": "rose"},
    }
    for code, fields in wrong.items():
        values = {"answers": coming.answers, "last_name": "Roth", "phone": "06", **fields}
        refused(code, pool.do_add_member, actor=cast.keeper, draw=draw, coming=Coming(**values), channel="phone")
    refused("channel", pool.do_add_member, actor=cast.keeper, draw=draw, coming=coming, channel="fax")
    for other in cast.others:
        with pytest.raises(PermissionDenied):
            pool.do_add_member(actor=other, draw=draw, coming=coming, channel="phone")
    assert draw.pool.count() == 1


def test_whoever_withdraws_before_the_publication_leaves_no_line(cast: Cast, draw: Draw) -> None:
    member = make_pool(draw, 3)[0]
    pool.do_withdraw_member(actor=cast.keeper, member=member)
    assert draw.pool.count() == 2
    assert not PoolAnswer.objects.filter(member_id=member.pk).exists()


def test_whoever_was_asked_to_sit_reads_what_the_pool_knows_and_may_be_forgotten(cast: Cast, draw: Draw) -> None:
    make_pool(draw)
    drawn(cast, draw)
    member = draw.pool.get(pseudonym=draws_public.panel_now(draw)[0])
    assert member.person is not None
    known = export_person(member.person.key)["known"]["assembly"]["pools"][0]
    assert (known["key"], known["email"]) == (member.pseudonym, member.email)
    assert len(known["answers_to_draw"]) == 2
    assert not {"pools", *known} - set(WORDS)
    privacy.erase(member.person.key)
    member.refresh_from_db()
    assert (member.last_name, member.email, member.person) == ("", "", None)
    assert not member.answers.exists()
    assert verify_draw.holds(verify_draw.verify(json.loads(draw.record)))


def test_a_large_pool_is_written_in_few_queries(cast: Cast, draw: Draw, django_assert_max_num_queries: object) -> None:
    lines = [f"{n},Nom{n},,m{n}@example.org,,{n} rue,Ville,femme,30 et plus,\n" for n in range(1_000)]
    text = POOL.splitlines(keepends=True)[0] + "".join(lines)
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        assert load(cast, draw, text) == (1_000, [])
    assert len(set(draw.pool.values_list("pseudonym", flat=True))) == 1_000
