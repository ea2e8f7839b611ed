"""Signing in with the organisation's account: OpenID Connect Core 1.0, by the authorization code with PKCE."""
