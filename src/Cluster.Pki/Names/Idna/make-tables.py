#!/usr/bin/env python3
"""Writes idna.tables from the Unicode Character Database (Debian package unicode-data): make-tables.py /usr/share/unicode.

Three lists, each as variable-length numbers behind its count, the whole deflated:
  mapping      code point (delta), length, code points     NFKC_Casefold, without the four characters that IDNA 2008 keeps (UTS #46, non-transitional)
  composition  code point (delta), first, second or 0      canonical decompositions (UAX #15); odd marks those that are never composed again
  properties   first (delta), last - first, flags          combining class | status << 8 | bidi << 10 | joining << 14 (RFC 5892, RFC 5893)
"""
import pathlib
import sys
import zlib

UCD = pathlib.Path(sys.argv[1])
KEPT = {0xDF, 0x3C2, 0x200C, 0x200D}
PVALID, CONTEXT = 1, 2
BIDI = {"L": 1, "R": 2, "AL": 3, "AN": 4, "EN": 5, "ES": 6, "CS": 7, "ET": 8, "ON": 9, "BN": 10, "NSM": 11}
JOINING = {"C": 1, "D": 2, "L": 3, "R": 4, "T": 5}
VALID_ANYWAY = {0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007}
CONTEXT_RULES = {0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB, 0x200C, 0x200D, *range(0x660, 0x66A), *range(0x6F0, 0x6FA)}
NEVER = {0x640, 0x7FA, 0x302E, 0x302F, *range(0x3031, 0x3036), 0x303B, *range(0x20D0, 0x2100), *range(0x1D100, 0x1D250),
         *range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC)}


def rows(name):
    for line in (UCD / name).read_text(encoding="utf-8").splitlines():
        fields = [f.strip() for f in line.split("#")[0].split(";")]
        if len(fields) > 1:
            yield fields


def span(text):
    first, _, last = text.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def values(name, wanted=None):
    found = {}
    for fields in rows(name):
        if wanted is None or fields[1] == wanted:
            for point in span(fields[0]):
                found[point] = fields[-1]
    return found


category = values("extracted/DerivedGeneralCategory.txt")
combining = {p: int(c) for p, c in values("extracted/DerivedCombiningClass.txt").items()}
bidi = values("extracted/DerivedBidiClass.txt")
joining = values("extracted/DerivedJoiningType.txt")
ignorable = values("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point")
excluded = values("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")
folded = {p: [int(c, 16) for c in v.split()] for p, v in values("DerivedNormalizationProps.txt", "NFKC_CF").items()}
folded |= {0x1E9E: [0xDF], 0x3002: [0x2E], 0xFF61: [0x2E]}
decomposed = {int(f[0], 16): [int(c, 16) for c in f[5].split()] for f in rows("UnicodeData.txt") if f[5] and "<" not in f[5]}


def status(point):
    if point in VALID_ANYWAY:
        return PVALID
    if point in CONTEXT_RULES:
        return CONTEXT
    if point in NEVER or point in folded or point in ignorable:
        return 0
    return PVALID if category.get(point) in ("Ll", "Lu", "Lo", "Nd", "Lm", "Mn", "Mc") else 0


def flags(point):
    allowed = status(point)
    klass = combining.get(point, 0)
    return klass | allowed << 8 | (BIDI.get(bidi.get(point), 0) << 10 | JOINING.get(joining.get(point), 0) << 14 if allowed else 0)


out = bytearray()


def number(value):
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def entries(count, write):
    number(count)
    write()


def write_mapping(usable):
    last = 0
    for point in usable:
        number(point - last)
        number(len(folded[point]))
        for mapped in folded[point]:
            number(mapped)
        last = point


def write_composition():
    last = 0
    for point in sorted(decomposed):
        first, second = (decomposed[point] + [0])[:2]
        number((point - last) * 2 + (point in excluded))
        number(first)
        number(second)
        last = point


# A mapping to what no host name can hold is left out: both ways the name is refused.
usable = [p for p in sorted(folded) if p > 0x7F and p not in KEPT and all(m in (0x2D, 0x2E) or 0x30 <= m <= 0x39 or 0x61 <= m <= 0x7A or (m > 0x7F and status(m)) for m in folded[p])]
entries(len(usable), lambda: write_mapping(usable))
entries(len(decomposed), write_composition)
ranges = []
for point in range(0x80, 0x110000):
    value = flags(point)
    if not value:
        continue
    if ranges and ranges[-1][1] == point - 1 and ranges[-1][2] == value:
        ranges[-1][1] = point
    else:
        ranges.append([point, point, value])
number(len(ranges))
last = 0
for first, end, value in ranges:
    number(first - last)
    number(end - first)
    number(value)
    last = end
deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
pathlib.Path(__file__).with_name("idna.tables").write_bytes(deflate.compress(bytes(out)) + deflate.flush())
print(len(usable), len(decomposed), len(ranges), len(out))
