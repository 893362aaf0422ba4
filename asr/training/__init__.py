"""Training a recogniser. Only `settings` may be imported without torch; the rest is reached through asr.train."""
