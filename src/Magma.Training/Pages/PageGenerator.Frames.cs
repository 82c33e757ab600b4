namespace Magma.Training.Pages;

/// <content>What lies around a page's parts: bars, menus at the side, the way to the page and its heading.</content>
public static partial class PageGenerator
{
    private static string Frame(PageTheme t)
    {
        bool side = t.Chance(0.65), band = t.Chance(0.2), within = band || t.Chance(0.5), bar = t.Chance(0.85);
        string paint = t.Pick("var(--main)", "linear-gradient(90deg,var(--main),#223)", $"linear-gradient(135deg,var(--main),{t.Tint()})");
        string top = bar ? Bar(t, band) : "";
        string parts = Head(t, band);
        for (int count = t.Between(5, 9); count > 0; count--) parts += Rank(t);
        string column = side || t.Chance(0.6) ? "" : $" style=\"max-width:{t.Between(600, 1100)}px;margin:auto\"";
        return (band ? $"<div class=\"band\" style=\"background:{paint}\"></div>" : "") + (within ? "" : top)
            + $"<div style=\"display:flex\">{(side ? Side(t, band) : "")}<div style=\"flex:1;min-width:0\">{(within ? top : "")}<main{column}>{parts}</main></div></div>\n"
            + (t.Chance(0.4) ? Foot(t) : "")
            + (t.Chance(0.12) ? Repeat(t, 3, 5, _ => $"<a href=\"#\">{t.Icon()}{t.Words(1, 1)}</a>", "<nav class=\"low\">", "</nav>") : "");
    }

    private static string Rank(PageTheme t)
    {
        string Part() => t.Pick<Func<PageTheme, string>>(s_parts)(t);
        return t.Chance(0.55) ? Part() + '\n'
            : $"<div class=\"cols\" style=\"grid-template-columns:{t.Pick("1fr 1fr", "2fr 1fr", "3fr 2fr", "1fr 2fr")}\"><div>{Part()}</div><div>{Part()}</div></div>\n";
    }

    private static string Head(PageTheme t, bool within)
    {
        string look = within ? " in" : "";
        string over = t.Chance(0.25) ? $"<div class=\"over\">{t.Words(1, 1)}{(t.Chance(0.3) ? $" · <a href=\"#\" class=\"none\">{t.Words(1, 1)}</a>" : "")}</div>" : "";
        string title = t.Chance(0.8) ? $"<h1>{t.Words(1, 4)}</h1>" : "";
        string acts = t.Chance(0.4) ? $"<span class=\"x row\">{Repeat(t, 1, 3, _ => Button(t), "", "")}</span>" : "";
        return $"<div class=\"row{look}{t.Pick("", " tight", " tight")}\" style=\"margin-bottom:{t.Between(10, 26)}px\"><div>{(t.Chance(0.55) ? Crumbs(t, look) : "")}{over}{title}</div>{acts}</div>\n";
    }

    private static string Crumbs(PageTheme t, string look)
    {
        string cut = t.Pick("/", "/", "›", "»", "→", "·"), home = t.Chance(0.2) ? $"<a href=\"#\" aria-label=\"home\">{t.Icon(14)}</a>" : $"<a href=\"#\">{t.Phrase("Home", "Pages", "Dashboard", "Home")}</a>";
        return $"<nav class=\"crumbs{look}\">{home}<span>{cut}</span>{Repeat(t, 0, 2, _ => $"<a href=\"#\">{t.Words(1, 1)}</a><span>{cut}</span>", "", "")}{t.Pick($"<span>{t.Words(1, 2)}</span>", $"<b>{t.Words(1, 2)}</b>")}</nav>";
    }

    private static string Bar(PageTheme t, bool clear)
    {
        bool full = t.Chance(0.4), bare = t.Chance(0.6), shown = t.Chance(0.5);
        string brand = !t.Chance(0.7) ? "" : t.Chance(0.5) ? $"<a href=\"#\" style=\"text-decoration:none\"><b>{t.Words(1, 2)}</b></a>" : $"<b>{t.Pick("", t.Icon(22))} {t.Words(1, 2)}</b>";
        int chosen = t.Below(6);
        string links = t.Chance(0.55) ? Repeat(t, 2, 6, n => $"<a href=\"#\" class=\"nav{(n == chosen ? " on" : "")}\">{t.Words(1, 2)}</a>", "", "") : "";
        string field = $"<input class=\"f\" style=\"margin:0\" placeholder=\"{t.Phrase("Search…", "Search for...", "Type here...", "Search pages")}\">", width = $"style=\"width:{t.Between(140, 380)}px;margin:0\"";
        string search = !t.Chance(0.6) ? "" : t.Below(3) switch
        {
            0 => Group(t, field, width),
            1 => field.Replace("style=\"margin:0\"", width, StringComparison.Ordinal),
            _ => $"<span class=\"find\" {width}>{t.Icon(16)}{field}{t.Pick("", "<kbd>⌘K</kbd>", "<kbd>/</kbd>")}</span>",
        };
        string name = t.Pick("", $"<span>{t.Words(1, 2)}</span>"), face = Person(t);
        string person = t.Chance(0.5) ? Usable(t, "class=\"who bare\"", shown ? name + face : face + name) : "";
        string cut = person.Length > 0 && t.Chance(0.4) ? "<span class=\"cut\"></span>" : "";
        string end = Repeat(t, 0, 5, _ => bare ? BareIcon(t) : IconButton(t), "", "") + (t.Chance(0.3) ? Button(t) : t.Chance(0.3) ? $"<a href=\"#\"><b>{t.Phrase("Sign In", "Log in", "Docs")}</b></a>" : "") + cut + person;
        string place = t.Chance(0.25) ? Crumbs(t, " in\" style=\"color:inherit;margin:0") : "";
        return $"<header class=\"bar{(full ? " full" : "")}{(clear ? " clear in" : "")}\">{(t.Chance(0.4) ? t.Pick(IconButton(t), BareIcon(t)) : "")}{brand}{place}{links}{search}<span class=\"x\"></span>{end}</header>\n";
    }

    private static string BareIcon(PageTheme t)
    {
        string face = t.Icon(t.Between(14, 24)) + (t.Chance(0.3) ? $"<sup>{t.Between(1, 30)}</sup>" : ""), style = $"class=\"bare\" style=\"padding:{t.Between(4, 12)}px\" aria-label=\"{t.Words(1, 1)}\"";
        return Usable(t, style, face);
    }

    private static string Side(PageTheme t, bool floating)
    {
        bool icons = t.Chance(0.75), more = t.Chance(0.5), heads = t.Chance(0.75), sub = t.Chance(0.4), tinted = t.Chance(0.25), cuts = t.Chance(0.3);
        int chosen = t.Below(6), every = t.Between(2, 6);
        string head = t.Pick("small class=\"up\"", "small class=\"up\"", "b", "small");
        string brand = t.Chance(0.6) ? $"<{t.Pick("a href=\"#\"", "div")} class=\"brand\">{(t.Chance(0.3) ? t.Drawing(28, 28) : t.Icon(24))}{t.Words(1, 2)}" : "";
        if (brand.Length > 0) brand += brand.StartsWith("<a", StringComparison.Ordinal) ? "</a>" : "</div>";
        string face = $"{Person(t)}<span>{t.Words(1, 2)}<br><span class=\"hint\">{t.Words(1, 2)}</span></span>";
        string profile = t.Pick("", "", $"<a href=\"#\" class=\"last\">{face}</a>", $"<div class=\"brand last\">{face}<span class=\"x\">{BareIcon(t)}</span></div>");
        string Sign() => tinted ? t.Icon(18).Replace("<svg ", $"<svg style=\"color:{t.Tint()}\" ", StringComparison.Ordinal) : t.Icon(18);
        string Under() => t.Chance(0.5)
            ? Repeat(t, 2, 5, _ => $"<a href=\"#\">{t.Pick("", "• ")}{t.Words(1, 2)}</a>", "<div class=\"sub\">", "</div>")
            : Repeat(t, 2, 4, _ => $"<a href=\"#\">{t.Words(1, 1)}</a>", $"<div class=\"fill\"><small class=\"up hint\" style=\"padding:4px 16px;display:block\">{t.Words(1, 2)}:</small>", "</div>");
        string Row(int n) => $"<a href=\"#\"{(n == chosen ? " class=\"on\"" : "")}>{(icons ? Sign() : "")}{t.Words(1, 2)}"
            + $"{(more && t.Chance(0.4) ? t.Pick($"<span class=\"tag x\">{t.Below(90)}</span>", $"<span class=\"x\">{t.Icon(14)}</span>") : "")}</a>{(sub && t.Chance(0.15) ? Under() : "")}";
        string promo = t.Chance(0.3)
            ? $"<div class=\"promo\">{t.Drawing(t.Between(60, 110), t.Between(50, 90))}<div><b>{t.Words(1, 3)}</b></div><p>{t.Words(3, 8)}</p>{Repeat(t, 1, 2, _ => $"<a href=\"#\" class=\"b wide s\">{t.Words(1, 2)}</a>", "", "")}</div>" : "";
        string turn = t.Chance(0.2) ? $"<button class=\"turn\" aria-label=\"fold\">{t.Icon(16)}</button>" : "";
        string look = (floating || t.Chance(0.1) ? " float" : "") + (cuts ? " flat\" style=\"padding:0" : "");
        return Repeat(
            t, 5, 16, n => (heads && n % every == 0 ? $"{(cuts && n > 0 ? "<hr style=\"width:85%;opacity:.3\">" : "")}<{head}>{t.Words(1, 2)}</{head.Split(' ')[0]}>" : "") + Row(n),
            $"<nav class=\"side{look}\">{brand}", $"{turn}{promo}{profile}</nav>\n");
    }

    private static string Foot(PageTheme t) =>
        Repeat(t, 1, 4, _ => Repeat(t, 2, 6, _ => $"<a href=\"#\">{t.Words(1, 3)}</a>", $"<div><b>{t.Words(1, 2)}</b>", "</div>"), $"<footer class=\"foot{t.Pick("", " tight")}\">",
            $"<span class=\"hint x\">© 2024 {t.Words(1, 2)}{t.Pick("", $", <a href=\"#\" style=\"display:inline\">{t.Words(1, 2)}</a>", Social(t))}</span></footer>\n");
}
