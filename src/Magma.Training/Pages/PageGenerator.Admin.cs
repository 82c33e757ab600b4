using System.Globalization;

namespace Magma.Training.Pages;

/// <content>Parts of administration pages, where much that is coloured or framed is there to be read only.</content>
public static partial class PageGenerator
{
    private static string Box(PageTheme t) => $"<span class=\"box\" style=\"background:{t.Tint()}\">{t.Icon(20)}</span>";

    private static string Person(PageTheme t) => t.Photos && t.Chance(0.9) ? t.Face("class=\"avatar\"") : $"<span class=\"avatar\" style=\"background:{t.Tint()}\">{t.Words(1, 1)[..1]}</span>";

    private static string Social(PageTheme t) => Repeat(t, 3, 5, _ => BareIcon(t), "<span>", "</span>");

    private static string Change(PageTheme t) => $"<span style=\"color:{t.Pick("#2a8a45", "#d33", "var(--quiet)")};font-size:.85rem\">{t.Pick("+", "-", "▲ ", "▼ ")}{t.Below(60)}%</span>";

    private static string Stats(PageTheme t)
    {
        bool boxed = t.Chance(0.7), first = t.Chance(0.5), change = t.Chance(0.6), link = t.Chance(0.25);
        return Repeat(
            t, 3, 6, _ => $"<div class=\"card\"><div style=\"display:flex;gap:12px;justify-content:space-between;flex-direction:{(first ? "row" : "row-reverse")}\">{(boxed ? Box(t) : "")}<div class=\"tile\"><small>{t.Words(1, 3)}</small>"
                + $"<b>{t.Pick("", "$", "€")}{t.Between(1, 99)}{t.Pick("", ",340", "%", "k")}</b>{(change ? Change(t) + " " + t.Words(1, 3) : "")}</div></div>{(link ? $"<a href=\"#\">{t.Words(1, 2)}</a>" : "")}</div>",
            "<div class=\"grid\">", "</div>");
    }

    private static string Chart(PageTheme t)
    {
        int points = t.Between(5, 12), height = t.Between(120, 280), step = t.Between(36, 70);
        bool bars = t.Chance(0.5);
        string paint = t.Tint(), path = "", marks = "";
        for (int n = 0; n < points; n++)
        {
            int x = 44 + n * step, y = t.Between(10, height - 20);
            path += $"{(n == 0 ? "M" : "L")}{x} {y}";
            if (bars) marks += $"<rect x=\"{x - 8}\" y=\"{y}\" width=\"16\" height=\"{height - y}\" rx=\"3\" fill=\"{paint}\"/>";
            marks += $"<text x=\"{x - 10}\" y=\"{height + 18}\">{CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames[n]}</text>";
        }

        for (int n = 0; n < 5; n++) marks += $"<path d=\"M30 {height - n * height / 5}h{points * step}\" stroke=\"#8884\"/><text x=\"0\" y=\"{height - n * height / 5}\">{n * 100}</text>";
        string legend = t.Chance(0.6) ? Repeat(t, 1, 4, _ => $"<span><i style=\"display:inline-block;width:10px;height:10px;border-radius:50%;background:{t.Tint()}\"></i> {t.Words(1, 1)}</span>", "<div class=\"row hint\">", "</div>") : "";
        string end = t.Pick("", BareIcon(t), $"<a href=\"#\">{t.Words(1, 2)}</a>", $"<select class=\"f\" style=\"width:auto;margin:0\"><option>{t.Words(1, 1)}</select>");
        return $"<div class=\"card\"><div class=\"head\">{t.Words(1, 3)}{end}</div><svg style=\"max-width:100%\" width=\"{points * step + 50}\" height=\"{height + 26}\" font-size=\"{t.Between(10, 13)}\" {t.Pick("", "font-family=\"Liberation Serif\"", "font-family=\"DejaVu Sans\"", "font-weight=\"600\"")} fill=\"{t.Pick("currentColor", "#999", "#bbb")}\">{marks}"
            + $"{(bars ? "" : $"<path d=\"{path}\" fill=\"none\" stroke=\"{paint}\" stroke-width=\"3\"/>")}</svg>{legend}</div>";
    }

    private static string Records(PageTheme t)
    {
        int columns = t.Between(2, 4), acts = t.Between(0, 3), shift = t.Below(4);
        bool named = t.Chance(0.7), linked = t.Chance(0.3), dots = t.Chance(0.4);
        string Cell(int kind) => kind switch
        {
            0 => $"<span class=\"tag\" style=\"background:{t.Tint()};color:#fff\">{t.Words(1, 1)}</span>",
            1 => t.Pick("$", "€") + $"{t.Between(1, 900)}.{t.Between(10, 99)}",
            2 => linked ? $"<a href=\"#\">#{t.Between(1000, 9999)}</a>" : $"#{t.Between(1000, 9999)}",
            _ => t.Pick($"{t.Between(1, 28)}/{t.Between(1, 12)}/24", t.Words(1, 2) + $"<br><span class=\"hint\">{t.Words(1, 2)}</span>"),
        };
        string name = linked ? "a href=\"#\"" : "b";
        string Row() => (named ? $"<td><span class=\"two-line\">{Person(t)}<span><{name}>{t.Words(2, 2)}</{name[..1]}><br><span class=\"hint\">{t.Words(1, 1)}@example.com</span></span></span></td>" : "")
            + string.Concat(Enumerable.Range(shift, columns).Select(column => $"<td>{Cell(column % 4)}</td>"))
            + $"<td>{(dots ? "<button class=\"bare\" aria-label=\"more\" style=\"padding:4px 8px\">⋯</button>" : string.Concat(Enumerable.Range(0, acts).Select(_ => BareIcon(t))))}</td>";
        return Repeat(
            t, 3, 9, _ => $"<tr>{Row()}</tr>",
            $"<div class=\"card\"><div class=\"head\">{t.Words(1, 3)}{(t.Chance(0.4) ? Button(t) : "")}</div><table class=\"plain\"><tr>{string.Concat(Enumerable.Range(0, columns + (named ? 1 : 0)).Select(_ => $"<th>{t.Words(1, 1)}</th>"))}<th></th></tr>",
            "</table></div>");
    }

    private static string Month(PageTheme t)
    {
        string cell = t.Pick("button", "div"), item = cell == "button" ? "span" : t.Pick("span", "a href=\"#\"", "button");
        string Event() => t.Chance(0.25) ? $"<{item} class=\"event\" style=\"background:{t.Tint()}\">{t.Words(1, 3)}</{item.Split(' ')[0]}>" : "";
        return $"<div class=\"card\"><div class=\"row\" style=\"margin-bottom:10px\">{IconButton(t)}{IconButton(t)}<h2 style=\"margin:auto\">{t.Words(1, 1)} 2024</h2>{Joined(t)}</div><div class=\"month\">"
            + string.Concat("Mon Tue Wed Thu Fri Sat Sun".Split(' ').Select(day => $"<b>{day}</b>"))
            + string.Concat(Enumerable.Range(1, 7 * t.Between(2, 5)).Select(day => $"<{cell}>{(day > 31 ? day - 31 : day)}{Event()}</{cell}>")) + "</div></div>";
    }

    private static string Steps(PageTheme t)
    {
        int done = t.Below(4);
        return Repeat(t, 3, 5, n => $"<div class=\"step\"><span class=\"avatar\"{(n <= done ? " style=\"background:var(--main);color:#fff\"" : "")}>{n + 1}</span><span>{t.Words(1, 2)}</span></div>", "<div class=\"card\"><div style=\"display:flex;gap:8px\">", $"</div><p></p>{t.Pick("", Button(t) + Button(t))}</div>");
    }

    private static string Timeline(PageTheme t) =>
        Repeat(t, 3, 6, _ => $"<div class=\"two-line\" style=\"margin-bottom:14px\">{Box(t)}<span><b>{t.Words(2, 5)}</b><br><span class=\"hint\">{t.Between(1, 28)} {t.Words(1, 1)} {t.Between(1, 12)}:30</span></span></div>", $"<div class=\"card\"><h3>{t.Words(1, 2)}</h3>", "</div>");

    private static string Swatches(PageTheme t) =>
        Repeat(t, 4, 8, _ => $"<div style=\"background:{t.Tint()};color:#fff;padding:{t.Between(10, 24)}px;border-radius:var(--corner)\">{t.Words(1, 1)}<div style=\"font-size:.8rem;opacity:.7\">#{t.Between(100000, 999999)}</div></div>", "<div class=\"grid\">", "</div>");

    private static string Alerts(PageTheme t)
    {
        bool close = t.Chance(0.6), toast = t.Chance(0.3);
        string end = close ? "<button class=\"close x\" aria-label=\"close\">×</button>" : "";
        return Repeat(
            t, 1, 4, _ => toast
                ? $"<div class=\"card\" style=\"max-width:340px\"><div class=\"head\">{t.Icon(16)}<span>{t.Words(1, 2)}</span><span class=\"hint\">{t.Between(2, 50)} min</span>{end}</div>{t.Words(4, 9)}</div>"
                : $"<div class=\"alert\" style=\"background:{t.Tint()};color:#fff\">{t.Pick("", t.Icon(18))}<span>{t.Words(3, 9)} {t.Pick("", $"<a href=\"#\" style=\"color:inherit\"><b>{t.Words(1, 2)}</b></a>")}</span>{end}</div>",
            "", "");
    }

    private static string Pairs(PageTheme t) =>
        Repeat(t, 3, 8, _ => $"<span class=\"hint\">{t.Words(1, 2)}</span><span>{t.Pick(t.Words(1, 4), t.Words(1, 3), $"<a href=\"#\">{t.Words(1, 2)}</a>")}</span>", $"<div class=\"card\"><div class=\"head\">{t.Words(1, 3)}</div><div class=\"pair\">", "</div></div>");

    private static string People(PageTheme t)
    {
        bool boxes = t.Chance(0.5);
        return Repeat(
            t, 2, 5, _ => $"<div class=\"row\" style=\"margin-bottom:8px\">{(boxes ? Check(t) : $"<b>{t.Words(1, 3)}</b>")}<span class=\"x people\">{Repeat(t, 2, 5, _ => Person(t), "", "")}</span></div>",
            $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>", "</div>");
    }

    private static string Disabled(PageTheme t) =>
        Repeat(t, 2, 6, _ => t.Chance(0.5) ? $"<button class=\"b {t.Pick("", "two", "danger", "ok")}\" disabled>{t.Words(1, 2)}</button>" : Button(t), "<div class=\"card\"><div class=\"row\">", $"</div><p></p><label class=\"l\">{t.Words(1, 2)}</label><input class=\"f\" disabled value=\"{t.Words(1, 2)}\"></div>");

    private static string Heads(PageTheme t) =>
        Repeat(t, 2, 4, _ => $"<div class=\"card\">{(t.Chance(0.4) ? $"<button class=\"head\">{t.Words(1, 3)}{t.Icon(14)}</button>" : $"<div class=\"head\">{t.Words(1, 3)}</div>")}<p>{t.Words(6, 20)}</p></div>", "<div class=\"grid\">", "</div>");

    private static string Joined(PageTheme t) => Repeat(t, 2, 5, n => $"<button class=\"b {(n == 0 ? "" : "two")}\">{t.Words(1, 1)}</button>", "<span class=\"joined\">", "</span>");

    private static string Groups(PageTheme t) => Repeat(t, 1, 3, _ => Joined(t), "<div>", $"{Social(t)}</div>");

    private static string Dropdown(PageTheme t) =>
        Repeat(t, 2, 5, _ => $"<a href=\"#\">{t.Icon(16)}{t.Words(1, 2)}</a>", $"<div class=\"menu\" style=\"margin-bottom:16px\"><div class=\"hint\" style=\"padding:4px 16px\">{t.Words(1, 2)}</div>", $"<hr><button>{t.Icon(16)}{t.Words(1, 2)}</button></div>");

    private static string Upload(PageTheme t) =>
        $"<div class=\"card\"><h4>{t.Words(1, 2)}</h4>{t.Pick("<input type=\"file\">", $"<div class=\"drop\">{t.Icon(32)}<p>{t.Words(3, 7)}</p>{Button(t)}</div>")}</div>";

    private static string Ratings(PageTheme t)
    {
        string star = t.Pick("button", "span");
        return Repeat(t, 1, 4, _ => $"<div class=\"row\">{Person(t)}<b>{t.Words(1, 3)}</b><span>{string.Concat(Enumerable.Range(0, 5).Select(_ => $"<{star} class=\"star\">{t.Pick("★", "★", "☆")}</{star}>"))}</span><span class=\"hint\">{t.Between(1, 400)}</span></div>", "<div class=\"card\">", "</div>");
    }
}
