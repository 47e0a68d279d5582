"""Published rules: scores of points, criteria, pathways, gradings and small calculations.

A rule is rows of the tables (``data/rule*.csv``) and nothing else; nothing here knows a rule by name.

* ``calfnb.tables.load_tests().rules[rule_id]`` is the `RuleSheet` of a rule: page, gates, notes, inputs, items, values.
* `check_inputs` turns what came from outside (JSON, a form) into checked inputs, or raises `RuleInputError`.
* `apply_rule` works a rule out; what is missing stays open and gives a range (``as_published=True`` reads a missing
  yes/no as the worked examples of the publications do: as no, or what the table says).
* `inputs_from_case` fills what the answers of a case tell, `fill_from_rules` what another rule worked out.
* `opened_by` tells whether a stated reason unlocks a rule; until then its result is not shown.
* `result_to_dict` is the JSON of ``calfnb rule``.
"""

from calfnb.rules.cases import fill_from_rules, inputs_from_case, opened_by
from calfnb.rules.engine import ItemState, RuleResult, ValueResult, apply_rule
from calfnb.rules.inputs import Inputs, RuleInputError, check_inputs, read_inputs
from calfnb.rules.output import result_to_dict

__all__ = [
    "Inputs",
    "ItemState",
    "RuleInputError",
    "RuleResult",
    "ValueResult",
    "apply_rule",
    "check_inputs",
    "fill_from_rules",
    "inputs_from_case",
    "opened_by",
    "read_inputs",
    "result_to_dict",
]
