"""Workbooks for tests: honest ones made with XlsxWriter, hostile ones made by hand."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_ROOT = f'{_PACKAGE}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
_RELATIONS = (
    f'{_PACKAGE}<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
HEADER = "".join(
    f'<c r="{column}1" t="inlineStr"><is><t>{title}</t></is></c>'
    for column, title in zip("ABC", ("户号", "姓名", "与户主关系"), strict=True)
)


def workbook(*rows: Sequence[Any], sheet: str = "花名册") -> bytes:
    """A workbook with these rows; dates as Excel's dates, texts beginning with = as formulas."""
    file = BytesIO()
    book = Workbook(file, {"default_date_format": "yyyy/m/d"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return file.getvalue()


def hand_made(rows: str, texts: str = "", sheets: int = 1, encoding: str = "utf-8") -> bytes:
    """A workbook whose sheet holds exactly this XML below a header for rosters."""
    names = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, sheets + 1)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELATIONS,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": (
            f'<?xml version="1.0" encoding="{encoding}"?><worksheet xmlns="{_MAIN}">'
            f'<sheetData><row r="1">{HEADER}</row>{rows}</sheetData></worksheet>'
        ),
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml.encode(encoding if "worksheets" in name else "utf-8"))
    return file.getvalue()
