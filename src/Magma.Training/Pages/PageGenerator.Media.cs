using System.Globalization;

namespace Magma.Training.Pages;

/// <content>Pictures, people, files and months, some of which can be clicked.</content>
public static partial class PageGenerator
{
    private static string Files(PageTheme t)
    {
        int kind = t.Below(3), height = t.Between(100, 230);
        string cap() => $"<span class=\"cap\"><span>{t.Words(1, 1)}.{t.Pick("jpg", "png", "pdf")}</span><span>{t.Between(1, 9)}.{t.Below(9)} MB</span></span>";
        string paint() => $"linear-gradient({t.Pick("135deg", "90deg", "180deg")},{t.Tint()},{t.Tint()})";
        return Repeat(
            t, 4, 10, _ => kind switch
            {
                0 => Usable(t, $"class=\"file\" style=\"height:{height}px;width:100%;background:{paint()}\"", cap()),
                1 => $"<a href=\"#\" class=\"file\" style=\"height:{height}px\">{t.Pick(t.Picture(320, height), t.Mock(320, height))}{t.Pick("", cap())}</a>",
                _ => $"<div class=\"card\"><div class=\"center\">{t.Icon(40)}</div><div class=\"flow\"><span>{t.Words(1, 1)}.{t.Pick("pdf", "zip")}<br><span class=\"hint\">{t.Between(2, 900)} kB</span></span>{Dots(t)}</div></div>",
            },
            "<div class=\"card\"><div class=\"grid\" style=\"grid-template-columns:repeat(auto-fill,minmax(150px,1fr))\">", $"</div>{(t.Chance(0.4) ? Drop(t) : "")}</div>");
    }

    private static string Drop(PageTheme t)
    {
        string face = $"{t.Icon(32)}<p><b>{t.Phrase("Drop files here or click to browse")}</b></p><span class=\"hint\">{t.Words(3, 7)}</span>";
        return t.Chance(0.6) ? $"<div class=\"drop\" role=\"button\" tabindex=\"0\" style=\"cursor:pointer\">{face}</div>" : $"<div class=\"drop\">{face}<p></p>{Button(t)}</div>";
    }

    private static string Slide(PageTheme t)
    {
        int height = t.Between(180, 380), from = t.Below(360);
        string look(string at) => $"class=\"to\" aria-label=\"turn\" style=\"{at}\"";
        bool corner = t.Chance(0.4), links = t.Chance(0.5);
        string to(string at, string path)
        {
            string face = $"<svg width=\"{(corner ? 18 : 28)}\" height=\"{(corner ? 18 : 28)}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{t.Pick("1.5", "2", "3")}\"><path d=\"{path}\"/></svg>";
            return links ? $"<a href=\"#\" {look(at)}>{face}</a>" : $"<button {look(at)}>{face}</button>";
        }

        string turn = corner
            ? to("top:16px;right:60px", "M15 5l-7 7 7 7") + to("top:16px;right:20px", "M9 5l7 7-7 7")
            : to("left:0;top:0;bottom:0;width:12%", "M15 5l-7 7 7 7") + to("right:0;top:0;bottom:0;width:12%", "M9 5l7 7-7 7");
        string dots = t.Chance(0.6) ? Repeat(t, 3, 5, _ => "<button aria-label=\"slide\"></button>", "<div class=\"dots\">", "</div>") : "";
        return $"<div class=\"slide\" style=\"height:{height}px;background:radial-gradient(circle at {t.Below(100)}% {t.Below(100)}%,hsl({from},50%,40%),hsl({(from + 60) % 360},50%,14%))\">{turn}<div class=\"text\"><span class=\"box\" style=\"background:#fff;color:#333\">{t.Icon(18)}</span><h3>{t.Words(2, 4)}</h3><p>{t.Words(5, 14)}</p>{t.Pick("", "", $"<a href=\"#\" style=\"color:#fff;{t.Pick("", "display:block;text-decoration:none")}\"><b>{t.Words(1, 3)}</b></a>")}</div>{dots}</div>";
    }

    private static string Profile(PageTheme t)
    {
        bool linked = t.Chance(0.6);
        string face = t.Face("style=\"width:84px;height:84px;border-radius:50%;display:block\""), round = linked ? $"<a href=\"#\" style=\"display:inline-block;border-radius:50%\">{face}</a>" : $"<span style=\"display:inline-block\">{face}</span>";
        string facts = Repeat(t, 2, 3, _ => $"<div><b style=\"font-size:1.2em\">{t.Below(99)}</b><br><span class=\"hint\">{t.Words(1, 1)}</span></div>", "<div style=\"display:flex;justify-content:space-around;margin:12px 0\">", "</div>");
        string acts = t.Chance(0.6) ? $"<div class=\"flow\">{Button(t)}{Button(t)}</div>" : "", say = t.Chance(0.5) ? $"<p>{t.Words(5, 14)}</p>" : Social(t);
        return t.Chance(0.4)
            ? $"<div class=\"card\"><div class=\"row\" style=\"align-items:center\">{(t.Chance(0.5) ? face : Person(t))}<div><h3 style=\"margin:0\">{t.Words(2, 2)}</h3><span class=\"hint\">{t.Words(1, 3)}</span></div><span class=\"x row\">{Repeat(t, 2, 4, n => Usable(t, $"class=\"b {(n == 0 ? "two" : "text")}\" style=\"color:inherit\"", t.Icon(16) + t.Words(1, 1)), "", "")}</span></div></div>"
            : $"<div class=\"card center\" style=\"padding:0;overflow:hidden;max-width:420px\"><div style=\"height:120px;background:linear-gradient(90deg,{t.Tint()},{t.Tint()})\"></div><div style=\"margin-top:-42px;position:relative\">{round}</div><div style=\"padding:12px 20px\">{acts}{facts}<h3>{t.Words(2, 2)}<span style=\"font-weight:300\">, {t.Between(18, 70)}</span></h3><div><b>{t.Words(2, 3)}</b></div>{say}</div></div>";
    }

    /// <summary>Cards about projects, which are links as a whole on some pages; otherwise their titles or people are, or nothing.</summary>
    private static string Projects(PageTheme t)
    {
        bool whole = t.Chance(0.4), people = t.Chance(0.3), picture = t.Chance(0.4);
        int kind = t.Pick(0, 2, 3);
        string inner() => (picture ? $"<div style=\"margin-bottom:10px\">{t.Pick(t.Mock(240, 130), t.Picture(240, 130))}</div>" : "")
            + $"<div class=\"flow\" style=\"margin:0\"><b>{t.Words(2, 4)}</b>{State(t, kind)}</div><div class=\"hint\">{t.Words(1, 2)}</div><p>{t.Words(6, 14)}</p><div class=\"progress\"><i style=\"width:{t.Below(100)}%;background:{t.Tint()}\"></i></div>"
            + $"<div class=\"flow\" style=\"margin:8px 0 0\">{Stack(t, !whole && people)}<span class=\"hint\">{t.Between(1, 28)} May</span>{(whole || people ? "" : t.Pick("", Button(t), Act(t, "act")))}</div>";
        return Repeat(t, 2, 6, _ => whole ? $"<a href=\"#\" class=\"card same\" style=\"display:block;text-align:start\">{inner()}</a>" : $"<div class=\"card\">{inner()}</div>", "<div class=\"grid\">", "</div>");
    }

    private static string Stack(PageTheme t, bool linked) =>
        Repeat(t, 2, 5, _ => linked ? $"<a href=\"#\" class=\"avatar\" style=\"overflow:hidden;border:2px solid var(--card);background:{t.Tint()};color:#fff\">{(t.Photos ? t.Face("style=\"width:100%;height:100%\"") : t.Words(1, 1)[..1])}</a>"
            : t.Photos ? t.Face("class=\"avatar\"") : $"<span class=\"avatar\" style=\"border:2px solid var(--card);background:{t.Tint()};color:#fff\">{t.Words(1, 1)[..1]}</span>", "<span class=\"stack\">", "</span>");

    private static string Faces(PageTheme t)
    {
        bool linked = t.Chance(0.5);
        string sizes = t.Chance(0.4) ? Repeat(t, 3, 6, n => $"<span class=\"avatar\" style=\"width:{20 + n * 12}px;background:linear-gradient(90deg,{t.Tint()},{t.Tint()});color:#fff;font-size:{8 + n * 4}px\">{t.Words(1, 1)[..1]}{t.Words(1, 1)[..1]}</span> ", "<p>", "</p>") : "";
        return Repeat(t, 2, 4, _ => $"<div class=\"line\"><span>{t.Words(1, 2)}</span><span class=\"x\">{Stack(t, linked)}</span></div>", $"<div class=\"card\"><div class=\"head\">{t.Words(1, 2)}</div>{sizes}", "</div>");
    }

    private static string Donut(PageTheme t)
    {
        int side = t.Between(140, 260);
        double left = 100;
        string rings = "";
        for (int n = 0; n < 3; n++)
        {
            double part = n == 2 ? left : t.Between(10, 40);
            rings += string.Create(CultureInfo.InvariantCulture, $"<circle cx=\"50\" cy=\"50\" r=\"38\" fill=\"none\" stroke=\"{t.Tint()}\" stroke-width=\"12\" pathLength=\"100\" stroke-dasharray=\"{part} {100 - part}\" stroke-dashoffset=\"{left}\"/>");
            left -= part;
        }

        return $"<div class=\"card\"><div class=\"head\"><span>{t.Words(1, 3)}</span>{Dots(t)}</div><div class=\"center\"><svg width=\"{side}\" height=\"{side}\" viewBox=\"0 0 100 100\">{rings}</svg>{Repeat(t, 2, 4, _ => $"<span class=\"dot\" style=\"color:{t.Tint()};margin:0 5px\"><span style=\"color:var(--quiet)\">{t.Words(1, 1)}</span></span>", "<div>", "</div>")}</div></div>";
    }

    /// <summary>A month whose days can be clicked as whole cells.</summary>
    private static string Days(PageTheme t)
    {
        bool usable = t.Chance(0.7), soft = t.Chance(0.6), zeros = t.Chance(0.2);
        int first = t.Below(7), weeks = t.Between(3, 6);
        string Event() => !t.Chance(0.25) ? "" : soft ? $"<div class=\"state\" style=\"display:block;margin-top:4px;border-radius:3px;background:color-mix(in srgb,{t.Tint()} 16%,var(--card))\">{t.Words(1, 2)}</div>" : $"<div class=\"event\" style=\"background:{t.Tint()}\">{t.Words(1, 2)}</div>";
        string Day(int n)
        {
            int day = (n - first + 30) % 30 + 1;
            return $"<td class=\"{(n < first || n >= first + 30 ? "off" : "")}\"{(usable ? " tabindex=\"0\" style=\"cursor:pointer\"" : "")}>{(zeros ? day.ToString("00", CultureInfo.InvariantCulture) : day)}{Event()}</td>";
        }

        string grid = string.Concat(Enumerable.Range(0, weeks).Select(week => $"<tr>{string.Concat(Enumerable.Range(week * 7, 7).Select(Day))}</tr>"));
        string turn = Usable(t, "class=\"thin\" style=\"padding:5px;border:1px solid var(--line)\" aria-label=\"back\"", t.Icon(14)) + " " + Usable(t, "class=\"thin\" style=\"padding:5px;border:1px solid var(--line)\" aria-label=\"on\"", t.Icon(14));
        return $"<div class=\"card\"><div class=\"flow\"><span>{turn}</span><b>{t.Words(1, 1)} 2024</b>{Joined(t)}</div><table class=\"days\"><tr>{string.Concat("Mon Tue Wed Thu Fri Sat Sun".Split(' ').Select(day => $"<th>{day}</th>"))}</tr>{grid}</table></div>";
    }

    private static string Product(PageTheme t)
    {
        string small = Repeat(t, 3, 5, _ => $"<button style=\"padding:0;border:{t.Pick("1px solid var(--line)", "0")};background:none;border-radius:var(--corner);overflow:hidden\" aria-label=\"picture\">{t.Mock(84, 60)}</button> ", "<div style=\"margin-top:10px\">", "</div>");
        string pick = Repeat(t, 2, 4, n => $"<button class=\"b {(n == 0 ? "" : "two")} s\">{t.Words(1, 2)}</button> ", $"<div class=\"over\" style=\"margin-top:10px\">{t.Words(1, 1)}</div>", "");
        string count = $"<div class=\"row\" style=\"margin:12px 0;align-items:center\"><span class=\"over\">{t.Words(1, 1)}</span><span class=\"count\"><button>−</button><input class=\"f\" value=\"{t.Between(1, 9)}\"><button>+</button></span>{State(t, 3)}</div>";
        return $"<div class=\"cols\" style=\"grid-template-columns:1fr 1fr\"><div class=\"card\">{t.Mock(t.Between(280, 400), t.Between(180, 280))}{small}</div><div class=\"card\">{State(t, 4)}<h2>{t.Words(2, 3)}</h2><p>{t.Words(6, 16)}</p><b style=\"font-size:1.8em\">${t.Between(9, 199)}</b> <s>${t.Between(200, 300)}</s> {State(t, 2)}{pick}{count}<div class=\"row\">{Button(t)}{Button(t)}</div>"
            + $"{Repeat(t, 2, 4, _ => $"<div style=\"margin-top:6px\"><span style=\"color:#2a9d5c\">{t.Icon(16)}</span> {t.Words(2, 4)}</div>", "<hr style=\"opacity:.2\">", "")}</div></div>";
    }

    private static string Illustrated(PageTheme t) =>
        $"<div class=\"card center\"><div class=\"head\">{t.Words(1, 2)}</div>{t.Drawing(t.Between(140, 320), t.Between(120, 240))}<p>{t.Words(6, 16)} {t.Pick("", $"<a href=\"#\">{t.Words(1, 2)}</a>")}</p>{t.Pick($"<a href=\"#\" class=\"none\">{t.Words(2, 4)} →</a>", $"<a href=\"#\" class=\"same\" style=\"display:block;text-align:start\"><b>{t.Words(1, 2)}</b>{t.Pick("", " →")}</a>", $"<a href=\"#\" class=\"none\">← {t.Words(2, 3)}</a>", Button(t))}</div>";
}
