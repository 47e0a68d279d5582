"""Interactive decision notebooks for teaching clinical reasoning about calf pain in runners.

For teaching with invented patients under a teacher. Not a medical device, and not for the care of any person.
"""

__version__ = "0.1.0"
