def ratios():
    raise RuntimeError("the peer ended with status 3")
