"""The QR code on the screen, as the path of an SVG."""

QUIET = 4  # modules left white on each side


def code_path(address: str) -> tuple[int, str]:
    """The width of the code in modules, the quiet zone included, and the `d` of its dark modules."""
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode  # only when a screen is there: the program starts faster without

    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET)
    code.add_data(address)
    matrix = code.get_matrix()
    dark = [(x, y) for y, line in enumerate(matrix) for x, on in enumerate(line) if on]
    return len(matrix), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
