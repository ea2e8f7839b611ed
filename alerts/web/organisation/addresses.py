"""The addresses of ours that are entered at the provider."""

SIGN_IN = "/console/sign-in"
WAY, BACK, ENDED = f"{SIGN_IN}/organisation", f"{SIGN_IN}/organisation/back", f"{SIGN_IN}/organisation/ended"
"""Where a person leaves to the provider and comes back from it, and where the provider says that a session has ended."""
