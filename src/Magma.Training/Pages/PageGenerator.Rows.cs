namespace Magma.Training.Pages;

/// <content>Tables, lists and cards of facts: the same texts, signs and people are links on some pages and there to be read on most.</content>
public static partial class PageGenerator
{
    private static string Name(PageTheme t, bool linked) =>
        linked ? $"<a href=\"#\" class=\"{t.Pick("", "none", "none")}\">{t.Words(1, 2)}</a>" : t.Words(1, 2);

    private static string Act(PageTheme t, string look) => $"<a href=\"#\" class=\"{look}\">{t.Phrase("Edit", "View", "Delete", "Details", "Open", "Remove", "PDF", "Manage")}</a>";

    private static string State(PageTheme t, int kind)
    {
        string paint = t.Pick("#2a9d5c", "#d33", "#c77b00", "#0a93a8", "#46c", "#778", "#93c"), word = t.Phrase("Online", "Offline", "Paid", "Pending", "Active", "Blocked", "On track", "New");
        return kind switch
        {
            0 => $"<span class=\"state\" style=\"background:{paint};color:#fff\">{word}</span>",
            1 => $"<span class=\"state\" style=\"background:linear-gradient(90deg,{paint},{t.Tint()});color:#fff\">{word}</span>",
            2 => $"<span class=\"state\" style=\"background:color-mix(in srgb,{paint} 14%,var(--card));color:{paint}\">{word}</span>",
            3 => $"<span class=\"dot\" style=\"color:{paint}\">{word}</span>",
            4 => $"<span class=\"state\" style=\"border:1px solid {t.Pick("var(--line)", paint)}\">{word}</span>",
            _ => $"<b style=\"color:{paint}\">{word}</b>",
        };
    }

    private static string States(PageTheme t)
    {
        string row() { int kind = t.Below(6); return Repeat(t, 3, 8, _ => State(t, kind) + " ", "<p>", "</p>"); }
        return $"<div class=\"card\">{(t.Chance(0.6) ? $"<div class=\"head\">{t.Words(1, 2)}</div>" : "")}{row()}{row()}{(t.Chance(0.5) ? Repeat(t, 2, 5, _ => $"<span class=\"soft\">{t.Words(1, 1)}<button class=\"close\" aria-label=\"remove\">×</button></span> ", "<p>", "</p>") : "")}</div>";
    }

    /// <summary>A table with its controls: how many, search, order, pages.</summary>
    private static string Data(PageTheme t)
    {
        int columns = t.Between(3, 6), kind = t.Below(6), arrows = t.Below(5), rows = t.Between(4, 10), shift = t.Below(5);
        bool sort = t.Chance(0.6), box = t.Chance(0.25), people = t.Chance(0.35), linked = t.Chance(0.2), twice = t.Chance(0.25), dots = t.Chance(0.3), act = t.Chance(0.35);
        string look = t.Pick("act", "act", "none", "b s two"), lined = t.Pick("", "plain");
        string Arrow() => arrows switch { 0 => "<span>↑↓</span>", 1 => $"<span>{t.Pick("▲", "▼", "◆")}</span>", 2 => "<span>⇅</span>", 3 => "<span>↕</span>", _ => "<span style=\"font-size:.6em;line-height:1\">▲<br>▼</span>" };
        string[] names = [.. Enumerable.Range(0, columns).Select(_ => t.Words(1, 2))];
        string head = (box ? "<th><input type=\"checkbox\"></th>" : "") + string.Concat(names.Select(name => sort ? $"<th class=\"sort\" tabindex=\"0\">{name}{Arrow()}</th>" : $"<th>{name}</th>")) + (dots || act ? "<th></th>" : "");
        string Cell(int column) => column == 0
            ? people ? $"<span class=\"two-line\">{(t.Photos ? t.Face("class=\"avatar\"") : Person(t)).Replace("\"avatar\"", "\"avatar small\"", StringComparison.Ordinal)}<span>{Name(t, linked)}</span></span>" : Name(t, linked)
            : ((column + shift) % 5) switch
            {
                0 => State(t, kind),
                1 => $"${t.Between(1, 900)},{t.Between(100, 999)}",
                2 => $"20{t.Between(10, 25)}/{t.Between(10, 12)}/{t.Between(10, 28)}",
                3 => t.Below(90).ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => t.Words(1, 3),
            };
        string end = dots ? $"<td>{Usable(t, "class=\"thin\" aria-label=\"more\" style=\"padding:4px\"", t.Pick("⋯", "⋮", "···"))}</td>" : act ? $"<td>{Act(t, look)}{(t.Chance(0.3) ? " " + Act(t, look) : "")}</td>" : "";
        string body = string.Concat(Enumerable.Range(0, rows).Select(_ => $"<tr>{(box ? "<td><input type=\"checkbox\"></td>" : "")}{string.Concat(Enumerable.Range(0, columns).Select(column => $"<td>{Cell(column)}</td>"))}{end}</tr>"));
        string many = $"<span>{t.Phrase("Show")} <select class=\"f\"><option>{t.Pick(10, 25, 50, 100)}</select> {t.Phrase("entries")}</span>", find = $"<span>{t.Phrase("Search:", "Filter:")} <input class=\"f\" type=\"search\"></span>";
        string top = t.Pick("", $"<div class=\"flow\">{many}{find}</div>", $"<div class=\"flow\">{many}</div>", $"<div class=\"flow\"><span></span><span class=\"find\" style=\"width:220px\">{t.Icon(16)}<input class=\"f\" style=\"margin:0\" placeholder=\"{t.Phrase("Search…")}\"></span></div>");
        string foot = t.Chance(0.5) ? $"<div class=\"flow\"><span class=\"{t.Pick("", "hint")}\">{t.Phrase("Showing 1 to 10 of 57 entries", "Showing 1–10 of 22", "Page 1 of 6")}</span>{Pages(t)}</div>" : "";
        return $"<div class=\"card\">{(t.Chance(0.6) ? $"<div class=\"head\">{t.Words(1, 3)}{t.Pick("", "", Button(t))}</div>" : "")}{top}<table class=\"{lined}\"><tr>{head}</tr>{body}"
            + $"{(twice ? $"<tr>{(box ? "<th></th>" : "")}{string.Concat(names.Select(name => $"<th>{name}</th>"))}</tr>" : "")}</table>{foot}</div>";
    }

    private static string Pages(PageTheme t)
    {
        int chosen = t.Below(3);
        bool words = t.Chance(0.5);
        string Step(string word, string sign, bool off) => off ? $"<button class=\"b two s\" style=\"border-radius:0;opacity:.5\" disabled>{(words ? word : sign)}</button>" : $"<button class=\"b two s\" style=\"border-radius:0\">{(words ? word : sign)}</button>";
        return Repeat(t, 1, 5, n => $"<button class=\"b s {(n == chosen ? "" : "two")}\" style=\"border-radius:0\">{n + 1}</button>", $"<span class=\"joined\" style=\"margin:0\">{Step(t.Phrase("Previous"), t.Pick("«", "‹", "←"), t.Chance(0.6))}", $"{Step(t.Phrase("Next"), t.Pick("»", "›", "→"), false)}</span>");
    }

    /// <summary>Bills or payments: a date, a number, an amount, and something to open.</summary>
    private static string Ledger(PageTheme t)
    {
        bool pay = t.Chance(0.5), circle = t.Chance(0.5);
        int kind = t.Below(3);
        string end() => kind switch { 0 => $"<button class=\"b text s\">{t.Pick("", t.Icon(14))}PDF</button>", 1 => Act(t, "act"), _ => "" };
        string sign() => !pay ? "" : circle ? $"<button class=\"circle\" aria-label=\"act\" style=\"width:26px;height:26px;background:none;border:1px solid {t.Pick("#d33", "#2a9d5c", "#888")};color:{t.Pick("#d33", "#2a9d5c", "#888")}\">{t.Icon(12)}</button>" : t.Pick(Box(t), t.Drawing(28, 28));
        string amount() => pay ? $"<b style=\"color:{t.Pick("#d33", "#2a9d5c", "#1a9a7c")}\">{t.Pick("+", "-", "+ $", "- $")} {t.Between(1, 9)},{t.Between(100, 900)}</b>" : $"<span style=\"color:var(--quiet)\">${t.Between(20, 900)}</span>";
        return Repeat(
            t, 3, 7, n => (n == 3 && pay ? $"<div class=\"over\">{t.Words(1, 1)}</div>" : "") + $"<div class=\"line\">{sign()}<span><b>{t.Words(1, 3)}</b><br><span class=\"hint\">{t.Pick($"#AB-{t.Between(1000, 9999)}", $"{t.Between(1, 28)} March 2024")}</span></span><span class=\"x\">{amount()}</span>{(pay && kind != 0 ? "" : end())}</div>",
            $"<div class=\"card\"><div class=\"head\"><span>{t.Words(1, 2)}</span>{t.Pick("", $"<button class=\"b two s\">{t.Phrase("View all")}</button>", $"<a href=\"#\" class=\"none\">{t.Phrase("View all", "See all")}</a>", $"<span class=\"hint\">23 - 30 March</span>")}</div>", "</div>");
    }

    /// <summary>Facts of a person or an order as label and value, with things to do beside them.</summary>
    private static string Sheet(PageTheme t)
    {
        bool bold = t.Chance(0.5), apart = t.Chance(0.5);
        string tight = t.Pick("", "s");
        string fact() => $"<div style=\"display:flex;gap:10px;margin:4px 0;{(apart ? "justify-content:space-between" : "")}\"><span style=\"color:var(--quiet)\">{t.Words(1, 2)}{t.Pick("", ":")}</span>{t.Pick(bold ? $"<b>{t.Words(1, 3)}</b>" : $"<span>{t.Words(1, 3)}</span>", $"<span>{t.Between(10, 99)} {t.Words(1, 1)}</span>", State(t, 3), $"<a href=\"#\" class=\"none\">ann@example.com</a>")}</div>";
        return Repeat(
            t, 1, 3, _ => $"<div style=\"background:{t.Pick("#8881", "none")};padding:{t.Between(8, 20)}px;border-radius:var(--corner);margin-bottom:12px\"><div class=\"flow\" style=\"margin:0\"><b>{t.Words(2, 2)}</b><span>{t.Pick("", $"<button class=\"b text {tight}\" style=\"color:#d33\">{t.Pick("", t.Icon(14))}{t.Phrase("Delete", "Remove")}</button><button class=\"b text {tight}\" style=\"color:inherit\">{t.Phrase("Edit")}</button>", Act(t, "act"))}</span></div>{Repeat(t, 2, 5, _ => fact(), "", "")}</div>",
            $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>", "</div>");
    }

    private static string Activity(PageTheme t)
    {
        int kind = t.Below(4);
        bool linked = t.Chance(0.25);
        string start() => kind switch { 0 => Person(t), 1 => t.Drawing(t.Between(24, 40), 32), 2 => Box(t), _ => $"<span style=\"color:{t.Tint()}\">{t.Icon(20)}</span>" };
        string end = t.Pick("", "", "chevron", "button", "amount", "text");
        string tail() => end switch { "chevron" => Usable(t, "class=\"thin\" style=\"padding:5px\" aria-label=\"open\"", t.Icon(14)), "button" => Button(t), "amount" => $"<b>{t.Between(1, 99)}{t.Pick("%", "k", "")}</b>", "text" => Act(t, "act"), _ => "" };
        return Repeat(t, 3, 7, _ => $"<div class=\"line\">{start()}<span>{(linked ? Name(t, true) : $"<b>{t.Words(1, 2)}</b>")}{t.Pick("", $" {t.Words(2, 5)}")}<br><span class=\"hint\">{t.Pick($"{t.Below(300)} {t.Words(1, 2)}, <b>{t.Below(90)} {t.Words(1, 1)}</b>", t.Words(1, 4))}</span></span><span class=\"x\">{tail()}</span></div>", $"<div class=\"card\"><div class=\"head\">{t.Words(1, 3)}{t.Pick("", Dots(t))}</div>", "</div>");
    }

    private static string Dots(PageTheme t) => Usable(t, "class=\"thin\" aria-label=\"more\"", t.Pick("⋮", "⋯", t.Icon(16)));

    private static string Progress(PageTheme t)
    {
        bool inside = t.Chance(0.2), table = t.Chance(0.3);
        return Repeat(t, 3, 6, _ => $"<div style=\"margin-bottom:12px\"><div class=\"flow\" style=\"margin:0\"><b style=\"font-size:.85em\">{(table ? t.Drawing(20, 20) + " " : "")}{t.Words(1, 3)}</b><span>{t.Below(100)}%</span></div><div class=\"progress\"><i style=\"width:{t.Between(10, 100)}%;background:{t.Tint()}\">{(inside ? t.Words(1, 1) : "")}</i></div></div>", $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>", "</div>");
    }

    /// <summary>Tiles with a coloured edge or title and a sign beside the figure.</summary>
    private static string Accents(PageTheme t)
    {
        int kind = t.Below(3);
        bool pale = t.Chance(0.5);
        return Repeat(
            t, 3, 5, _ =>
            {
                string paint = t.Tint(), sign = pale ? $"<span style=\"opacity:.25\">{t.Icon(34)}</span>" : $"<span class=\"box\" style=\"background:linear-gradient(135deg,{paint},{t.Tint()})\">{t.Icon(20)}</span>";
                string edge = kind == 0 ? $"border-inline-start:4px solid {paint}" : kind == 1 ? $"background:{paint};color:#fff" : "";
                return $"<div class=\"card\" style=\"{edge}\"><div style=\"display:flex;justify-content:space-between;align-items:center\"><div><div style=\"font-size:.75rem;font-weight:700;text-transform:uppercase;color:{(kind == 0 ? paint : "inherit")}\">{t.Words(1, 3)}</div><b style=\"font-size:1.3em\">{t.Pick("$", "", "+")}{t.Between(1, 99)},{t.Between(100, 999)}</b>{t.Pick("", $"<div class=\"progress\" style=\"width:90px\"><i style=\"width:50%\"></i></div>", $"<div>{Change(t)} {t.Words(1, 3)}</div>")}</div>{sign}</div></div>";
            },
            "<div class=\"grid\">", "</div>");
    }

    private static string Labels(PageTheme t) =>
        Repeat(t, 2, 5, _ => t.Pick($"<div class=\"rule\">{t.Words(1, 3)}</div>", $"<div class=\"over\" style=\"margin-top:12px\">{t.Words(1, 2)}</div>", $"<h3 style=\"color:var(--main)\">{t.Words(1, 3)}</h3>") + t.Pick($"<p>{t.Words(6, 18)}</p>", Buttons(t), Check(t)), "<div class=\"card\">", "</div>");

    private static string Rules(PageTheme t) => Repeat(t, 2, 4, _ => $"<p>{t.Words(6, 20)} <code style=\"color:{t.Pick("#c38", "var(--quiet)")}\">.{t.Words(1, 1)}</code> {t.Words(2, 8)} {t.Pick($"<b>{t.Words(1, 2)}</b>", $"<a href=\"#\">{t.Words(1, 3)}</a>", $"<i>{t.Words(1, 2)}</i>")}.</p>", $"<h2 style=\"font-weight:400\">{t.Words(1, 2)}</h2>", "");

    /// <summary>Rows in cards that look like lists of links and are none, or small links at a card's foot.</summary>
    private static string Plain(PageTheme t)
    {
        bool ends = t.Chance(0.5);
        return Repeat(
            t, 2, 4, _ => $"<div class=\"card\" style=\"padding:0;overflow:hidden\">{Repeat(t, 2, 4, _ => $"<div class=\"line\" style=\"padding-inline:14px\">{t.Words(1, 3)}</div>", "", "")}"
                + $"{(ends ? Repeat(t, 1, 3, _ => Usable(t, "", t.Words(1, 1)), "<div class=\"ends\">", "</div>") : $"<div class=\"line\" style=\"padding-inline:14px;color:var(--quiet)\">{t.Words(1, 2)}</div>")}</div>",
            "<div class=\"grid\">", "</div>");
    }

    private static string Todo(PageTheme t)
    {
        bool drawn = t.Chance(0.4);
        return Repeat(t, 3, 7, _ => $"<div class=\"line\">{(drawn ? Ticked(t) : Check(t))}<span class=\"x\">{t.Pick("", State(t, 2), Dots(t), t.Words(1, 1))}</span></div>", $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>", "</div>");
    }

    private static string Lines(PageTheme t) =>
        Repeat(t, 2, 6, _ => $"<div style=\"height:{t.Between(5, 9)}px;margin:6px 0;width:{t.Between(40, 100)}%;background:#8886;border-radius:{t.Pick(0, 4)}px\"></div>", $"<div class=\"card\"><div class=\"flow\"><b>{t.Words(1, 2)}</b><a href=\"#\" class=\"act\">{t.Icon(14)} {t.Phrase("Like", "Share")}</a></div>", "</div>");
}
