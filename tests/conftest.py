"""What several test modules share."""

from hypothesis import settings

# Time limits per example would make the tests depend on how busy the machine is.
settings.register_profile("calfnb", deadline=None, print_blob=True)
settings.load_profile("calfnb")
