"""What tests of the page of tests and rules share."""

WELLS = "wells_2003_two_level"


def reason(library, rule_id, *, opens=True):
    """Return a reason that opens a rule, or one that does not."""
    return next(gate.choice_id for gate in library.tests.rules[rule_id].gates if gate.opens is opens)
