"""What people read about their files."""

from imports import bounds
from imports.reading.faults import FileFault
from imports.types import ImportState, Outcome

_SAVE_AS = "请用 Excel 或 WPS 打开，“另存为”Excel 工作簿（.xlsx），再上传。"
_MB_IN = bounds.MOST_BYTES_IN // bounds.MEGABYTE

FILE_FAULTS = {
    FileFault.EMPTY: "这个文件是空的，请重新选择。",
    FileFault.TOO_LARGE: f"文件超过 {_MB_IN} MB，请删去图片，或者分成几份。",
    FileFault.OLD_EXCEL: f"这是旧版 Excel 文件（.xls），读不了。{_SAVE_AS}",
    FileFault.ENCRYPTED: "文件设了密码，打不开。请先在 Excel 里取消密码，再上传。",
    FileFault.HTML: f"这其实是网页文件，只是改了名字。{_SAVE_AS}",
    FileFault.TEXT: f"这是文本文件（例如 CSV），读不了。{_SAVE_AS}",
    FileFault.OTHER_OFFICE: "这不是 Excel 表格，是别的文档。请上传 .xlsx 文件。",
    FileFault.UNKNOWN_KIND: f"这不是 Excel 表格。{_SAVE_AS}",
    FileFault.BROKEN: f"文件已损坏，或者没有传完整。{_SAVE_AS}",
    FileFault.TOO_MANY_PARTS: (
        f"文件里的内容太杂（超过 {bounds.MOST_ENTRIES} 个部分）。"
        "请把数据复制到一个新的工作簿，再上传。"
    ),
    FileFault.UNPACKS_TOO_LARGE: "文件打开后太大，没有读。请把数据复制到一个新的工作簿，再上传。",
    FileFault.STRANGE_PACKING: f"文件的压缩方式不认识，没有读。{_SAVE_AS}",
    FileFault.MACROS: "文件里有宏，为了安全没有读。请另存为不带宏的 .xlsx，再上传。",
    FileFault.EXTERNAL_LINKS: (
        "表格里有指向别的文件的链接，没有读。请把数据复制后“选择性粘贴”为数值，再上传。"
    ),
    FileFault.ENTITIES: (
        "文件里有不该有的内容，为了安全没有读。请把数据复制到一个新的工作簿，再上传。"
    ),
    FileFault.OLD_CALENDAR: (
        "这个表格用的是 1904 日期系统，日期会差四年。请把数据复制到一个新的工作簿，再上传。"
    ),
    FileFault.TOO_MANY_ROWS: f"一次最多 {bounds.MOST_ROWS} 行，请分成几份。",
    FileFault.TOO_MANY_COLUMNS: (
        f"表格超过 {bounds.MOST_COLUMNS} 列（也可能是很靠右的地方多了一格）。"
        "请删去用不到的列，再上传。"
    ),
    FileFault.TOO_MUCH_TEXT: "表格里的文字太多，没有读。请分成几份。",
    FileFault.NO_SHEET: "文件里没有看得见的工作表。",
    FileFault.BLANK: "表格是空的，没有读到数据。",
    FileFault.TOO_MUCH_WORK: (
        "文件太复杂，读不完，没有读。请只把数据复制到一个新的工作簿，再上传。"
    ),
}

STATE_NAMES = {
    ImportState.WAITING: "等待处理",
    ImportState.READING: "正在检查",
    ImportState.PREVIEWED: "已检查，没有导入",
    ImportState.COMMITTING: "正在导入",
    ImportState.COMMITTED: "已导入",
    ImportState.FAILED: "没有导入",
}
STATE_TAGS = {
    ImportState.WAITING: "info",
    ImportState.READING: "info",
    ImportState.PREVIEWED: "warn",
    ImportState.COMMITTING: "info",
    ImportState.COMMITTED: "ok",
    ImportState.FAILED: "bad",
}
OUTCOME_NAMES = {
    Outcome.CREATED: "新增",
    Outcome.UPDATED: "更新",
    Outcome.UNCHANGED: "没有变化",
}

NOT_YOURS = "不在您管理的范围内，或没有这个宝宝屋。"
REQUIRED = "这一项要填写。"
A_FORMULA = "这是公式，结果可能已经过时；请把这一列复制后“选择性粘贴”为数值。"
AN_ERROR = "这是表格里的错误值，请改正。"
ANOTHER_ROW_SAYS_OTHERWISE = "和第 {row} 行说的是同一条，内容却不一样，请只留一行。"
NO_SUCH_KIND = "没有这种导入。可以选：{kinds}。"
CHOOSE_A_PLACE = "您管理的地方不止一处，请选择这次导入的是哪一处。"
NO_FILE = "请选择要上传的文件。"
NOT_READY = "这份文件还没有检查完，或者还有问题没有改正，不能导入。"
OUR_FAULT = "系统出错了，什么都没有导入，我们已经记录下来。请稍后再试一次。"
TOOK_TOO_LONG = "处理的时间太长，什么都没有导入。请分成几份，再上传。"
GONE = "您现在不能再往这里导入数据，什么都没有导入。"


def at(row: int | None, column: str | None, sentence: str) -> str:
    """A sentence with its place in the sheet in front.

    >>> at(7, "发证日期", "要填写。"), at(7, None, "重复。"), at(None, None, "空的。")
    ('第 7 行“发证日期”：要填写。', '第 7 行：重复。', '空的。')
    """
    if row is None:
        return sentence
    return f"第 {row} 行“{column}”：{sentence}" if column else f"第 {row} 行：{sentence}"
