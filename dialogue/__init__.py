"""Dialogue: domain, events, state, stores, forms, actions and responses."""
