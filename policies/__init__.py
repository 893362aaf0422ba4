"""What to do next: one ensemble of policies with a stated order."""

from policies.ensemble import Ensemble
from policies.policy import Decision, Policy

__all__ = ["Decision", "Ensemble", "Policy"]
