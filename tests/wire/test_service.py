from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.wire.errors import NotImplementedYet, ServiceError


@pytest.fixture
def orders():
    """The rows that the shop's lists show; a test may change them."""
    return [{"OrderId": f"o-{number}", "Tea": "mint" if number % 2 else "black"} for number in range(7)]


@pytest.fixture
def list_orders(shop, call, orders):
    """Calls ListOrders with these members; ListTeas shows the same rows."""

    @shop.operation
    def list_orders(context, *, tea=None):
        return {"Orders": [order for order in orders if tea in (None, order.get("Tea"))], "Shop": "corner"}

    @shop.operation
    def list_teas(context, *, tea=None):
        return {"Orders": orders}

    def list_them(name="ListOrders", account="111111111111", region="us-east-1", **members):
        return call(shop, name, members, account, region)

    return list_them


@pytest.fixture
def order_tea(shop, call):
    """Calls OrderTea with these members; each order that is made has an id of its own."""
    made = []

    @shop.operation
    def order_tea(context, *, tea, cups=1, kind=None):
        if tea == "none":
            raise ServiceError("no tea")
        made.append(tea)
        return {"OrderId": f"o-{len(made)}", "Tea": tea, "Cups": cups, "OrderedAt": context.now}

    def order(tea="mint", account="111111111111", region="us-east-1", **members):
        return call(shop, "OrderTea", {"Tea": tea, **members}, account, region)

    return order


def ids(*answers):
    """The ids of all rows of these answers."""
    return [order["OrderId"] for answer in answers for order in answer["Orders"]]


def all_pages(list_them, size, **members):
    """Every page of a list, by MaxResults."""
    pages = [list_them(MaxResults=size, **members)]
    while token := pages[-1].get("NextToken"):
        pages.append(list_them(MaxResults=size, NextToken=token, **members))
    return pages


# --- Operations -------------------------------------------------------------------------------------------------------


def test_an_operation_without_a_handler_is_not_implemented(shop, call):
    """A modelled operation without a handler is refused by its name, with HTTP 501."""
    with pytest.raises(NotImplementedYet, match="CloseShop") as refusal:
        call(shop, "CloseShop", {})

    assert (501, "NotImplemented") == (refusal.value.status, refusal.value.code)


def test_coverage_says_what_has_a_handler(shop, order_tea):
    """The coverage lists every operation of the model, and whether it is answered."""
    assert {"OrderTea": True, "ListOrders": False, "ListTeas": False, "CloseShop": False} == shop.coverage()


def test_an_operation_without_output_answers_an_empty_object(shop, call):
    """An operation whose model has no output answers {}, whatever its handler returns."""

    @shop.operation
    def close_shop(context):
        return {"Tea": "mint"}

    assert {} == call(shop, "CloseShop", {})


def test_a_broken_constraint_is_the_services_own_refusal(order_tea):
    """Members that break constraints are refused by the service's error, with every one of them."""
    with pytest.raises(ServiceError) as refusal:
        order_tea("X", Cups=6, Kind="RED")

    assert [("cups", "maximum"), ("kind", "enum"), ("tea", "minLength"), ("tea", "pattern")] == sorted(
        refusal.value.members["Broken"]
    )


# --- Pages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "pages"), [(1, 7), (2, 4), (3, 3), (6, 2), (7, 1), (100, 1)])
def test_pages_hold_all_rows_once(list_orders, orders, size, pages):
    """All pages together hold each row once and in order, none more than MaxResults, and only the last has no token."""
    found = all_pages(list_orders, size)

    assert pages == len(found)
    assert [order["OrderId"] for order in orders] == ids(*found)
    assert max(len(page["Orders"]) for page in found) <= size


def test_what_stands_beside_the_rows_is_on_every_page(list_orders):
    """Members of the answer other than the rows come with each page."""
    assert {"corner"} == {page["Shop"] for page in all_pages(list_orders, 2)}


def test_an_empty_list_is_one_page(list_orders, orders):
    """A list without rows is an empty list and no token."""
    orders.clear()

    assert {"Orders": [], "Shop": "corner"} == list_orders()


def test_without_max_results_a_page_has_a_hundred_rows(list_orders, orders):
    """A page has a hundred rows by default."""
    orders.extend({"OrderId": f"more-{number}"} for number in range(100))

    first = list_orders()

    assert 100 == len(first["Orders"])
    assert 7 == len(list_orders(NextToken=first["NextToken"])["Orders"])


def test_rows_added_or_removed_between_pages_neither_skip_nor_repeat_one(list_orders, orders):
    """The pages show the rows as they were at the first page, though others come and go meanwhile."""
    before = [order["OrderId"] for order in orders]
    first = list_orders(MaxResults=3)

    del orders[0]
    orders.insert(0, {"OrderId": "new-1"})
    orders.insert(3, {"OrderId": "new-2"})
    second = list_orders(MaxResults=3, NextToken=first["NextToken"])
    del orders[:5]
    third = list_orders(MaxResults=3, NextToken=second["NextToken"])

    assert before == ids(first, second, third)


def test_a_token_can_be_used_again(list_orders):
    """A page that was lost on the way can be fetched again by the same token."""
    token = list_orders(MaxResults=3)["NextToken"]

    assert ids(list_orders(MaxResults=3, NextToken=token)) == ids(list_orders(MaxResults=3, NextToken=token))


def test_the_page_size_may_change_between_pages(list_orders):
    """A token is not bound to MaxResults."""
    token = list_orders(MaxResults=1)["NextToken"]

    assert ["o-1", "o-2", "o-3"] == ids(list_orders(MaxResults=3, NextToken=token))


def test_a_token_says_nothing(list_orders):
    """A token is opaque: it holds no row and no number of rows, and two lists have two."""
    tokens = {list_orders(MaxResults=3)["NextToken"] for _ in range(10)}

    assert 10 == len(tokens)
    assert {32} == {len(token) for token in tokens}


@pytest.mark.parametrize(
    "change", [{"Tea": "black"}, {"Tea": None}, {"name": "ListTeas"}, {"account": "222222222222"}, {"region": "eu-west-1"}]
)
def test_a_token_is_bound_to_its_request(list_orders, change):
    """A token of another operation, filter, account or region is refused."""
    token = list_orders(MaxResults=1, Tea="mint")["NextToken"]

    with pytest.raises(ServiceError, match="Bad token"):
        list_orders(**{"MaxResults": 1, "Tea": "mint", "NextToken": token} | change)


@pytest.mark.parametrize("ignored", [{"Sugar": 1}, {"MaxResults": None}])
def test_a_token_is_not_bound_to_what_is_ignored(list_orders, ignored):
    """A token is not bound to nulls and members that the model does not know."""
    token = list_orders(MaxResults=1)["NextToken"]

    assert "o-1" == ids(list_orders(NextToken=token, **ignored))[0]


@pytest.mark.parametrize("token", ["", "0", "nonsense"])
def test_a_made_up_token_is_refused(list_orders, token):
    """A token that no answer gave is refused."""
    with pytest.raises(ServiceError, match="Bad token"):
        list_orders(NextToken=token)


def test_tokens_are_forgotten_the_oldest_first(list_orders):
    """A thousand lists may be open at a time; beyond that the oldest cannot be read on."""
    tokens = [list_orders(MaxResults=1)["NextToken"] for _ in range(1001)]

    assert "o-1" == ids(list_orders(MaxResults=7, NextToken=tokens[1]))[0]
    with pytest.raises(ServiceError, match="Bad token"):
        list_orders(NextToken=tokens[0])


# --- ClientToken ------------------------------------------------------------------------------------------------------


def test_a_client_token_gives_the_first_answer_again(order_tea):
    """The same request with the same ClientToken is answered as at first, and nothing is done again."""
    first = order_tea(ClientToken="t-1")

    assert first == order_tea(ClientToken="t-1")
    assert "o-2" == order_tea(ClientToken="t-2")["OrderId"]


def test_without_a_client_token_each_call_counts(order_tea):
    """Requests without a token are all carried out."""
    assert ["o-1", "o-2"] == [order_tea()["OrderId"], order_tea()["OrderId"]]


@pytest.mark.parametrize("change", [{"tea": "black"}, {"Cups": 2}, {"Kind": "GREEN"}])
def test_a_client_token_with_other_parameters_is_refused(order_tea, change):
    """A ClientToken that comes again with other members is refused."""
    order_tea(ClientToken="t-1")

    with pytest.raises(ServiceError, match="Token used before"):
        order_tea(**{"ClientToken": "t-1"} | change)


@pytest.mark.parametrize("same", [{"Cups": None}, {"Sugar": 1}])
def test_what_is_ignored_is_no_other_parameter(order_tea, same):
    """Nulls and members that the model does not know make no other request."""
    first = order_tea(ClientToken="t-1")

    assert first == order_tea(ClientToken="t-1", **same)


def test_the_order_of_members_makes_no_other_request(shop, call, order_tea):
    """Members in another order are the same request."""
    first = call(shop, "OrderTea", {"Tea": "mint", "Cups": 2, "ClientToken": "t-1"})

    assert first == call(shop, "OrderTea", {"ClientToken": "t-1", "Cups": 2, "Tea": "mint"})


def test_a_client_token_is_forgotten_after_a_day(order_tea, world):
    """A token is good for 24 hours from its first use, not from its last."""
    first = order_tea(ClientToken="t-1")
    world.clock.advance_to(world.clock.now + timedelta(hours=23, minutes=59, seconds=59))
    again = order_tea(ClientToken="t-1")
    world.clock.advance_to(world.clock.now + timedelta(seconds=1))

    later = order_tea("black", ClientToken="t-1")

    assert first == again
    assert ("o-2", "black") == (later["OrderId"], later["Tea"])


@pytest.mark.parametrize("elsewhere", [{"account": "222222222222"}, {"region": "eu-west-1"}])
def test_a_client_token_belongs_to_one_account_and_region(order_tea, elsewhere):
    """The same token in another account or region is another token."""
    order_tea(ClientToken="t-1")

    assert "o-2" == order_tea(ClientToken="t-1", **elsewhere)["OrderId"]


def test_a_refused_request_does_not_use_up_its_token(order_tea):
    """A token whose first request was refused can be used for a better one."""
    with pytest.raises(ServiceError, match="no tea"):
        order_tea("none", ClientToken="t-1")

    assert "o-1" == order_tea("mint", ClientToken="t-1")["OrderId"]


def test_facts_are_kept_for_who_publishes(shop, world):
    """The facts that a handler emits are on its context, in order, and nowhere else yet."""
    from emulator.wire.context import Context, RequestState

    context = Context(world, "111111111111", "us-east-1", {}, RequestState())

    context.emit("first")
    context.emit("second")

    assert ["first", "second"] == context.facts
    assert world.clock.now == context.now
