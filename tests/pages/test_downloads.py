"""Any list of an office page as a workbook."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

from litestar import Litestar
from litestar.testing import RequestFactory
from python_calamine import CalamineWorkbook

from kiosk.pages.downloads import listed
from kiosk.sheets.paper import Column


def test_a_list_becomes_a_workbook_to_file(app: Litestar) -> None:
    request: Any = RequestFactory(app=app).get("/admin/people")
    columns = (Column("Head", 10), Column("Points", 8, "number", total=True))
    answer = listed(request, "青山村", "People", columns, [("张三", 2), ("李四", 3)])
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [cells[:2] for cells in rows[2:6]] == [["户主", "分值"], ["张三", 2], ["李四", 3], ["合计", 5]]
    assert rows[1][0] == "2026年8月15日制表"
    assert quote("青山村人员2026-08-15.xlsx") in answer.headers["content-disposition"]
    app.state.site.database.close()
