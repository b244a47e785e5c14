"""Refusals of backup and restore."""

from regulars.foundation.errors import RegularsError


class BackupFileExists(RegularsError):
    code = "backup_file_exists"
    status = 409
    text = {
        "en": "{file} exists already, and a backup never overwrites anything. Name another file.",
        "zh-Hans": "{file} 已存在；备份不会覆盖任何文件，请换一个文件名。",
    }


class BackupFailed(RegularsError):
    code = "backup_failed"
    status = 500
    text = {
        "en": "The backup was not made: {problem}. Put that right and run it again.",
        "zh-Hans": "备份未完成：{problem}。请处理后重新运行。",
    }


class BackupUnreadable(RegularsError):
    code = "backup_unreadable"
    status = 422
    text = {
        "en": "{file} is no whole backup: {problem}. Use another copy.",
        "zh-Hans": "{file} 不是完整的备份：{problem}。请改用另一份。",
    }


class BackupOfNewerVersion(RegularsError):
    code = "backup_of_newer_version"
    status = 409
    text = {
        "en": "This backup was made by Regulars {version}, which is newer. Install that version "
        "first, then restore.",
        "zh-Hans": "该备份由更新的版本 {version} 制作；请先安装该版本，再恢复。",
    }


class DatabaseNotEmpty(RegularsError):
    code = "database_not_empty"
    status = 409
    text = {
        "en": "The database already holds {tables} tables, and a restore never overwrites "
        "anything. Set REGULARS_DATA_DIR to a new folder (or DATABASE_URL to an empty database).",
        "zh-Hans": "数据库中已有 {tables} 张表；恢复不会覆盖任何数据。"
        "请把 REGULARS_DATA_DIR 设为新文件夹（或把 DATABASE_URL 指向空数据库）。",
    }


class RestoreFailed(RegularsError):
    code = "restore_failed"
    status = 500
    text = {
        "en": "Nothing was restored: {problem}. Put that right and run it again.",
        "zh-Hans": "恢复未完成，未写入任何数据：{problem}。请处理后重新运行。",
    }


class RestoreDiffers(RegularsError):
    code = "restore_differs"
    status = 500
    text = {
        "en": "The table {table} came back with {found} rows instead of {expected}. Don't use "
        "this database; restore another copy into a new folder.",
        "zh-Hans": "数据表 {table} 应有 {expected} 行，恢复后为 {found} 行。"
        "请勿使用该数据库，改用另一份备份恢复到新文件夹。",
    }


class RestoreUnfinished(RegularsError):
    code = "restore_unfinished"
    status = 409
    text = {
        "en": "A restore into {folder} was interrupted. Restore the backup into a new folder "
        "(REGULARS_DATA_DIR), or an empty database, and use that one.",
        "zh-Hans": "{folder} 中的恢复曾被中断。请把备份恢复到新文件夹（REGULARS_DATA_DIR）"
        "或空数据库后再使用。",
    }
