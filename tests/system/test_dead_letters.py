"""Dead letters are replayed: each once, in order, from its source where the letter is not whole."""

import json
from pathlib import Path

import pytest

from tests.system.letters import Letters
from tests.system.world import World

CARD = "4111111111111111"
"""A published test number; it belongs to nobody."""
MASKED = (("bridge.masked", b"true"),)
OMITTED = (("bridge.value_omitted", b"true"),)


@pytest.fixture
def letters(world: World, work: Path) -> Letters:
    return Letters(world, work)


def paid(card: str = CARD) -> bytes:
    return json.dumps({"CreditCardNumber": card}, separators=(",", ":")).encode()


def test_letters_are_replayed_once_however_often_it_is_asked_for(letters: Letters) -> None:
    letters.write(*(letters.whole(1, b"ada", b"%d" % number) for number in range(5)))

    first = letters.replay("--all")
    second = letters.replay("--all")

    assert first[:2] == (0, "5 letters replayed\n"), first
    assert second[:2] == (0, "0 letters replayed, 5 replayed already\n"), second
    assert [one.value for one in letters.replayed()] == [b"0", b"1", b"2", b"3", b"4"]
    assert letters.markers() == [f"0:{offset}" for offset in range(5)]


def test_a_replayed_record_is_as_it_was_in_the_partition_it_came_from(letters: Letters) -> None:
    letters.write(letters.die(3, b"ada", b"event", said=(("trace", b"t"),), stored=b"event"))

    assert letters.replay("--reason", "rule")[0] == 0

    [again] = letters.replayed()
    assert (again.partition, again.key, again.value) == (3, b"ada", b"event")
    assert again.headers == {"trace": b"t", "bridge.replays": b"1"}


def test_the_records_of_a_key_keep_their_order_whatever_that_of_their_letters(
    letters: Letters,
) -> None:
    dead = [
        letters.whole(number % 2, b"key-%d" % (number % 2), b"%d" % number) for number in range(20)
    ]
    letters.write(*reversed(dead))

    assert letters.replay("--all")[0] == 0

    values = [int(one.value or b"") for one in letters.replayed()]
    assert values == [*range(0, 20, 2), *range(1, 20, 2)]


def test_a_replay_that_is_killed_is_gone_on_with_and_doubles_nothing(letters: Letters) -> None:
    count = 120
    letters.write(*(letters.whole(0, b"ada", b"%d" % number) for number in range(count)))

    for marked in (2, 12, 22):
        with letters.begin("replay", "--all", "--rate", "8") as process:
            letters.await_markers(marked)
            process.kill()
    assert 22 <= len(letters.markers()) < count
    last = letters.replay("--all")

    assert last[0] == 0, last
    assert [one.value for one in letters.replayed()] == [b"%d" % number for number in range(count)]
    assert len(set(letters.markers())) == len(letters.markers()) == count


def test_a_replay_that_is_asked_to_stop_ends_after_a_letter_and_says_so(letters: Letters) -> None:
    letters.write(*(letters.whole(0, b"ada", b"%d" % number) for number in range(120)))

    with letters.begin("replay", "--all", "--rate", "8") as process:
        letters.await_markers(3)
        process.terminate()
        out, complaints = process.communicate(timeout=30)

    assert process.returncode == 1
    assert out.decode() == f"{len(letters.markers())} letters replayed\n"
    assert complaints.decode().endswith("broken off: the same command goes on from here\n")


def test_a_second_replay_ends_the_first_and_nothing_is_replayed_twice(letters: Letters) -> None:
    count = 120
    letters.write(*(letters.whole(0, b"ada", b"%d" % number) for number in range(count)))

    with letters.begin("replay", "--all", "--rate", "8") as first:
        letters.await_markers(3)
        second = letters.replay("--all")
        _, complaints = first.communicate(timeout=30)

    assert second[0] == 0, second
    assert first.returncode == 1
    assert b"another replay has begun" in complaints
    assert b"Traceback" not in complaints
    assert [one.value for one in letters.replayed()] == [b"%d" % number for number in range(count)]


def test_behind_an_open_transaction_nothing_is_replayed_until_it_has_ended(
    letters: Letters,
) -> None:
    letters.write(letters.whole(0, b"ada", b"1"))
    assert letters.replay("--all")[0] == 0
    letters.write(letters.whole(0, b"ada", b"2"))

    with letters.open_transaction():
        status, out, complaints = letters.replay("--all")

    assert (status, out) == (1, "0 letters replayed\n")
    assert "a transaction is open" in complaints
    assert letters.replay("--all")[1] == "1 letters replayed, 1 replayed already\n"


def test_a_masked_letter_is_replayed_from_its_source(letters: Letters) -> None:
    hidden = b'{"CreditCardNumber":"***"}'
    letters.write(
        letters.die(0, b"ada", paid(), said=MASKED, stored=hidden),
        letters.die(1, b"bob", f"card {CARD}".encode(), said=MASKED, stored=None),
        letters.die(2, b"cid", b"x" * 2_000, said=OMITTED, stored=None),
    )

    done = letters.replay("--all")

    assert done[:2] == (0, "3 letters replayed\n"), done
    values = [one.value for one in letters.replayed()]
    assert values == [paid(), f"card {CARD}".encode(), b"x" * 2_000]
    assert CARD not in "".join(map(str, done))


def test_a_masked_letter_whose_source_is_another_record_is_refused(letters: Letters) -> None:
    other = letters.die(0, b"ada", b'{"CreditCardNumber":"","x":1}', said=MASKED, stored=b"***")
    gone = letters.die(1, b"ada", paid(), said=MASKED, stored=b'{"CreditCardNumber":"***"}')
    headers = dict(gone.headers) | {"__connect.errors.offset": b"999"}
    letters.write(
        other, gone._replace(headers=tuple(headers.items())), letters.whole(2, b"bob", b"good")
    )

    status, out, complaints = letters.replay("--all")

    assert (status, out) == (3, "1 letters replayed, 2 refused\n")
    assert "0:0: source_gone: " in complaints
    assert "0:1: source_gone: " in complaints
    assert [one.value for one in letters.replayed()] == [b"good"]
    assert letters.markers() == ["0:2"]


def test_a_record_that_its_topic_turns_away_keeps_no_other_from_being_replayed(
    letters: Letters,
) -> None:
    letters.write(
        letters.whole(0, b"ada", b"x" * 5_000),
        letters.whole(0, b"ada", b"1"),
        letters.whole(1, b"bob", b"2"),
    )
    letters.set_of_source("max.message.bytes", "4000")

    status, out, complaints = letters.replay("--all")

    assert (status, out) == (3, "2 letters replayed, 1 refused\n"), complaints
    assert "0:0: turned_away: " in complaints
    assert [one.value for one in letters.replayed()] == [b"1", b"2"]


def test_a_dry_run_says_what_would_be_and_writes_nothing(letters: Letters) -> None:
    letters.write(
        letters.whole(0, b"ada", b"1"), letters.die(0, b"ada", b"2", said=MASKED, stored=b"3")
    )

    status, out, complaints = letters.replay("--all", "--dry-run")

    assert (status, out) == (3, "1 letters would be replayed, 1 refused\n")
    assert "0:1: source_gone: " in complaints
    assert (letters.replayed(), letters.markers()) == ([], [])


def test_named_letters_alone_are_replayed_and_a_list_shows_it(letters: Letters) -> None:
    letters.write(*(letters.whole(0, b"ada", b"%d" % number) for number in range(3)))

    status, out, complaints = letters.replay("0:1", "0:77")
    listed = letters.listed()

    assert (status, out) == (3, "1 letters replayed, 1 refused\n")
    assert "0:77: no_letter: " in complaints
    assert [one["replayed"] for one in listed] == [False, True, False]


def test_what_the_bridge_has_dead_lettered_is_delivered_after_a_replay(
    world: World, work: Path
) -> None:
    letters = Letters(world, work)
    bad = world.author.behavior(1001)
    world.omeda.refused.add(bad.seq)
    bridge = world.ready_bridge()
    world.produce([bad])
    letters.await_letters(1)

    first = letters.replay("--all")
    letters.await_letters(2)
    world.omeda.refused.clear()
    second = letters.replay("--all")

    assert (first[0], second[0]) == (0, 0), (first, second)
    world.await_accepted(1)
    listed = letters.listed()
    assert [one["replays"] for one in listed] == [0, 1]
    bridge.terminate()
    assert bridge.wait() == 0


@pytest.mark.parametrize("set_by", ["CreateTime", "LogAppendTime"])
def test_what_the_bridge_has_masked_is_replayed_as_it_was(
    world: World, work: Path, set_by: str
) -> None:
    letters = Letters(world, work)
    letters.set_of_source("message.timestamp.type", set_by)
    order = world.author.order(1001, BillingInformation={"CreditCardNumber": CARD, "Nonsense": 1})
    world.omeda.refused.add(order.seq)
    world.ready_bridge()
    world.produce([order])
    letters.await_letters(1)

    done = letters.replay("--all")
    letters.await_letters(2)

    assert done[:2] == (0, "1 letters replayed\n"), done
    first, again = letters.sources()
    assert (first.value, again.value, again.key) == (order.value, order.value, order.key)
    assert set_by == "LogAppendTime" or again.timestamp_ms == first.timestamp_ms
    assert [(one["masked"], one["replays"]) for one in letters.listed()] == [(True, 0), (True, 1)]
