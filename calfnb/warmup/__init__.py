"""Warm-ups that say why: the safety gate, the planner, the library, the disputes, the routine and the self-check.

Public functions
----------------
plan_warm_up(request)
    The timed warm-up and cool-down of one session; raises `UnansweredError` while a safety question is open.
safety_gate(answers), open_questions(safety)
    The one gate before every plan of exercise, and what is still to be asked.
drill_library(tables, ...)
    The exercises, filtered, with what keeps each back.
debates(request), what_each_rule_changes(plan)
    What each side of a dispute, and each rule, changes in a plan.
routine_of_the_day(day, answers)
    A short routine that differs from yesterday's.
self_check(results, answers)
    What a guided check of mobility and strength points to.
broken_constraints(plan)
    Every constraint that a plan breaks; always empty for a plan of the planner.
"""
