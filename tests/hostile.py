"""Hostile PDFs, made byte by byte: bombs, circles, lies about sizes, and what no program would write."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.pdfs import make_pdf, numbered_pages

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
WORDS = b"BT /F 12 Tf 50 500 Td (Der Verbund arbeitet mit der Stadt zusammen.) Tj ET\n"
GIB = 1 << 30


def assembled(objects: Sequence[bytes], *, trailer: bytes = b"", size: int = 0) -> bytes:
    """Return a file of objects 1 to n, the first one its catalogue."""
    parts, offset, offsets = [b"%PDF-1.7\n"], 9, []
    for number, body in enumerate(objects, 1):
        offsets.append(offset)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        offset += len(parts[-1])
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    parts += [b"%010d 00000 n \n" % at for at in offsets]
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (size or len(objects) + 1, trailer))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % offset)
    return b"".join(parts)


def stream(data: bytes, entries: bytes = b"", *, length: int | None = None) -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data) if length is None else length, entries, data)


def one_page(
    content: bytes = stream(WORDS),
    *more: bytes,
    catalog: bytes = b"",
    pages: bytes = b"",
    page: bytes = b"/MediaBox [0 0 420 595]",
    resources: bytes = b"/Font << /F 5 0 R >>",
    font: bytes = FONT,
    trailer: bytes = b"",
    size: int = 0,
) -> bytes:
    """Return a file of one page: object 3 is the page, 4 its content, 5 its font, ``more`` from 6 on."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] %s >>" % pages,
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << %s >> %s >>" % (resources, page),
        content,
        font,
        *more,
    ]
    return assembled(objects, trailer=trailer, size=size)


def many_pages(count: int, content: bytes = WORDS) -> bytes:
    """Return a file whose pages all show one content stream."""
    kids = b" ".join(b"%d 0 R" % number for number in range(5, 5 + count))
    page = b"<< /Type /Page /Parent 2 0 R /Contents 3 0 R >>"
    return assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 420 595] /Resources << /Font << /F 4 0 R >> >> >>"
            % (count, kids),
            stream(content),
            FONT,
            *[page] * count,
        ]
    )


def bomb(total: int, unit: bytes = b" ", *, ending: bytes = b"") -> bytes:
    """Return what inflates to ``total`` bytes of ``unit`` and an ending, a thousandth of that long; made in no time."""
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = unit * ((1 << 20) // len(unit))
    head = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    again = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + head + again * (total // len(block)) + pack.compress(ending) + pack.flush(zlib.Z_FINISH)


def twice(data: bytes) -> bytes:
    return zlib.compress(zlib.compress(data, 9), 9)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    return stream(data, b"/Filter /FlateDecode " + entries)


def two_flates(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream that was compressed once already, once more: four gibibytes in some kilobytes."""
    return stream(zlib.compress(data, 9), b"/Filter [/FlateDecode /FlateDecode] " + entries)


def with_object_stream() -> bytes:
    data = one_page(stream(WORDS), two_flates(bomb(4 * GIB), b"/Type /ObjStm /N 1000 /First 10"))
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Extra 6 0 R")


def in_cross_reference_stream(entries: bytes, data: bytes) -> bytes:
    head = one_page().split(b"xref\n0")[0]
    table = stream(data, b"/Type /XRef /W [1 4 1] /Root 1 0 R " + entries)
    return head + b"6 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(head))


def with_to_unicode(table: bytes, codes: bytes = b"<0001000200030004>", widths: bytes = b"") -> bytes:
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>"
    below = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 %s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    return one_page(stream(b"BT /F 12 Tf 50 500 Td %s Tj ET %s" % (codes, WORDS.replace(b"/F", b"/G"))), below % widths, table, FONT,
                    font=font, resources=b"/Font << /F 5 0 R /G 8 0 R >>")  # fmt: skip


def unicode_table(entries: bytes) -> bytes:
    return stream(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000> <FFFF> "
        b"endcodespacerange\n" + entries + b"\nendcmap end end"
    )


def forms(depth: int, calls: int) -> bytes:
    """Return a page whose form calls the next one many times, and so on: the last one has text."""
    made = []
    for level in range(depth):
        last = level == depth - 1
        content = WORDS if last else b"/X Do " * calls
        resources = b"/Font << /F 5 0 R >>" if last else b"/XObject << /X %d 0 R >>" % (7 + level)
        made.append(stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 420 595] /Resources << %s >>" % resources))
    return one_page(stream(WORDS + b"/X Do"), *made, resources=b"/Font << /F 5 0 R >> /XObject << /X 6 0 R >>")


def laughing_after_text(endless: Sequence[bool] = (False, True, False)) -> bytes:
    """Return pages of text, and some that call forms without end."""
    kids = b" ".join(b"3 0 R" if calls else b"18 0 R" for calls in endless)
    laughing = forms(12, 10).replace(b"/Count 1 /Kids [3 0 R]", b"/Count %d /Kids [%s]" % (len(endless), kids))
    head, _ = laughing.split(b"xref\n0", 1)
    objects = [
        part.split(b" 0 obj\n", 1)[1].removesuffix(b"\nendobj\n")
        for part in head.split(b"%PDF-1.7\n", 1)[1].split(b"endobj\n")
        if part
    ]
    objects = [body.removesuffix(b"\n") for body in objects]
    page = b"<< /Type /Page /Parent 2 0 R /Contents 19 0 R /Resources << /Font << /F 5 0 R >> >> /MediaBox [0 0 420 595] >>"
    return assembled([*objects, page, stream(WORDS)])


def form_calling_itself() -> bytes:
    form = stream(
        WORDS + b"/X Do /X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 420 595] /Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >>",
    )
    return one_page(stream(b"/X Do"), form, resources=b"/XObject << /X 6 0 R >>")


def deep(opening: bytes, closing: bytes, levels: int = 100_000) -> bytes:
    return opening * levels + closing * levels


def outline(*items: bytes) -> bytes:
    return one_page(stream(WORDS), *items, catalog=b"/Outlines 6 0 R")


def outline_of(count: int, title: bytes) -> bytes:
    entries = [b"<< /Title %s /Parent 6 0 R /Next %d 0 R /Dest [3 0 R /Fit] >>" % (title, 8 + number) for number in range(count)]
    return outline(b"<< /Type /Outlines /First 7 0 R /Last %d 0 R /Count %d >>" % (6 + count, count), *entries)


def characters(count: int, unit: bytes = b"a") -> bytes:
    return b"BT /F 10 Tf 50 500 Td (%s) Tj ET" % (unit * (count // len(unit)))


def scattered(count: int) -> bytes:
    """Return a page on which every character stands on a line of its own."""
    return b"BT /F 6 Tf " + b"".join(b"1 0 0 1 %d %d Tm (a) Tj " % (n * 37 % 400, n * 61 % 590) for n in range(count)) + b"ET"


def dense(line: bytes, count: int) -> bytes:
    """Return a page of small lines, one a point."""
    return b"BT /F 1 Tf 1 TL 20 590 Td " + b"(%s) ' " % line * count + b"ET"


def paragraph(lines: int, line: bytes = b"Der Verbund arbeitet mit der Stadt und den Vereinen zusammen.") -> bytes:
    return b"BT /F 8 Tf 9 TL 50 575 Td " + b"(%s) ' " % line * lines + b"ET\n"


def embedded(data: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /TrueType /BaseFont /X /FirstChar 32 /LastChar 255 /Widths [%s] /FontDescriptor 6 0 R >>"
    descriptor = b"<< /Type /FontDescriptor /FontName /X /Flags 32 /FontBBox [0 0 1 1] /FontFile2 7 0 R >>"
    return one_page(stream(WORDS), descriptor, data, font=font % (b"500 " * 224))


def prev_cycle() -> bytes:
    data = one_page()
    at = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    return data.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % at)


def encrypted(password: str) -> Callable[[Path], None]:
    return lambda path: (make_pdf(path, numbered_pages(2), password=password), None)[1]


def boxed(entries: bytes) -> bytes:
    return one_page(page=entries)


def whole() -> bytes:
    return many_pages(12, WORDS * 3)


_NOISE = random.Random(1)
_IMAGE = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
_FILES = b"/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>] >> /JavaScript << /Names [(x) 6 0 R] >> >>"
_LABELS = b"/PageLabels << /Nums [0 << /S /D /P %s >>] >>"

#: Made only where it is asked for: name of the file -> its bytes.
MAKERS: dict[str, Callable[[], bytes]] = {
    "bombe-seite": lambda: one_page(flate(bomb(GIB // 2))),
    "bombe-doppelt": lambda: one_page(two_flates(bomb(4 * GIB))),
    "bombe-vor-text": lambda: one_page(two_flates(bomb(4 * GIB, ending=WORDS))),
    "bombe-zeichen": lambda: one_page(two_flates(bomb(4 * GIB, WORDS))),
    "bombe-striche": lambda: one_page(two_flates(bomb(4 * GIB, b"0 0 m 9 9 l S q "))),
    "bombe-objekte": with_object_stream,
    "bombe-xmp": lambda: one_page(stream(WORDS), two_flates(bomb(4 * GIB), b"/Type /Metadata /Subtype /XML"), catalog=b"/Metadata 6 0 R"),
    "bombe-tounicode": lambda: with_to_unicode(two_flates(bomb(4 * GIB))),
    "bombe-tounicode-werte": lambda: with_to_unicode(two_flates(bomb(4 * GIB, b"1 beginbfchar <0001> <0041> endbfchar\n"))),
    "bombe-schrift": lambda: embedded(two_flates(bomb(4 * GIB))),
    "bombe-bild": lambda: one_page(stream(WORDS + b"/I Do"), two_flates(bomb(4 * GIB), _IMAGE), resources=b"/Font << /F 5 0 R >> /XObject << /I 6 0 R >>"),
    "bombe-xref": lambda: in_cross_reference_stream(b"/Size 100000000 /Filter [/FlateDecode /FlateDecode]", zlib.compress(bomb(4 * GIB, b"\0"), 9)),
    "bombe-lzw": lambda: one_page(stream(b"\x80\x0b\x60\x50" * 100_000, b"/Filter [/LZWDecode /LZWDecode /RunLengthDecode]")),
    "kreis-seiten": lambda: one_page().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "kreis-seiten-zwei": lambda: one_page(stream(WORDS), b"<< /Type /Pages /Parent 2 0 R /Count 1 /Kids [2 0 R 3 0 R] >>").replace(b"/Kids [3 0 R]", b"/Kids [6 0 R 3 0 R]"),
    "kreis-eltern": lambda: one_page(page=b"").replace(b"/Parent 2 0 R", b"/Parent 3 0 R"),
    "kreis-nummern": lambda: one_page(stream(WORDS), b"<< /Kids [6 0 R] >>", catalog=b"/PageLabels 6 0 R"),
    "kreis-nummern-zwei": lambda: one_page(stream(WORDS), b"<< /Kids [7 0 R 7 0 R] >>", b"<< /Kids [6 0 R 6 0 R] >>", catalog=b"/PageLabels 6 0 R"),
    "kreis-gliederung": lambda: outline(b"<< /First 7 0 R /Last 7 0 R >>", b"<< /Title (A) /Next 7 0 R /Dest [3 0 R /Fit] >>"),
    "kreis-gliederung-zwei": lambda: outline(b"<< /First 7 0 R >>", b"<< /Title (A) /Next 8 0 R >>", b"<< /Title (B) /Next 7 0 R /First 7 0 R >>"),
    "kreis-gliederung-tief": lambda: outline(b"<< /First 7 0 R >>", b"<< /Title (A) /First 7 0 R /Dest [3 0 R /Fit] >>"),
    "kreis-verweis": lambda: one_page(stream(WORDS), b"7 0 R", b"6 0 R", catalog=b"/PageLabels 6 0 R /Outlines 7 0 R /Names 6 0 R"),
    "kreis-inhalt": lambda: one_page(b"[4 0 R 4 0 R]"),
    "kreis-laenge": lambda: one_page(stream(WORDS).replace(b"/Length %d" % len(WORDS), b"/Length 4 0 R")),
    "kreis-prev": prev_cycle,
    "kreis-formular": form_calling_itself,
    "lachen-formulare": lambda: forms(12, 10),
    "lachen-nach-text": laughing_after_text,
    "lachen-formulare-tief": lambda: forms(3_000, 1),
    "seiten-200000": lambda: many_pages(200_000),
    "seiten-200000-einmal": lambda: one_page().replace(b"/Count 1 /Kids [3 0 R]", b"/Count 200000 /Kids [%s]" % (b"3 0 R " * 200_000)),
    "seiten-gelogen": lambda: one_page().replace(b"/Count 1", b"/Count 200000"),
    "seiten-gelogen-4999": lambda: one_page().replace(b"/Count 1", b"/Count 4999"),
    "seiten-negativ": lambda: one_page().replace(b"/Count 1", b"/Count -7"),
    "million-punkte": lambda: boxed(b"/MediaBox [0 0 1000000 1000000]"),
    "million-zeichen": lambda: one_page(stream(characters(1_000_000))),
    "million-zeilen": lambda: one_page(stream(scattered(150_000))),
    "tief-felder": lambda: one_page(catalog=b"/X " + deep(b"[", b"]")),
    "tief-woerter": lambda: one_page(catalog=b"/X " + deep(b"<</A ", b">>")),
    "tief-inhalt": lambda: one_page(stream(deep(b"[", b"]") + b" TJ " + WORDS)),
    "tief-inhalt-woerter": lambda: one_page(stream(b"/A " + deep(b"<</A ", b">>") + b" DP " + WORDS)),
    "tief-q": lambda: one_page(stream(b"q " * 1_000_000 + WORDS)),
    "tief-seiten": lambda: assembled([b"<< /Type /Catalog /Pages 2 0 R >>", *(b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (n + 3) for n in range(20_000)), b"<< /Type /Page /MediaBox [0 0 9 9] >>"]),
    "tief-gliederung": lambda: outline(b"<< /First 7 0 R >>", *(b"<< /Title (A) /First %d 0 R /Dest [3 0 R /Fit] >>" % (8 + n) for n in range(20_000))),
    "breit-gliederung": lambda: outline_of(100_000, b"(" + b"lang " * 9 + b")"),
    "breit-nummern": lambda: one_page(catalog=b"/PageLabels << /Nums [%s] >>" % b" ".join(b"%d << /S /D /St %d >>" % (n, n) for n in range(200_000))),
    "nummern-lang": lambda: one_page(catalog=_LABELS % (b"(" + b"x" * 1_000_000 + b")")),
    "nummern-riesig": lambda: one_page(catalog=b"/PageLabels << /Nums [0 << /S /r /St 2000000000 >>] >>"),
    "nummern-buchstaben": lambda: one_page(catalog=b"/PageLabels << /Nums [0 << /S /A /St 2000000000 >>] >>"),
    "nummern-ersatz": lambda: one_page(catalog=_LABELS % b"<FEFFD800>"),
    "titel-ersatz": lambda: one_page(stream(WORDS), b"<< /Title <FEFFD8000056> >>", trailer=b"/Info 6 0 R"),
    "gliederung-ersatz": lambda: outline_of(3, b"<FEFFDC000041D800>"),
    "xref-riesig": lambda: one_page(size=2_147_483_647),
    "xref-gelogen": lambda: one_page().replace(b"xref\n0 6\n", b"xref\n0 99999999\n"),
    "xref-lang": lambda: one_page(stream(WORDS), *[b"null"] * 500_000),
    "xref-bereich": lambda: in_cross_reference_stream(b"/Size 2147483647 /Index [0 2147483647]", b"\0" * 600),
    "laenge-gross": lambda: one_page(stream(WORDS, length=2_000_000_000)),
    "laenge-klein": lambda: one_page(stream(WORDS, length=3)),
    "laenge-negativ": lambda: one_page(stream(WORDS, length=-5)),
    "schrift-ohne": lambda: one_page(font=b"<< >>"),
    "schrift-null": lambda: one_page(font=b"null"),
    "schrift-muell": lambda: embedded(stream(_NOISE.randbytes(50_000))),
    "schrift-selbst": lambda: one_page(font=b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [5 0 R] >>"),
    "schrift-type3-selbst": lambda: one_page(stream(WORDS), stream(b"600 0 0 0 9 9 d1 BT /F 9 Tf (a) Tj ET"), font=b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 0 /LastChar 255 /Widths [600] /CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /Resources << /Font << /F 5 0 R >> >> >>"),
    "breiten-bereich": lambda: one_page(font=FONT[:-2] + b"/FirstChar -2147483648 /LastChar 2147483647 /Widths [1e38 -1e38] >>"),
    "breiten-million": lambda: one_page(font=FONT[:-2] + b"/FirstChar 0 /LastChar 999999 /Widths [%s] >>" % (b"9 " * 1_000_000)),
    "breiten-cid": lambda: with_to_unicode(unicode_table(b""), widths=b"/W [0 2147483647 500 0 [%s]]" % (b"1 " * 500_000)),
    "breiten-riesig": lambda: one_page(stream(b"BT 1e30 Tc 1e30 Tw /F 1e30 Tf 1e30 0 0 1e30 1e30 1e30 Tm (aa) Tj ET " + WORDS)),
    "groesse-null": lambda: one_page(stream(b"BT /F 0 Tf (nichts) Tj 0 0 0 0 0 0 Tm /F 12 Tf (nichts) Tj ET " + WORDS)),
    "zeichen-bereich": lambda: with_to_unicode(unicode_table(b"1 beginbfrange <0000> <FFFF> <0041> endbfrange")),
    "zeichen-ersatz": lambda: with_to_unicode(unicode_table(b"4 beginbfchar <0001> <D800> <0002> <DC00> <0003> <D83DDE00> <0004> <DC00D800> endbfchar")),
    "zeichen-null": lambda: with_to_unicode(unicode_table(b"2 beginbfchar <0001> <0000> <0002> <FFFFFFFF> endbfchar")),
    "zeichen-lang": lambda: with_to_unicode(unicode_table(b"1 beginbfchar <0001> <%s> endbfchar" % (b"0041" * 100_000)), b"<%s>" % (b"0001" * 1_000)),
    "zeichen-steuer": lambda: one_page(stream(b"BT /F 12 Tf 50 400 Td <%s> Tj ET %s" % (bytes(range(1, 32)).hex().encode() * 10_000, WORDS)), font=FONT[:-2].replace(b"/WinAnsiEncoding", b"<< /Differences [1 %s] >>" % (b"/f_f " * 31)) + b">>"),
    "bild-riesig": lambda: one_page(stream(WORDS + b"/I Do"), stream(b"\0" * 99, _IMAGE), resources=b"/Font << /F 5 0 R >> /XObject << /I 6 0 R >>"),
    "bild-im-inhalt": lambda: one_page(stream(b"BI /W 100000 /H 100000 /BPC 8 /CS /RGB ID xxxx EI " + WORDS)),
    "skript-und-datei": lambda: one_page(stream(WORDS), b"<< /S /JavaScript /JS (while(true){}) >>", stream(b"MZ" * 99, b"/Type /EmbeddedFile"), catalog=b"/OpenAction 6 0 R " + _FILES),
    "start-programm": lambda: one_page(stream(WORDS), b"<< /S /Launch /F (/bin/sh) /Next 6 0 R >>", catalog=b"/OpenAction 6 0 R", page=b"/MediaBox [0 0 420 595] /AA << /O 6 0 R >>"),
    "kasten-nan": lambda: boxed(b"/MediaBox [nan inf -inf NaN]"),
    "kasten-riesig": lambda: boxed(b"/MediaBox [-1e38 -1e38 1e38 1e38]"),
    "kasten-jenseits": lambda: boxed(b"/MediaBox [0 0 %s %s]" % (b"9" * 400, b"9" * 400)),
    "kasten-null": lambda: boxed(b"/MediaBox [0 0 0 0]"),
    "kasten-kurz": lambda: boxed(b"/MediaBox [0 0]"),
    "kasten-winzig": lambda: boxed(b"/MediaBox [0 0 1e-30 1e-30]"),
    "kasten-negativ": lambda: boxed(b"/MediaBox [420 595 -20 -30]"),
    "ausschnitt-draussen": lambda: boxed(b"/MediaBox [0 0 420 595] /CropBox [9000 9000 9500 9500]"),
    "ausschnitt-riesig": lambda: boxed(b"/MediaBox [-1e9 -1e9 1e9 1e9] /CropBox [-9e8 -9e8 9e8 9e8] /Rotate 90"),
    "gedreht-45": lambda: boxed(b"/MediaBox [0 0 420 595] /Rotate 45"),
    "gedreht-riesig": lambda: boxed(b"/MediaBox [0 0 420 595] /Rotate -99999999990"),
    "einheit-riesig": lambda: boxed(b"/MediaBox [0 0 420 595] /UserUnit 1e30"),
    "einheit-null": lambda: boxed(b"/MediaBox [0 0 420 595] /UserUnit 0"),
    "name-null": lambda: one_page(stream(WORDS.replace(b"/F ", b"/F#00 ")), font=FONT.replace(b"/Helvetica", b"/Helv#00et\0ica"), resources=b"/Font << /F#00 5 0 R >>"),
    "ein-inhalt-2000": lambda: many_pages(2_000, paragraph(60)),
    "ein-wort": lambda: one_page(stream(b"BT /F 9 Tf 5 50 Td (%s) Tj ET" % (b"wort" * 45_000)), page=b"/MediaBox [0 0 1000000 100]"),
    "nur-striche": lambda: one_page(stream(dense(b"-" * 100, 580))),
    "nur-trennungen": lambda: one_page(stream(dense(b"Wort-", 580))),
    "ohne-satzende": lambda: many_pages(1_000, paragraph(60, b"und dann noch weiter ohne jeden Punkt und ohne jedes Komma immer")),
    "ein-zeichen-5000": lambda: many_pages(5_000, b"BT /F 12 Tf 50 300 Td (7) Tj ET"),
    "zeilen-9000": lambda: one_page(stream(scattered(9_000))),
    "fussnoten-5000": lambda: many_pages(1_000, paragraph(5) + b"".join(b"BT /F 6 Tf 50 %d Td (%d Vgl. dort, Seite %d.) Tj ET\n" % (200 - 8 * n, n, n) for n in range(1, 20))),
    "ueberschriften": lambda: many_pages(2_000, b"".join(b"BT /F %d Tf 50 %d Td (Kapitel %d mit Namen) Tj ET BT /F 9 Tf 50 %d Td (Ein kurzer Satz mit einigen Worten darin.) Tj ET\n" % (12 + n % 7, 560 - 30 * n, n, 548 - 30 * n) for n in range(18))),
    "zip": lambda: b"PK\x03\x04" + _NOISE.randbytes(9_000),
    "html": lambda: b"<!DOCTYPE html><html><body>404 %PDF</body></html>",
    "zufall": lambda: _NOISE.randbytes(100_000),
    "zufall-mit-kopf": lambda: b"%PDF-1.7\n" + _NOISE.randbytes(1_000_000),
    "png": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + _NOISE.randbytes(999),
    "leer": lambda: b"",
    "nur-kopf": lambda: b"%PDF-1.7",
    "zahlen": lambda: b"%PDF-1.7\n" + b"1 0 obj " * 200_000,
    "klammern": lambda: b"%PDF-1.7\n" + b"<<" * 2_000_000,
}  # fmt: skip


#: Much ordinary text, not little that becomes much: it may take its time.
MASSES = frozenset({"ein-inhalt-2000", "ohne-satzende", "fussnoten-5000", "ueberschriften", "ein-zeichen-5000"})


def write(name: str, folder: Path) -> Path:
    """Write one hostile file into a folder."""
    path = folder / f"{name}.pdf"
    path.write_bytes(MAKERS[name]())
    return path
