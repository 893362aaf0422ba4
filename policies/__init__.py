"""What to do next: one ensemble of policies with a stated order."""
