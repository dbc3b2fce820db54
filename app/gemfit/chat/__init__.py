"""Conversations: a tree of messages, the context policy and the SQLite store."""
