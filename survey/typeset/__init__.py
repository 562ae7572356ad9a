"""PDF by typst: one template and one mapping in, bytes out. Imports nothing of ours.

Text in the mapping is text: it is never read as typst markup. The only fonts are those that come
with the program, so a page looks the same on every machine.
"""

from survey.typeset.pdf import CHINESE, Svg, TypesetError, compile_pdf, compile_png
from survey.typeset.qr import qr_svg

__all__ = ["CHINESE", "Svg", "TypesetError", "compile_pdf", "compile_png", "qr_svg"]
