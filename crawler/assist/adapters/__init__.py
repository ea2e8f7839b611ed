"""The assistants that come with the program: LibreTranslate, Argos Translate, and endpoints of the OpenAI chat protocol."""
