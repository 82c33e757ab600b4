using Magma.Data;

namespace Magma.Training.Pages;

/// <summary>How a made page looks, and the draws that its parts are made from.</summary>
internal sealed class PageTheme
{
    private static readonly string[] s_fonts =
    [
        "'Liberation Sans',sans-serif", "'DejaVu Sans',sans-serif", "'Liberation Sans',sans-serif", "'Liberation Serif',serif", "'DejaVu Sans Condensed','DejaVu Sans',sans-serif",
        "'Liberation Sans Narrow',sans-serif", "'Liberation Mono',monospace",
    ];

    private readonly KeyedRandom _random;
    private readonly string[] _words;
    private readonly bool _filledIcons;
    private readonly bool _english;

    public PageTheme(long seed, int page)
    {
        _random = new KeyedRandom(seed, $"page {page}");
        int language = Chance(0.45) ? 0 : Below(PageWords.Languages.Count);
        _words = PageWords.Languages[language];
        _english = language == 0;
        FromRight = language >= PageWords.Languages.Count - PageWords.FromRight;
        _filledIcons = Chance(0.3);
        Photos = Chance(0.5);
        Css = Style() + '\n' + PageLooks.Rules(this);
    }

    /// <summary>The rules of the page's style sheet.</summary>
    public string Css { get; }

    /// <summary>Whether the page's language is written from the right.</summary>
    public bool FromRight { get; }

    /// <summary>Whether people have pictures; otherwise first letters.</summary>
    public bool Photos { get; }

    public bool Chance(double share) => _random.NextDouble() < share;

    public int Below(int limit) => _random.NextInt(limit);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public T Pick<T>(params ReadOnlySpan<T> of) => of[Below(of.Length)];

    /// <summary>Some words, the first with a capital letter.</summary>
    public string Words(int least, int most)
    {
        string text = string.Join(' ', Enumerable.Range(0, Between(least, most)).Select(_ => _words[Below(_words.Length)]));
        return Chance(0.85) ? char.ToUpperInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>One of the phrases on English pages; words of the page's language elsewhere.</summary>
    public string Phrase(params ReadOnlySpan<string> english)
    {
        string phrase = Pick(english);
        return _english && Chance(0.8) ? phrase : Words(1, phrase.Count(letter => letter == ' ') + 1);
    }

    public string Icon(int size = 0)
    {
        string path = PageIcons.Paths[Below(PageIcons.Paths.Count)];
        string paint = _filledIcons ? "fill=\"currentColor\" stroke=\"currentColor\" stroke-width=\"1.5\"" : "fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"";
        int side = size > 0 ? size : Pick(16, 18, 20, 24);
        return $"<svg width=\"{side}\" height=\"{side}\" viewBox=\"0 0 24 24\" {paint}><path d=\"{path}\"/></svg>";
    }

    /// <summary>A picture that is content: fields of colour.</summary>
    public string Picture(int width, int height)
    {
        string marks = string.Concat(Enumerable.Range(0, Between(1, 6)).Select(_ => Chance(0.5)
            ? $"<circle cx='{Below(width)}' cy='{Below(height)}' r='{Between(5, 60)}' fill='{Tint()}'/>"
            : $"<rect x='{Below(width)}' y='{Below(height)}' width='{Between(8, 120)}' height='{Between(8, 90)}' fill='{Tint()}'/>"));
        return Drawn(width, height, $"<rect width='100%' height='100%' fill='{Tint()}'/>{marks}", "");
    }

    /// <summary>A picture of a person, as a circle or a rounded square.</summary>
    public string Face(string attributes) => Drawn(
        60, 60,
        $"<rect width='60' height='60' fill='{Tint()}'/><path d='M8 60c0-26 44-26 44 0z' fill='{Tint()}'/><circle cx='30' cy='26' r='13' fill='hsl({Between(15, 35)},45%,{Between(30, 80)}%)'/>"
            + $"<path d='M16 24c0-20 28-20 28 0-8-8-20-8-28 0z' fill='hsl({Between(0, 45)},40%,{Between(8, 45)}%)'/>",
        attributes);

    /// <summary>A drawing on whatever lies behind it: an illustration, or a small sign in several colours.</summary>
    public string Drawing(int width, int height)
    {
        string shapes = string.Concat(Enumerable.Range(0, Between(2, 5)).Select(_ => Pick(
            $"<path d='M{Below(50)} {Between(50, 100)}L{Between(20, 80)} {Below(30)}L{Between(50, 100)} {Between(60, 100)}z' fill='{Tint()}'/>",
            $"<rect x='{Between(5, 50)}' y='{Between(5, 60)}' width='{Between(15, 45)}' height='{Between(10, 35)}' rx='{Below(9)}' fill='{Tint()}'/>",
            $"<circle cx='{Between(25, 75)}' cy='{Between(25, 75)}' r='{Between(6, 24)}' fill='{Tint()}'/>",
            $"<path d='M{Below(40)} {Below(90)}Q50 {Below(100)} {Between(60, 98)} {Below(90)}' fill='none' stroke='{Tint()}' stroke-width='{Between(2, 9)}'/>")));
        return Drawn(width, height, $"<svg viewBox='0 0 100 100' width='{width}' height='{height}'>{shapes}</svg>", "");
    }

    /// <summary>A picture of a screen: it shows fields, buttons and lines of text, none of which can be used.</summary>
    public string Mock(int width, int height)
    {
        string paint = Tint(), dim = Pick("#999", "#bbb", "#666"), back = Pick("#fff", "#f4f5f8", "#1d2230");
        string rows = string.Concat(Enumerable.Range(0, 5).Select(row =>
            $"<circle cx='42' cy='{30 + row * 14}' r='4' fill='{Tint()}'/><rect x='50' y='{26 + row * 14}' width='{Between(20, 60)}' height='3' fill='{dim}'/><rect x='50' y='{31 + row * 14}' width='{Between(10, 40)}' height='2' fill='{dim}'/>"
            + $"<rect x='{Between(116, 124)}' y='{26 + row * 14}' width='{Between(14, 30)}' height='7' rx='2' fill='{Pick(paint, dim)}'/>"));
        return Drawn(width, height, $"<svg viewBox='0 0 160 100' preserveAspectRatio='none' width='{width}' height='{height}'><rect width='160' height='100' fill='{back}'/><rect width='30' height='100' fill='{paint}'/>"
            + $"<rect x='36' y='6' width='50' height='8' rx='2' fill='{dim}' opacity='.3'/><circle cx='150' cy='10' r='4' fill='{paint}'/>{rows}</svg>", "");
    }

    private string Drawn(int width, int height, string content, string attributes)
    {
        string svg = $"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{content}</svg>";
        string size = attributes.Length > 0 ? attributes : $"width=\"{width}\" height=\"{height}\"";
        return $"<img alt=\"{Words(1, 3)}\" {size} src=\"data:image/svg+xml,{Uri.EscapeDataString(svg)}\">";
    }

    /// <summary>Any colour.</summary>
    public string Tint() => $"hsl({Below(360)},{Between(10, 80)}%,{Between(25, 85)}%)";

    private string Style()
    {
        bool dark = Chance(0.3);
        int hue = Below(360), own = Chance(0.5) ? hue : Below(360), gray = Pick(0, 5, 15), size = Pick(12, 13, 14, 14, 15, 16, 16, 18), corner = Pick(0, 2, 4, 4, 6, 8, 12, 24);
        string back = dark ? $"hsl({own},{gray}%,{Between(6, 16)}%)" : $"hsl({own},{gray}%,{Between(94, 100)}%)";
        string card = dark ? $"hsl({own},{gray}%,{Between(14, 24)}%)" : Chance(0.7) ? "#fff" : back;
        string text = dark ? $"hsl({own},{gray}%,{Between(80, 96)}%)" : $"hsl({own},{gray}%,{Between(8, 32)}%)";
        string quiet = dark ? $"hsl({own},{gray}%,60%)" : $"hsl({own},{gray}%,{Between(40, 60)}%)";
        string line = dark ? $"hsl({own},{gray}%,{Between(24, 36)}%)" : $"hsl({own},{gray}%,{Between(80, 93)}%)";
        string main = Chance(0.1) ? text : $"hsl({hue},{Between(45, 95)}%,{Between(32, 52)}%)", link = dark ? $"hsl({hue},80%,68%)" : main;
        string bar = Pick(card, main, back, $"linear-gradient(90deg,{main},hsl({(hue + Between(20, 60)) % 360},60%,40%))", $"hsl({hue},30%,{Between(10, 25)}%)"), ink = bar == card || bar == back ? text : "#fff";
        bool ownSide = Chance(0.5);
        string side = ownSide
            ? Pick($"background:hsl({hue},{Between(0, 40)}%,{Between(8, 26)}%);color:#eee", "background:var(--main);color:#fff", $"background:linear-gradient({Pick("180deg", "195deg", "135deg")},{main},hsl({(hue + 40) % 360},50%,20%));color:#fff")
            : $"background:{Pick("var(--card)", "var(--back)")};color:var(--text)";
        double space = Pick(0.5, 0.75, 1, 1, 1.3);
        string press = Pick(
            "background:var(--main);color:#fff;border:1px solid var(--main)", "background:var(--main);color:#fff;border:0;box-shadow:0 1px 4px #0005",
            "background:transparent;color:var(--link);border:1px solid currentColor", "background:linear-gradient(var(--main),#0003),var(--main);color:#fff;border:1px solid #0003",
            "background:var(--line);color:var(--text);border:0", "background:var(--card);color:var(--text);border:1px solid var(--line)");
        string field = Pick(
            "border:1px solid var(--line);background:var(--card)", "border:0;border-bottom:2px solid var(--line);background:transparent;border-radius:0",
            "border:0;background:var(--line)", $"border:0;background:hsl({own},25%,{(dark ? 20 : 97)}%)", $"border:1px solid transparent;background:hsl({own},15%,{(dark ? 24 : 95)}%)", "border:0;background:var(--card)", "border:1px solid var(--quiet);background:var(--back)", "border:2px solid var(--line);background:var(--card)");
        int fab = Pick(40, 48, 56, 60);
        string links = Pick("text-decoration:none", "text-decoration:underline", "text-decoration:none;font-weight:600", "text-decoration:none");
        string chosen = Pick(
            "border-bottom:3px solid var(--main)", "background:var(--main);color:#fff;border-radius:var(--corner)", "border:1px solid var(--line);border-bottom-color:var(--card);background:var(--card)",
            "color:var(--link);font-weight:700");
        string shadow = Pick("none", "0 1px 3px #0003", "0 4px 18px #0002"), edge = Pick("1px solid var(--line)", "1px solid var(--line)", "0");
        return $$"""
            :root{--back:{{back}};--card:{{card}};--text:{{text}};--quiet:{{quiet}};--line:{{line}};--main:{{main}};--link:{{link}};--corner:{{corner}}px;--gap:{{space}}rem;color-scheme:{{(dark ? "dark" : "light")}}}
            *{box-sizing:border-box} html{font-size:{{size}}px} body{margin:0;font-family:{{Pick(s_fonts)}};background:var(--back);color:var(--text);line-height:{{Pick("1.3", "1.45", "1.6")}}}
            a{color:var(--link);{{links}}} h1,h2,h3,h4{margin:0 0 .5em;line-height:1.2;font-weight:{{Pick("400", "600", "700")}}} p{margin:0 0 .8em} svg{vertical-align:middle;flex:none}
            .bar{background:{{bar}};color:{{ink}};display:flex;align-items:center;gap:{{Between(6, 24)}}px;padding:{{Between(6, 16)}}px {{Between(8, 32)}}px} .bar a:not(.b),.bar button.i{color:inherit;text-decoration:none} .bar .x{margin-inline-start:auto}
            .side{width:{{Between(160, 280)}}px;flex:none;padding:{{Between(0, 16)}}px;{{side}};border-inline-end:1px solid var(--line);display:flex;flex-direction:column}
            .side a,.brand{display:flex;align-items:center;gap:10px;min-height:{{Between(26, 54)}}px;padding:{{Between(2, 8)}}px {{Between(8, 16)}}px;color:{{(ownSide ? "inherit" : Pick("inherit", "var(--quiet)", "var(--link)"))}};border-radius:var(--corner);text-decoration:none} .side a.on{{{Pick("background:var(--main);color:#fff", "background:#8883", "border-inline-start:3px solid", "background:var(--card);color:var(--text);box-shadow:0 2px 8px #0002")}}}
            .side a.brand,.side .brand{font-weight:700;margin-bottom:{{Between(4, 20)}}px} .side .last{margin-top:auto;font-weight:400} .side>b,.side>small{padding:{{Between(6, 20)}}px {{Between(8, 16)}}px {{Between(2, 8)}}px} .side .up{text-transform:uppercase;letter-spacing:.06em;font-size:.72rem;font-weight:{{Pick("400", "600", "700")}}} .side .hint,.side>small{{{(ownSide ? "color:inherit;opacity:.6" : "")}}} .sub{padding-inline-start:{{Between(12, 36)}}px;font-size:.92em}
            .side small,.tile small,.hint{color:var(--quiet);font-size:.8rem;text-transform:{{Pick("none", "uppercase")}}} .x{margin-inline-start:auto}
            main{padding:{{Between(8, 32)}}px;flex:1;min-width:0} .row{display:flex;flex-wrap:wrap;gap:var(--gap);align-items:{{Pick("center", "flex-start")}}} .grid{display:grid;gap:{{Between(8, 28)}}px;grid-template-columns:repeat(auto-fill,minmax({{Between(180, 420)}}px,1fr));margin-bottom:{{Between(8, 28)}}px}
            .card{background:var(--card);border:{{edge}};border-radius:var(--corner);box-shadow:{{shadow}};padding:{{Between(8, 24)}}px;margin-bottom:{{Between(8, 24)}}px;min-width:0}
            .b{display:inline-flex;gap:.4em;align-items:center;justify-content:center;font:inherit;font-size:{{Pick(".85rem", "1rem", "1rem")}};padding:{{Between(3, 12)}}px {{Between(8, 26)}}px;border-radius:{{Pick("var(--corner)", "var(--corner)", "99px")}};{{press}};text-decoration:none;{{Pick("", "", "text-transform:uppercase;letter-spacing:.05em")}}}
            .b.two{background:var(--card);color:var(--text);border:1px solid var(--line)} .b.danger{background:#d33;color:#fff;border-color:#d33} .b.ok{background:#2a8a45;color:#fff;border-color:#2a8a45} .b.text{background:none;border:0;color:var(--link);box-shadow:none} .b.s{padding:2px 8px;font-size:.8rem}
            button.i{display:inline-flex;padding:{{Between(2, 10)}}px;border-radius:{{Pick("50%", "var(--corner)")}};border:{{Pick("0", "1px solid var(--line)")}};background:{{Pick("none", "none", "#8882")}};color:inherit}
            .f{display:block;width:100%;font:inherit;color:inherit;padding:{{Between(4, 12)}}px {{Between(6, 14)}}px;border-radius:{{Pick("var(--corner)", "var(--corner)", "var(--corner)", "99px")}};{{field}};margin-bottom:{{Between(4, 14)}}px} ::placeholder{color:var(--quiet)} label.l{display:block;font-size:.9rem;margin-bottom:3px;{{Pick("", "color:var(--quiet)", "font-weight:600")}}}
            label.c{display:{{Pick("flex", "inline-flex")}};gap:8px;align-items:center;margin:{{Between(2, 8)}}px 14px {{Between(2, 8)}}px 0} input[type=checkbox],input[type=radio]{width:{{Pick("13px", "16px", "18px", "22px")}};aspect-ratio:1;accent-color:var(--main);margin:0}
            .sw{appearance:none;width:{{Between(30, 48)}}px!important;height:{{Between(16, 26)}}px;aspect-ratio:auto!important;border-radius:99px;background:var(--quiet);position:relative} .sw:before{content:"";position:absolute;width:45%;top:2px;bottom:2px;left:2px;border-radius:99px;background:#fff} .sw:checked{background:var(--main)} .sw:checked:before{left:50%}
            .tabs{display:flex;gap:{{Between(0, 14)}}px;border-bottom:{{Pick("1px solid var(--line)", "0")}};margin-bottom:14px;overflow:hidden} .tabs>*{padding:{{Between(5, 12)}}px {{Between(8, 20)}}px;font:inherit;color:inherit;background:none;border:1px solid transparent;text-decoration:none;white-space:nowrap} .tabs .on{{{chosen}}}
            table{border-collapse:collapse;width:100%;font-size:{{Pick(".85rem", ".95rem", "1rem")}}} td,th{padding:{{Between(3, 13)}}px {{Between(5, 14)}}px;text-align:start;border-bottom:1px solid var(--line);{{Pick("", "", "border:1px solid var(--line)")}}} th{font-weight:600;{{Pick("", "background:#8881", "color:var(--quiet)")}}} {{Pick("", "tr:nth-child(even){background:#8881}")}}
            .tag{display:inline-block;padding:1px 8px;border-radius:{{Pick("99px", "3px")}};font-size:.75rem;background:#8883} .tag.v{background:var(--main);color:#fff} .avatar{width:{{Between(24, 56)}}px;aspect-ratio:1;border-radius:{{Pick("50%", "var(--corner)")}};background:#8886;display:inline-flex;align-items:center;justify-content:center;flex:none;font-size:.8rem}
            .progress{height:{{Between(4, 18)}}px;background:#8884;border-radius:99px;overflow:hidden;margin:6px 0} .progress i{display:block;height:100%;background:var(--main)} .note{padding:10px 14px;border-radius:var(--corner);border:1px solid #8885;background:#8882;display:flex;gap:10px;align-items:center;margin-bottom:12px}
            .list>a,.list>div{display:flex;gap:12px;align-items:center;padding:{{Between(5, 16)}}px;border-bottom:1px solid var(--line);color:inherit;text-decoration:none} .pages{display:flex;gap:{{Pick("0", "4px", "8px")}};list-style:none;padding:0;margin:8px 0} .pages a{display:block;padding:{{Between(3, 9)}}px {{Between(8, 14)}}px;border:{{Pick("1px solid var(--line)", "0")}};text-decoration:none;border-radius:{{Pick("0", "var(--corner)")}}} .pages .on{background:var(--main);color:#fff}
            .foot{padding:24px;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:40px;font-size:.9rem} .foot a{display:block;{{Pick("", "color:inherit", "color:var(--quiet)")}};margin:{{Between(1, 8)}}px 0} .menu{background:var(--card);border:1px solid var(--line);box-shadow:0 6px 20px #0003;border-radius:var(--corner);padding:6px 0;width:{{Between(150, 260)}}px} .menu a,.menu button{display:flex;gap:10px;width:100%;padding:{{Between(4, 11)}}px 16px;border:0;background:none;font:inherit;color:inherit;text-align:start;text-decoration:none}
            input[type=range]{width:{{Between(100, 340)}}px;accent-color:var(--main)} .chip{display:inline-flex;gap:6px;align-items:center;border-radius:99px;padding:{{Between(2, 6)}}px 12px;border:1px solid var(--line);background:#8881;color:inherit;font:inherit;font-size:.9rem} .low{position:fixed;bottom:0;left:0;right:0;background:var(--card);border-top:1px solid var(--line);display:flex} .low a{flex:1;display:flex;flex-direction:column;align-items:center;padding:8px 2px;font-size:.75rem;color:var(--quiet);text-decoration:none}
            .cal{display:grid;grid-template-columns:repeat(7,1fr);gap:2px;text-align:center} .cal button{font:inherit;border:0;background:none;color:inherit;padding:{{Between(3, 10)}}px 0;border-radius:var(--corner)} .cal .on{background:var(--main);color:#fff} .tile b{display:block;font-size:1.8rem} pre{background:#8882;padding:12px;border-radius:var(--corner);overflow:hidden} .fab{position:fixed;inset-inline-end:{{Between(8, 40)}}px;bottom:{{Between(8, 90)}}px;width:{{fab}}px;height:{{fab}}px;border-radius:50%;background:{{Pick("var(--main)", "var(--card);color:var(--text)!important", "#333")}};color:#fff;border:0;box-shadow:0 3px 10px #0006}
            .bare{display:inline-flex;border:0;background:none;color:inherit;position:relative} .bare sup{position:absolute;top:-2px;right:-4px;background:#d33;color:#fff;border-radius:99px;padding:1px 5px;font-size:10px;line-height:1.3} .who{display:inline-flex;align-items:center;gap:8px;text-decoration:none} .who .avatar{width:32px}
            .find{position:relative;display:block} .find svg{position:absolute;inset-inline-start:9px;top:50%;margin-top:-8px;opacity:.6;color:var(--text)} .find .f{padding-inline-start:32px;color:var(--text)} kbd{position:absolute;inset-inline-end:8px;top:50%;transform:translateY(-50%);font:inherit;font-size:.75rem;color:var(--quiet);border:{{Pick("0", "1px solid var(--line)")}};border-radius:4px;padding:0 5px}
            .box{display:inline-flex;align-items:center;justify-content:center;align-self:center;flex:none;width:{{Between(32, 64)}}px;aspect-ratio:1;border-radius:{{Pick("50%", "var(--corner)", "12px")}};color:#fff} .b:disabled,.f:disabled{opacity:{{Pick(".65", ".5", ".4")}}} .close{border:0;background:none;color:inherit;font-size:{{Pick("14px", "18px", "22px")}};line-height:1;padding:{{Between(0, 8)}}px;opacity:.7}
            .alert{display:flex;align-items:center;gap:10px;padding:{{Between(8, 16)}}px;border-radius:var(--corner);margin-bottom:10px} .month{display:grid;grid-template-columns:repeat(7,1fr)} .month>*{min-width:0;overflow:hidden;height:{{Between(60, 120)}}px;border:1px solid var(--line);padding:4px;font:inherit;font-size:.85rem;color:inherit;background:none;text-align:{{Pick("left", "right")}};vertical-align:top} .month>b{height:auto;text-align:center;font-weight:{{Pick("400", "600")}}}
            .event{display:block;width:100%;border:0;font:inherit;font-size:.75rem;border-radius:3px;padding:1px 5px;margin-top:3px;color:#fff!important;text-align:start;white-space:nowrap;overflow:hidden;text-decoration:none} .pair{display:grid;grid-template-columns:{{Between(90, 200)}}px 1fr;gap:{{Between(4, 12)}}px} .step{display:flex;flex:1;align-items:center;gap:8px} .step:not(:last-child):after{content:"";flex:1;height:2px;background:var(--line)}
            .head{margin:{{Pick("0 0 12px", "-8px -8px 12px")}};padding:{{Between(6, 14)}}px;border-bottom:1px solid var(--line);font-weight:700;color:{{Pick("var(--main)", "var(--link)", "var(--text)")}};display:flex;justify-content:space-between;align-items:center;{{Pick("", "background:#8881")}}} button.head{width:100%;border-width:0 0 1px;font:inherit;font-weight:700;text-align:start;background:#8881} .joined{display:inline-flex;margin:0 12px 12px 0} .joined .b{border-radius:0;margin-inline-start:-1px}
            .two-line{display:flex;align-items:center;gap:10px} .plain th{text-transform:uppercase;font-size:.72rem;letter-spacing:.04em;color:var(--quiet)} .people .avatar{color:#fff;margin-inline-start:-8px;border:2px solid var(--card)} .people{padding-inline-start:8px;display:inline-flex} .drop{border:2px dashed var(--line);border-radius:var(--corner);padding:{{Between(16, 50)}}px;text-align:center} .foot a.bare{display:inline-flex} .foot.tight{font-size:.8rem;gap:24px} .foot.tight a{font-weight:700;margin:1px 0} .star{border:0;background:none;padding:1px;font-size:20px;color:#e8a80c}
            """;
    }
}
