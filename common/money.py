"""Money is a whole number of 分 (fen). No floats."""


def yuan(fen: int) -> str:
    """Write fen as people read it.

    >>> yuan(1550), yuan(2000), yuan(0)
    ('15.50元', '20元', '0元')
    """
    whole, rest = divmod(fen, 100)
    return f"{whole}元" if rest == 0 else f"{whole}.{rest:02d}元"
