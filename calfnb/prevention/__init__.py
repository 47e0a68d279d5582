"""Prevention: contributing factors with what is known of each, and from factors to a weekly programme.

There is no score of risk here. Published sizes stand beside what they are about, and none of them is
about calf pain in runners.

Public functions
----------------
read_factors(answers), check_factors(answers)
    The questionnaire: which factors count, which are open, and which a clinician should hear of.
plan_week(request)
    A week with what to do on which day and why; the safety gate stands before it.
"""
