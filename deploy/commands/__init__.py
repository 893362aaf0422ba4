"""The sub-commands of `xiangyin`, one file each: `add(subparsers)` describes it, `run(arguments)` does it.

Imported for --help as well, so everything heavy is imported inside `run`.
"""
