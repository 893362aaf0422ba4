"""A new version on a part of the conversations: what becomes of them, whether it does harm, and how sure that is."""
