#!/usr/bin/env python3
"""Writes saslprep_tables.h from Python's copies of RFC 3454 and of the Unicode character database.

Decompositions are kept only for characters that Unicode 3.2 knows and SASLprep lets through: all others are
prohibited before normalisation is reached.
"""
import stringprep
import sys
import unicodedata

LAST = 0x110000
SURROGATES = range(0xD800, 0xE000)


def ranges(test):
    out, start = [], None
    for cp in range(LAST + 1):
        hit = cp < LAST and test(chr(cp))
        if hit and start is None:
            start = cp
        elif not hit and start is not None:
            out.append((start, cp - 1))
            start = None
    return out


def table(name, note, rows):
    print(f"/* {note} */\nstatic const struct range {name}[] = {{")
    lines(["{0x%X, 0x%X}" % r for r in rows])
    print("};\n")


def lines(items):
    line = "\t"
    for item in items:
        if len(line.expandtabs(8)) + len(item) + 1 > 98:
            print(line.rstrip())
            line = "\t"
        line += item + ", "
    print(line.rstrip())


def prohibited(c):
    return any(f(c) for f in (
        stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
        stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
        stringprep.in_table_c9))


def allowed(cp):
    c = chr(cp)
    return not (stringprep.in_table_a1(c) or prohibited(c))


def is_hangul(cp):
    return 0xAC00 <= cp <= 0xD7A3


def decompositions():
    for cp in range(0x80, LAST):
        if cp in SURROGATES or is_hangul(cp) or not allowed(cp):
            continue
        full = unicodedata.normalize("NFKD", chr(cp))
        if full != chr(cp):
            yield cp, [ord(c) for c in full]


def split_runs(decs):
    """Runs of four or more neighbours that move by the same distance, and the rest."""
    runs, rest, i = [], [], 0
    while i < len(decs):
        j = i
        while (j < len(decs) and len(decs[j][1]) == 1 and decs[j][0] - decs[i][0] == j - i
               and len(decs[i][1]) == 1 and decs[j][1][0] - decs[i][1][0] == j - i):
            j += 1
        if j - i >= 4:
            runs.append((decs[i][0], decs[j - 1][0], decs[i][1][0]))
            i = j
        else:
            rest.append(decs[i])
            i += 1
    return runs, rest


def pool_of(rest):
    """One array in which every expansion is found; the last character of an expansion carries bit 31."""
    pool, where, last = [], {}, 1 << 31
    for _, full in sorted(rest, key=lambda r: -len(r[1])):
        marked = tuple(full[:-1]) + (full[-1] | last,)
        if marked in where:
            continue
        at = len(pool)
        pool.extend(marked)
        for k in range(len(marked)):
            where.setdefault(marked[k:], at + k)
    return pool, {cp: where[tuple(full[:-1]) + (full[-1] | last,)] for cp, full in rest}


def compositions():
    for cp in range(0x80, LAST):
        if cp in SURROGATES or is_hangul(cp):
            continue
        parts = unicodedata.decomposition(chr(cp)).split()
        if len(parts) != 2 or parts[0].startswith("<"):
            continue
        a, b = (int(p, 16) for p in parts)
        if unicodedata.normalize("NFC", chr(a) + chr(b)) == chr(cp) and allowed(a) and allowed(b):
            yield a, b, cp


def classes():
    out = []
    for cp in range(LAST):
        ccc = 0 if cp in SURROGATES else unicodedata.combining(chr(cp))
        if not ccc:
            continue
        if out and out[-1][1] == cp - 1 and out[-1][2] == ccc:
            out[-1] = (out[-1][0], cp, ccc)
        else:
            out.append((cp, cp, ccc))
    return out


def main():
    decs = list(decompositions())
    runs, rest = split_runs(decs)
    pool, where = pool_of(rest)
    assert len(pool) < 1 << 14 and max(where) < 1 << 18
    print("/*\n * saslprep_tables: RFC 3454's tables and NFKC for the characters it lets through.\n"
          " * Written by saslprep_tables.py; do not edit.\n */\n")
    print("struct range {\n\tuint32_t first, last;\n};\n")
    table("spaces", "C.1.2: mapped to U+0020", ranges(stringprep.in_table_c12))
    table("nothing", "B.1: mapped to nothing", ranges(stringprep.in_table_b1))
    table("prohibited", "C.1.2, C.2.1, C.2.2, C.3 to C.9", ranges(prohibited))
    table("unassigned", "A.1", ranges(stringprep.in_table_a1))
    table("right_to_left", "D.1", ranges(stringprep.in_table_d1))
    table("left_to_right", "D.2", ranges(stringprep.in_table_d2))
    print("/* Runs that decompose to one character each, at the same distance. */\n"
          "static const struct run {\n\tuint32_t first, last, to;\n} runs[] = {")
    lines(["{0x%X, 0x%X, 0x%X}" % r for r in runs])
    print("};\n\n/* Other decompositions: character << 14 | place in expansions. */\n"
          "static const uint32_t decompositions[] = {")
    lines(["0x%X" % (cp << 14 | where[cp]) for cp, _ in rest])
    print("};\n\n/* The last character of each has bit 31 set. */\nstatic const uint32_t expansions[] = {")
    lines(["0x%X" % c for c in pool])
    print("};\n\n/* Canonical compositions, ordered by their parts. */\n"
          "static const struct pair {\n\tuint32_t a, b, to;\n} pairs[] = {")
    lines(["{0x%X, 0x%X, 0x%X}" % r for r in sorted(compositions())])
    print("};\n\n/* Canonical combining classes other than 0. */\n"
          "static const struct class {\n\tuint32_t first, last;\n\tuint8_t ccc;\n} classes[] = {")
    lines(["{0x%X, 0x%X, %d}" % r for r in classes()])
    print("};")
    return 0


sys.exit(main())
