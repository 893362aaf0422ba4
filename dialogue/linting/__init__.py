"""The checks of `xiangyin validate`, one file for each sort; dialogue.lint runs them all."""
