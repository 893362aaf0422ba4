"""The student: a small network over characters and sounds, trained in torch, run by onnxruntime alone."""
