"""``python -m calfnb`` is the same as ``calfnb``."""

import sys

from calfnb.cli import main

if __name__ == "__main__":
    sys.exit(main())
