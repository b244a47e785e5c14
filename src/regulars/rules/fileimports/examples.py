"""Ready mappings: examples of what counter systems export. Headings differ between versions."""

from regulars.rules.fileimports.types import MEMBERS, MappingView

EXAMPLES: tuple[MappingView, ...] = (
    MappingView(
        "example-counter-card",
        MEMBERS,
        {
            "card": "会员卡号",
            "name": "会员姓名",
            "phone": "手机号码",
            "level:@": "会员等级",
            "amount:@principal": "储值余额",
            "amount:@bonus": "赠送余额",
            "amount:@points": "可用积分",
            "joined_on": "开卡日期",
            "store": "开卡门店",
        },
        is_example=True,
    ),
    MappingView(
        "example-till-member",
        MEMBERS,
        {
            "external_id": "会员编号",
            "name": "姓名",
            "phone": "电话",
            "level:@": "会员级别",
            "amount:@principal": "余额",
            "amount:@points": "积分",
            "expires:@points": "积分到期日",
            "joined_on": "登记日期",
            "store": "所属门店",
        },
        is_example=True,
    ),
)
