"""Machine assistants by choice: translation, briefing and a second reader of bases.

What an assistant says is kept in the store and shown from there; nothing waits for it. Off unless ``assist.kind`` is set.
"""
