"""Rasa's side of benchmarks.contradictions, run by the Python of an environment with Rasa 3.6.

Trains RulePolicy on each bot of a folder, and prints as its last line for which it refuses to, and why.
"""

import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from rasa.core.policies.rule_policy import InvalidRule, RulePolicy  # noqa: E402
from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.core.generator import TrainingDataGenerator  # noqa: E402
from rasa.shared.importers.importer import TrainingDataImporter  # noqa: E402


def refused(bot: Path) -> str:
    """Why Rasa does not train on this bot; empty where it does."""
    files = str(bot / "config.yml"), str(bot / "domain.yml"), [str(bot / "data")]
    importer = TrainingDataImporter.load_from_dict({}, *files)
    domain = importer.get_domain()
    trackers = TrainingDataGenerator(importer.get_stories(), domain, remove_duplicates=False, augmentation_factor=0).generate()
    with tempfile.TemporaryDirectory() as scratch:
        context = ExecutionContext(GraphSchema({}))
        policy = RulePolicy(RulePolicy.get_default_config(), LocalModelStorage(Path(scratch)), Resource("policy"), context)
        try:
            policy.train(trackers, domain)
        except InvalidRule as why:
            return str(why)
    return ""


print(json.dumps({bot.name: refused(bot) for bot in sorted(Path(sys.argv[1]).iterdir())}))
