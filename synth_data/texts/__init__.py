"""What is said in a corpus: sentences by grammars, bots, paraphrase and dialect wording."""
