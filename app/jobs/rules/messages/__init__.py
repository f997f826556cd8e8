"""Reading a pasted chat or shop message into a draft that a person confirms. Pure.

``parsing`` puts the draft together · ``goods`` finds what and how many · ``people`` who and
where · ``moments`` when. Each finding is a ``Guess``: how sure it is, and from which words.
"""

from app.jobs.rules.messages.draft import Guess, MessageDraft, Vocabulary, Word
from app.jobs.rules.messages.parsing import parse_message

__all__ = ["Guess", "MessageDraft", "Vocabulary", "Word", "parse_message"]
