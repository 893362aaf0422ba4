"""Entities learnt from marked sentences: a character-level tagger, trained in torch, run by onnxruntime alone."""
