def draw(statement, *, fingerprint):
    return b"%PDF"
