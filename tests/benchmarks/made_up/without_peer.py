import a_peer_that_nobody_has  # noqa: F401


def ratios():
    return []
