"""The gallery of presets, the preview, and the buttons."""

from regulars.presets.installer.models import Installation


def test_the_gallery_says_what_each_preset_promises(li):
    page = li.read_in("en").text("presets/")
    assert page.index("My trade") < page.index("Tea shop") < page.index("More models")
    assert page.index("More models") < page.index("Stamp card")
    assert "Example: a sale of ¥128.00 brings a member 128 growth value, 128 leaves." in page
    assert "gifts, which the till sells as category “gift”, earn 2." in page
    assert "Not yet in this version" in page
    chinese = li.read_in("zh-hans").text("presets/")
    for words in ("我的行业", "更多玩法", "茶饮店", "每实付 ¥1.00 得 1 片茶叶", "当前版本尚不支持"):
        assert words in chinese, words


def test_a_preset_is_previewed_installed_and_ended(li):
    page = li.read_in("en").text("presets/tea-shop/")
    assert page.count("is made") == 9 + 1  # the rows, and the count above them
    assert page.count("is there already") == 1 + 1  # the shop has a store
    assert 'value="install"' in page
    assert li.post("presets/tea-shop/", {"do": "install"}).status_code == 302
    page = li.text("presets/tea-shop/")
    assert "Everything of it is installed." in page
    assert "Tea shop" in li.text("presets/")
    asked = li.text("presets/tea-shop/?do=end")
    assert "Ends now" in asked and "Tea leaves" in asked and "stays theirs" in asked
    assert li.post("presets/tea-shop/", {"do": "end"}).status_code == 200
    assert Installation.objects.get().ended_at is None
    assert li.post("presets/tea-shop/", {"do": "end", "confirmed": "yes"}).status_code == 302
    assert Installation.objects.get().ended_at is not None
    assert "starts again" in li.text("presets/tea-shop/")


def test_a_newer_version_says_what_it_would_change(li):
    li.post("presets/tea-shop/", {"do": "install"})
    Installation.objects.update(version=0)
    page = li.read_in("en").text("presets/tea-shop/")
    assert "Version 0 is installed, version 2 is ready." in page
    assert "Take the new version" in page


def test_what_is_in_the_way_is_said_and_there_is_no_button(li):
    page = li.read_in("zh-hans").text("presets/beans/")
    assert "有冲突" in page
    assert "内容不同" in page
    assert 'value="install"' not in page
    # Pressed in another window all the same: refused, and said.
    li.post("presets/beans/", {"do": "install"})
    assert not Installation.objects.exists()
    assert "未做任何更改" in li.text("presets/beans/")


def test_who_may_only_look(desk):
    desk.sign_in("oz")
    assert 'value="install"' not in desk.text("presets/tea-shop/")
    desk.post("presets/tea-shop/", {"do": "install"})
    assert not Installation.objects.exists()


def test_an_unknown_preset_is_not_found(li):
    assert li.get("presets/nothing/").status_code == 404
