"""The dataclass decorator of this package does what the standard library's does."""

import abc
import dataclasses
from typing import ClassVar

import pytest

from emulator.kernel.dataclass import dataclass as ours

KINDS = [pytest.param(dataclasses.dataclass, id="standard"), pytest.param(ours, id="ours")]


@pytest.fixture(params=KINDS)
def dataclass(request):
    """The decorator."""
    return request.param


def test_methods(dataclass):
    """Instances are compared and shown by the fields that say so."""

    @dataclass(slots=True)
    class Tea:
        name: str
        minutes: int = dataclasses.field(default=3, compare=False)
        secret: str = dataclasses.field(default="x", repr=False)

    assert Tea("mint", 5) == Tea("mint", 6) != Tea("sage", 5)
    assert Tea("mint") != "mint"
    assert f"{test_methods.__qualname__}.<locals>.Tea(name='mint', minutes=3)" == repr(Tea("mint"))
    assert ["name", "minutes", "secret"] == [field.name for field in dataclasses.fields(Tea)]
    assert Tea("sage", 3) == dataclasses.replace(Tea("mint"), name="sage")
    with pytest.raises(AttributeError):
        Tea("mint").sugar = 1


def test_hash(dataclass):
    """A frozen one can be a key, a changeable one cannot."""

    @dataclass(frozen=True, slots=True)
    class Key:
        name: str

    @dataclass
    class Changeable:
        name: str

    assert 1 == len({Key("a"), Key("a")})
    assert Key.__dataclass_params__.frozen
    assert not Changeable.__dataclass_params__.frozen
    with pytest.raises(TypeError):
        hash(Changeable("a"))


def test_own_methods(dataclass):
    """What a class defines itself stays, and without `eq` or `repr` there is only what every object has."""

    @dataclass(repr=False)
    class Shown:
        name: str

        def __repr__(self):
            return self.name

    @dataclass(eq=False)
    class Itself:
        name: str

    assert "mint" == repr(Shown("mint"))
    assert Itself("a") != Itself("a")
    assert 2 == len({Itself("a"), Itself("a")})


def test_no_fields_and_cycles(dataclass):
    """One without fields is equal to any other of its kind; one that contains itself can be shown."""

    @dataclass
    class Nothing:
        pass

    @dataclass
    class Parent:
        child: object

    parent = Parent(None)
    parent.child = parent

    assert Nothing() == Nothing()
    assert "..." in repr(parent)


def test_init(dataclass):
    """Parameters are the fields with their defaults, in order, those by keyword last; what follows is done after them."""

    @dataclass(slots=True)
    class Drink:
        name: str
        served: list = dataclasses.field(default_factory=list)
        cups: int = dataclasses.field(default=1, kw_only=True)
        number: int = dataclasses.field(default=7, init=False)
        notes: dict = dataclasses.field(default_factory=dict, init=False)

    @dataclass(slots=True)
    class Tea(Drink):
        minutes: int = 3

        def __post_init__(self):
            self.name = self.name.title()

    mint = Tea("mint", ["hot"], 5, cups=2)

    assert ("Mint", ["hot"], 5, 2, 7, {}) == (mint.name, mint.served, mint.minutes, mint.cups, mint.number, mint.notes)
    assert ("sage", [], 1) == (Drink("sage").name, Drink(name="sage").served, Drink("sage").cups)
    assert Drink("sage").served is not Drink("sage").served
    for values, named in (((), {}), (("sage", [], 2), {}), (("sage",), {"number": 1}), (("sage",), {"sugar": 1})):
        with pytest.raises(TypeError, match=r"Drink.__init__\(\)"):
            Drink(*values, **named)


def test_mutable_default(dataclass):
    """A list that all instances would share is refused as a default."""
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass
        class Shared:
            names: list = []


def test_bases(dataclass):
    """Fields of bases come first, a default can be given anew, and a method that is still abstract stays so."""

    @dataclass(slots=True)
    class Drink(abc.ABC):
        name: str
        cups: int = 1

        @abc.abstractmethod
        def brew(self): ...

    @dataclass(slots=True, kw_only=True)
    class Tea(Drink):
        cups: int = 2
        minutes: int = 3

        def brew(self):
            return f"{self.cups} cups of {self.name}"

    assert ["name", "cups", "minutes"] == [field.name for field in dataclasses.fields(Tea)]
    assert ("minutes",) == Tea.__slots__
    assert (("name", "cups"), ("name",)) == (Drink.__match_args__, Tea.__match_args__)
    assert "2 cups of mint" == Tea("mint").brew()
    with pytest.raises(TypeError, match="abstract"):
        Drink("water")


def test_what_ours_lacks():
    """A variable of the class would become a field, and is refused."""
    with pytest.raises(TypeError, match=r"Tea\.kinds would be a field"):

        @ours
        class Tea:
            kinds: ClassVar[tuple[str, ...]] = ()
