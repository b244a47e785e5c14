"""Refusals of backup and restore."""

from regulars.foundation.errors import RegularsError, Told


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


class BackupCutOff(BackupUnreadable):
    code = "backup_cut_off"
    text = {
        "en": "{file} is not whole: its end is missing, as after a copy that broke off. Copy it "
        "again, or use another backup.",
        "zh-Hans": "{file} 不完整：缺少结尾，可能是复制时中断。请重新复制，或改用另一份备份。",
    }

    def __init__(self, *, file: object) -> None:
        super().__init__(file=file, problem=Told("its end is missing", "缺少结尾"))


class BackupChanged(BackupUnreadable):
    code = "backup_changed"
    text = {
        "en": "{file} was changed after it was made: a part of it is damaged, moved or not its "
        "own. Use another copy.",
        "zh-Hans": "{file} 在制作之后被改动：部分内容已损坏、错位或不属于它。请改用另一份。",
    }

    def __init__(self, *, file: object) -> None:
        super().__init__(file=file, problem=Told("it was changed", "已被改动"))


class BackupKeyNeeded(RegularsError):
    code = "backup_key_needed"
    status = 422
    text = {
        "en": "{file} is encrypted for the key {name}. Give that key: "
        "`regulars restore FILE --key KEYFILE`.",
        "zh-Hans": "{file} 已为备份密钥 {name} 加密。请提供该密钥："
        "regulars restore 备份文件 --key 密钥文件。",
    }


class BackupKeyWrong(RegularsError):
    code = "backup_key_wrong"
    status = 422
    text = {
        "en": "{file} opens with the key {wanted}; you gave {given}. Look for the key named "
        "{wanted}.",
        "zh-Hans": "{file} 需要备份密钥 {wanted}，而提供的是 {given}。请找出名为 {wanted} 的密钥。",
    }


class BackupKeyMistyped(RegularsError):
    code = "backup_key_mistyped"
    status = 422
    text = {
        "en": "That is no backup key: one has {letters} letters and digits, and its sum has to "
        "agree. Compare it letter by letter with your copy.",
        "zh-Hans": "备份密钥有误：应为 {letters} 个字母和数字，且校验相符。"
        "请与保存的密钥逐位核对。",
    }


class BackupKeyUnreadable(RegularsError):
    code = "backup_key_unreadable"
    status = 422
    text = {
        "en": "The key file {file} can't be used: {problem}. Name another file.",
        "zh-Hans": "无法使用密钥文件 {file}：{problem}。请指定另一个文件。",
    }


class BackupKeyFileExists(RegularsError):
    code = "backup_key_file_exists"
    status = 409
    text = {
        "en": "{file} exists already, and a key never overwrites anything. Name another file.",
        "zh-Hans": "{file} 已存在；密钥不会覆盖任何文件，请换一个文件名。",
    }


class BackupKeyTooNear(RegularsError):
    code = "backup_key_too_near"
    status = 422
    text = {
        "en": "In {folder} the key would lie beside what it protects. Write it to a stick, or "
        "leave --to out and note what is shown.",
        "zh-Hans": "密钥放在 {folder} 中就与备份同处一地，等于没有加密。请写入 U 盘，"
        "或不用 --to，抄下屏幕上显示的密钥。",
    }


class BackupKeyKnown(RegularsError):
    code = "backup_key_known"
    status = 409
    text = {
        "en": "Backups are encrypted for the key {name} already. `--replace` makes another; "
        "backups made until then still need {name}.",
        "zh-Hans": "备份已为密钥 {name} 加密。如需更换请加 --replace；"
        "此前的备份仍需用 {name} 打开。",
    }


class BackupKeyUnknown(RegularsError):
    code = "backup_key_unknown"
    status = 409
    text = {
        "en": "Backups are not encrypted here, so there is no key to compare with. "
        "Make one with `regulars backup-key`.",
        "zh-Hans": "本机的备份未加密，没有可核对的密钥。请用 regulars backup-key 生成。",
    }


class BackupKeyOther(RegularsError):
    code = "backup_key_other"
    status = 409
    text = {
        "en": "This is the key {given}, but backups are encrypted for {wanted}. Find the key "
        "{wanted}; if it is lost, make another with `regulars backup-key --replace` and a backup "
        "at once.",
        "zh-Hans": "这是密钥 {given}，而备份是为 {wanted} 加密的。请找出 {wanted}；若已丢失，"
        "请用 regulars backup-key --replace 更换，并立即备份。",
    }
