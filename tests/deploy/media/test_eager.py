from deploy.media.eager import Allowance, EagerBudget


def test_credit_grows_with_time_up_to_its_most() -> None:
    spent = Allowance(share=0.25, most_s=0.5, credit_s=0.0)
    assert spent.at(1.0).credit_s == 0.25
    assert spent.at(60.0).credit_s == 0.5
    assert spent.at(1.0).spent(0.75).credit_s == -0.5


def test_one_pass_runs_at_a_time() -> None:
    budget = EagerBudget()
    assert budget.begin(0.0)
    assert not budget.begin(1.0)
    budget.end(0.03)
    assert budget.begin(2.0)


def test_hearing_ahead_stops_when_it_costs_too_much_and_comes_back_later() -> None:
    budget = EagerBudget(Allowance(share=0.25, most_s=0.5, credit_s=0.5))
    assert budget.begin(0.0)
    budget.end(2.0)  # a busy machine
    assert not budget.begin(1.0)
    assert budget.begin(8.0)
    assert budget.left_out == 1


def test_a_turn_that_is_over_comes_first() -> None:
    budget = EagerBudget()
    budget.wait(1)
    assert not budget.begin(0.0)
    budget.wait(-1)
    assert budget.begin(0.0)
