"""What inspection asks of a house waits where its day begins, until it is done."""

from datetime import timedelta

from inspections import services
from inspections.selectors.inbox import HouseInbox, house_inbox_of
from inspections.types import Department, VisitKind
from portal.selectors import work_home
from tests.inspections.case_situations import asked_of, ended
from tests.inspections.order_situations import claimed, make_keeper, make_order, planned
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import answer_all, ready_to_visit, signed

LONG_AFTER = NOW + timedelta(days=60)


def waiting(jinshan: Jinshan, *, late: bool = False) -> HouseInbox:
    return house_inbox_of(make_keeper(jinshan), now=LONG_AFTER if late else NOW)


def test_nothing_waits_where_nothing_was_found(jinshan: Jinshan) -> None:
    assert waiting(jinshan) == HouseInbox()


def test_an_order_waits_until_the_house_says_it_is_mended(jinshan: Jinshan) -> None:
    order = make_order(jinshan, jinshan.houses[0])
    assert waiting(jinshan) == HouseInbox(orders_waiting=1)

    planned(jinshan, order)
    assert waiting(jinshan, late=True) == HouseInbox(orders_waiting=1, orders_late=1)


def test_what_waits_for_an_officer_does_not_wait_for_the_house(jinshan: Jinshan) -> None:
    claimed(jinshan, make_order(jinshan, jinshan.houses[0]))

    assert waiting(jinshan, late=True) == HouseInbox()


def test_of_another_house_nothing_is_counted(jinshan: Jinshan) -> None:
    make_order(jinshan, jinshan.houses[1])

    assert waiting(jinshan) == HouseInbox()


def test_a_question_waits_until_its_answer(jinshan: Jinshan) -> None:
    question = asked_of(jinshan)
    assert waiting(jinshan) == HouseInbox(questions=1)
    assert waiting(jinshan, late=True) == HouseInbox(questions=1, questions_late=1)

    services.answer_question(
        question=str(question.public_id), text="按协议第五条退", actor=make_keeper(jinshan), now=NOW
    )

    assert waiting(jinshan) == HouseInbox()


def test_a_question_of_a_closed_case_waits_no_more(jinshan: Jinshan) -> None:
    ended(jinshan, asked_of(jinshan).case)

    assert waiting(jinshan, late=True) == HouseInbox()


def test_a_self_check_waits_until_it_is_signed(jinshan: Jinshan) -> None:
    keeper = make_keeper(ready_to_visit(jinshan))
    house = str(jinshan.houses[0].public_id)
    visit = services.begin_visit(
        visit=services.AdHoc(house, VisitKind.SELF, (Department.HOUSE,)), actor=keeper, now=NOW
    )

    assert waiting(jinshan) == HouseInbox(self_checks=1)
    part = visit.parts.get()
    answer_all(jinshan, part, who="keeper")
    signed(jinshan, part, who="keeper")
    assert waiting(jinshan) == HouseInbox()


def test_each_leads_from_work_to_its_page(jinshan: Jinshan, client) -> None:
    make_order(jinshan, jinshan.houses[0])
    asked_of(jinshan)
    keeper = make_keeper(jinshan)
    client.force_login(jinshan.users["keeper"])

    todos = {todo.title: todo for todo in work_home(keeper, now=NOW).todos}

    assert todos["整改"].tag == "1 份等您办"
    assert todos["区里的提问"].tag == "1 个等您答复"
    for todo in (todos["整改"], todos["区里的提问"]):
        assert client.get(todo.url).status_code == 200


def test_the_bar_says_inspection_on_all_its_pages(jinshan: Jinshan, client) -> None:
    make_keeper(jinshan)
    client.force_login(jinshan.users["keeper"])

    for page in ("/inspections/visits/mine/", "/inspections/orders/mine/"):
        bar = (
            client.get(page).content.decode().partition('class="worknav')[2].partition("</nav>")[0]
        )
        assert 'href="/inspections/visits/mine/" aria-current=' in bar
