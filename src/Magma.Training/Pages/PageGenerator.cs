using System.Text;

namespace Magma.Training.Pages;

/// <summary>
/// Makes pages with varied themes, languages, densities and parts, as pictures with known truth for training a detector: their documents tell what can be
/// used. The same seed and number give the same bytes everywhere. Pages load nothing from anywhere.
/// </summary>
public static partial class PageGenerator
{
    private static readonly Func<PageTheme, string>[] s_parts =
    [
        Form, Form, Table, Table, Cards, Tiles, List, Article, Gallery, Tabs, Toolbar, Choices, Settings, Buttons, Accordion, Menus, Calendar, Search, Login, Chat, Chips, Notes, Pagination,
        Hero, Table, Code, Month, Steps, Timeline, Swatches, Alerts, Pairs, People, Disabled, Heads, Groups, Dropdown, Stats, Stats, Chart, Chart, Records, Records, Records, Upload, Ratings,
        Data, Data, Data, Data, Ledger, Ledger, Sheet, Sheet, Profile, Profile, Projects, Projects, Activity, Activity, Progress, Progress, Donut, Accents, Accents, Days, Days,
        Files, Files, Slide, Slide, Product, Faces, Faces, States, States, Kinds, Kinds, Kinds, Comment, Comment, Groupings, Groupings, Groupings, Labels, Rules, Plain, Lines, Todo, Illustrated,
    ];

    /// <summary>Makes one page.</summary>
    /// <param name="seed">Decides about all pages.</param>
    /// <param name="page">Which page, from 0.</param>
    /// <returns>A whole HTML document.</returns>
    public static string Make(long seed, int page)
    {
        var theme = new PageTheme(seed, page);
        var html = new StringBuilder();
        html.Append($"<!doctype html>\n<html{(theme.FromRight ? " dir=\"rtl\"" : "")}>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append($"<title>{theme.Words(1, 3)}</title>\n<style>\n{theme.Css}\n</style>\n<body>\n");
        html.Append(theme.Chance(0.13) ? Entry(theme) : Frame(theme));
        if (theme.Chance(0.15)) html.Append(Usable(theme, "class=\"fab circle\" aria-label=\"add\"", theme.Icon(24)));
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static string Repeat(PageTheme theme, int least, int most, Func<int, string> one, string before, string after) =>
        before + string.Concat(Enumerable.Range(0, theme.Between(least, most)).Select(one)) + after;

    private static string Button(PageTheme t)
    {
        string look = t.Pick("", "", "two", "two", "danger", "ok", "text", "s");
        string off = t.Chance(0.1) ? " disabled" : "";
        string face = t.Pick(t.Words(1, 2), t.Words(1, 3), t.Icon() + t.Words(1, 2), t.Words(1, 1) + t.Icon(16));
        return t.Chance(0.3) ? $"<a class=\"b {look}\" href=\"#\">{face}</a> " : $"<button class=\"b {look}\"{off}>{face}</button> ";
    }

    /// <summary>A link or a button.</summary>
    private static string Usable(PageTheme t, string attributes, string face) =>
        t.Chance(0.5) ? $"<a href=\"#\" {attributes}>{face}</a>" : $"<button {attributes}>{face}</button>";

    private static string IconButton(PageTheme t) => $"<button class=\"i\" aria-label=\"{t.Words(1, 1)}\">{t.Icon()}</button>";

    private static string Field(PageTheme t)
    {
        string label = t.Chance(0.8) ? $"<label class=\"l\">{t.Words(1, 3)}</label>" : "";
        string hint = t.Chance(0.6) ? $" placeholder=\"{t.Words(1, 4)}\"" : "", value = t.Chance(0.4) ? $" value=\"{t.Words(1, 3)}\"" : "";
        string field = t.Below(10) switch
        {
            0 or 1 => $"<select class=\"f\"><option>{t.Words(1, 2)}<option>{t.Words(1, 2)}</select>",
            2 => $"<textarea class=\"f\" rows=\"{t.Between(2, 7)}\"{hint}>{t.Pick("", "", t.Words(3, 12))}</textarea>",
            3 => $"<input class=\"f\" type=\"date\" value=\"2024-0{t.Between(1, 9)}-1{t.Below(9)}\">",
            4 => $"<input class=\"f\" type=\"number\" value=\"{t.Below(500)}\">",
            5 => "<input class=\"f\" type=\"password\" value=\"12345678\">",
            6 => Group(t, $"<input class=\"f\"{hint}{value}>", ""),
            _ => $"<input class=\"f\"{hint}{value}>",
        };
        return $"<div>{label}{field}{(t.Chance(0.15) ? $"<div class=\"hint\">{t.Words(3, 8)}</div>" : "")}</div>";
    }

    private static string Form(PageTheme t) =>
        Repeat(t, 2, 7, _ => Field(t), $"<form class=\"card\"><h3>{t.Words(1, 3)}</h3><div{(t.Chance(0.5) ? " class=\"grid\"" : "")}>", "</div>")
        + Check(t) + $"<div class=\"row\">{Repeat(t, 1, 3, _ => Button(t), "", "")}</div></form>";

    private static string Check(PageTheme t) =>
        $"<label class=\"c\"><input type=\"{t.Pick("checkbox", "radio")}\"{(t.Chance(0.4) ? " checked" : "")}>{t.Words(1, 4)}</label>";

    private static string Switch(PageTheme t) => $"<input type=\"checkbox\" class=\"sw\"{(t.Chance(0.5) ? " checked" : "")} aria-label=\"{t.Words(1, 1)}\">";

    private static string Table(PageTheme t)
    {
        bool box = t.Chance(0.4), link = t.Chance(0.6), sort = t.Chance(0.25);
        int columns = t.Between(2, 5), acts = t.Below(4), kind = t.Below(3);
        string head = (box ? "<th><input type=\"checkbox\"></th>" : "")
            + string.Concat(Enumerable.Range(0, columns).Select(_ => sort ? $"<th tabindex=\"0\" role=\"button\" onclick=\"\">{t.Words(1, 1)} {t.Icon(16)}</th>" : $"<th>{t.Words(1, 2)}</th>"))
            + (acts > 0 ? "<th></th>" : "");
        string Cell(int column) => column switch
        {
            0 when link => $"<a href=\"#\">{t.Words(1, 3)}</a>",
            1 when kind == 0 => $"<span class=\"tag{t.Pick("", " v")}\">{t.Words(1, 1)}</span>",
            2 when kind == 1 => $"<div class=\"progress\"><i style=\"width:{t.Below(100)}%\"></i></div>",
            _ => t.Pick(t.Words(1, 3), t.Words(1, 2), $"{t.Below(9000)}.{t.Between(10, 99)}", $"{t.Between(1, 28)}.{t.Between(1, 12)}.2024"),
        };
        string act = t.Pick("icon", "button", "link");
        string Act() => act switch { "icon" => IconButton(t), "button" => $"<button class=\"b s\">{t.Words(1, 1)}</button> ", _ => $"<a href=\"#\">{t.Words(1, 1)}</a> " };
        return Repeat(
            t, 3, 10, _ => $"<tr>{(box ? $"<td><input type=\"checkbox\"{(t.Chance(0.2) ? " checked" : "")}></td>" : "")}"
                + string.Concat(Enumerable.Range(0, columns).Select(column => $"<td>{Cell(column)}</td>"))
                + (acts > 0 ? $"<td>{string.Concat(Enumerable.Range(0, acts).Select(_ => Act()))}</td>" : "") + "</tr>",
            $"<div class=\"card\">{(t.Chance(0.4) ? $"<h3>{t.Words(1, 3)}</h3>" : "")}{(t.Chance(0.4) ? Search(t) : "")}<table><tr>{head}</tr>",
            $"</table>{(t.Chance(0.4) ? Pagination(t) : "")}</div>");
    }

    private static string Cards(PageTheme t)
    {
        bool picture = t.Chance(0.5), buttons = t.Chance(0.6);
        int width = t.Between(160, 380), height = t.Between(80, 220);
        return Repeat(
            t, 2, 6, _ => $"<div class=\"card\">{(picture ? t.Picture(width, height) : "")}<h3>{(t.Chance(0.3) ? $"<a href=\"#\">{t.Words(1, 3)}</a>" : t.Words(1, 3))}</h3><p>{t.Words(5, 18)}</p>"
                + (buttons ? Repeat(t, 1, 2, _ => Button(t), "", "") : $"<a href=\"#\">{t.Words(1, 3)}{t.Pick("", " ›", " →")}</a>") + "</div>",
            "<div class=\"grid\">", "</div>");
    }

    private static string Tiles(PageTheme t) =>
        Repeat(
            t, 3, 6, _ => $"<div class=\"card tile\"><small>{t.Words(1, 3)}</small><b>{t.Between(1, 99)}{t.Pick("", "%", " k", ".5")}</b>"
                + t.Pick("", $"<div class=\"progress\"><i style=\"width:{t.Below(100)}%\"></i></div>", $"<span class=\"tag v\">+{t.Below(20)}%</span>", t.Icon(32)) + "</div>",
            "<div class=\"grid\">", "</div>");

    private static string List(PageTheme t)
    {
        bool linked = t.Chance(0.6), avatars = t.Chance(0.5), end = t.Chance(0.5);
        return Repeat(
            t, 3, 8, _ => $"<{(linked ? "a href=\"#\"" : "div")}>{(avatars ? $"<span class=\"avatar\">{t.Words(1, 1)[..1]}</span>" : t.Icon(20))}"
                + $"<span>{t.Words(1, 4)}{(t.Chance(0.6) ? $"<br><span class=\"hint\">{t.Words(2, 7)}</span>" : "")}</span>"
                + $"<span class=\"x\">{(linked ? (end ? t.Icon(16) : t.Below(20).ToString(System.Globalization.CultureInfo.InvariantCulture)) : t.Pick(Switch(t), IconButton(t), Button(t)))}</span></{(linked ? "a" : "div")}>",
            "<div class=\"card list\" style=\"padding:0\">", "</div>");
    }

    private static string Article(PageTheme t) =>
        Repeat(
            t, 1, 4, _ => $"<p>{t.Words(12, 40)} {(t.Chance(0.6) ? $"<a href=\"#\">{t.Words(1, 4)}</a>" : $"<b>{t.Words(1, 2)}</b>")} {t.Words(5, 30)}.</p>",
            $"<article><h2>{t.Words(2, 6)}</h2>", "</article>");

    private static string Code(PageTheme t) => Repeat(t, 3, 8, _ => $"{t.Words(1, 3)} = {t.Words(1, 2)}({t.Below(99)});\n", "<pre>", "</pre>");

    private static string Gallery(PageTheme t)
    {
        bool linked = t.Chance(0.6), named = t.Chance(0.5);
        int width = t.Between(90, 240), height = t.Between(70, 200);
        return Repeat(
            t, 3, 10, _ => $"<div style=\"width:{width}px\">{(linked ? $"<a href=\"#\" style=\"display:block\">{t.Picture(width, height)}</a>" : t.Picture(width, height))}"
                + (named ? $"<div>{(t.Chance(0.5) ? $"<a href=\"#\">{t.Words(1, 2)}</a>" : t.Words(1, 2))}</div>" : "") + "</div>",
            "<div class=\"row\" style=\"margin-bottom:16px\">", "</div>");
    }

    private static string Tabs(PageTheme t)
    {
        int chosen = t.Below(3);
        bool buttons = t.Chance(0.5), icons = t.Chance(0.3);
        return Repeat(
            t, 3, 6, n => $"<{(buttons ? "button" : "a href=\"#\"")} role=\"tab\" class=\"{(n == chosen ? "on" : "")}\">{(icons ? t.Icon(16) : "")} {t.Words(1, 2)}</{(buttons ? "button" : "a")}>",
            "<div class=\"tabs\" role=\"tablist\">", $"</div><p>{t.Words(6, 24)}</p>");
    }

    private static string Toolbar(PageTheme t) =>
        Repeat(t, 3, 12, _ => t.Chance(0.85) ? IconButton(t) : "<span style=\"border-left:1px solid var(--line)\">&nbsp;</span>", "<div class=\"row card\" role=\"toolbar\">", "</div>");

    private static string Choices(PageTheme t) =>
        Repeat(t, 3, 8, _ => Check(t), $"<div class=\"card\"><h4>{t.Words(1, 3)}</h4>", $"{(t.Chance(0.5) ? $"<div><input type=\"range\" value=\"{t.Below(100)}\"></div>" : "")}</div>");

    private static string Settings(PageTheme t) =>
        Repeat(
            t, 2, 6, _ => $"<div><span>{t.Words(1, 4)}{(t.Chance(0.5) ? $"<br><span class=\"hint\">{t.Words(3, 8)}</span>" : "")}</span><span class=\"x\">"
                + t.Pick(Switch(t), Switch(t), $"<input type=\"range\" value=\"{t.Below(100)}\">", $"<select class=\"f\"><option>{t.Words(1, 1)}</select>", $"<a href=\"#\">{t.Words(1, 1)}</a>") + "</span></div>",
            "<div class=\"card list\">", "</div>");

    private static string Buttons(PageTheme t) => Repeat(t, 3, 9, _ => Button(t), "<div class=\"row\" style=\"margin-bottom:16px\">", "</div>");

    private static string Accordion(PageTheme t) =>
        Repeat(
            t, 2, 5, n => $"<details{(n == 0 && t.Chance(0.5) ? " open" : "")}><summary style=\"padding:{t.Between(4, 12)}px 0\">{t.Words(2, 6)}</summary><p>{t.Words(8, 20)}</p></details>",
            "<div class=\"card\">", "</div>");

    private static string Menus(PageTheme t)
    {
        bool icons = t.Chance(0.5);
        return Repeat(t, 3, 7, _ => t.Chance(0.5) ? $"<a href=\"#\">{(icons ? t.Icon(16) : "")}{t.Words(1, 3)}</a>" : $"<button>{(icons ? t.Icon(16) : "")}{t.Words(1, 3)}</button>", "<div class=\"menu\" style=\"margin-bottom:16px\">", "</div>");
    }

    private static string Calendar(PageTheme t)
    {
        int chosen = t.Below(28);
        return $"<div class=\"card\" style=\"width:{t.Between(240, 420)}px\"><div class=\"row\"><b>{t.Words(1, 1)} 2024</b><span class=\"x\">{IconButton(t)}{IconButton(t)}</span></div><div class=\"cal\">"
            + string.Concat("Mo Tu We Th Fr Sa Su".Split(' ').Select(day => $"<small>{day}</small>")) + string.Concat(Enumerable.Range(1, 35).Select(day => $"<button class=\"{(day == chosen ? "on" : day > 30 ? "hint" : "")}\">{(day > 30 ? day - 30 : day)}</button>")) + "</div></div>";
    }

    private static string Search(PageTheme t) =>
        $"<div style=\"display:flex;gap:6px;align-items:flex-start;margin-bottom:8px\"><input class=\"f\" style=\"flex:1\" type=\"search\" placeholder=\"{t.Words(1, 3)}\">{(t.Chance(0.6) ? Button(t) : IconButton(t))}</div>";

    private static string Chat(PageTheme t) =>
        Repeat(
            t, 2, 6, n => $"<div style=\"display:flex;gap:8px;margin:8px 0;{(n % 2 == 1 ? "flex-direction:row-reverse" : "")}\"><span class=\"avatar\">{t.Words(1, 1)[..1]}</span><span class=\"note\" style=\"margin:0\">{t.Words(3, 14)}</span></div>",
            "<div class=\"card\">", $"<div style=\"display:flex;gap:8px\">{IconButton(t)}<input class=\"f\" placeholder=\"{t.Words(1, 3)}\">{Button(t)}</div></div>");

    private static string Chips(PageTheme t)
    {
        bool usable = t.Chance(0.6);
        return Repeat(t, 3, 9, _ => usable ? $"<button class=\"chip\">{t.Words(1, 2)}{(t.Chance(0.4) ? " ×" : "")}</button> " : t.Chance(0.3) ? $"<span class=\"chip\">{t.Words(1, 2)}<button class=\"close\" aria-label=\"remove\">×</button></span> " : $"<span class=\"tag{t.Pick("", " v")}\">{t.Words(1, 2)}</span> ", "<p>", "</p>");
    }

    private static string Notes(PageTheme t) =>
        Repeat(t, 1, 3, _ => $"<div class=\"note\">{t.Icon(20)}<span>{t.Words(4, 14)}</span><span class=\"x\">{t.Pick("", IconButton(t), $"<a href=\"#\">{t.Words(1, 1)}</a>")}</span></div>", "", "");

    private static string Pagination(PageTheme t)
    {
        int chosen = t.Below(4);
        return Repeat(t, 3, 8, n => $"<li><a href=\"#\"{(n == chosen ? " class=\"on\"" : "")}>{(n == 0 ? t.Pick("‹", t.Words(1, 1)) : n)}</a></li>", "<ul class=\"pages\">", $"<li><a href=\"#\">{t.Pick("›", t.Words(1, 1))}</a></li></ul>");
    }

    private static string Hero(PageTheme t) =>
        $"<section style=\"padding:{t.Between(20, 80)}px 20px;text-align:{t.Pick("center", "start")};background:{t.Pick("#8882", "none", "linear-gradient(90deg,#8884,#8881)")};margin-bottom:20px\"><h1 style=\"font-size:{t.Pick("2rem", "3rem")}\">{t.Words(2, 6)}</h1>"
        + $"<p>{t.Words(6, 18)}</p>{Button(t)}{(t.Chance(0.6) ? Button(t) : "")}</section>";
}
