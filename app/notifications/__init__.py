"""Notifications: turns events into outbox messages and sends them.

It reads and listens to everything; nobody imports it. What is said is in ``templates``, by
language and topic; how it leaves is a gateway chosen by the setting ``delivery``.
"""
