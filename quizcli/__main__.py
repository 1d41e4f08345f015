"""``python -m quizcli``."""

from quizcli.cli.main import main

if __name__ == "__main__":
    main()
