"""Understanding by a language model that writes needs and entities as JSON, behind the same seam as the classifiers."""
