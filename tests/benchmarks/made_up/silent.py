def ratios():
    return []
