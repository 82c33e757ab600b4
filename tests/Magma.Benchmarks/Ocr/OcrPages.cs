using System.Globalization;
using System.Text;

namespace Magma.Benchmarks;

/// <summary>
/// Writes the pages of the text recognition benchmark: twelve layouts, three looks each (font, size, colours, words). All text has 14 px
/// or more. The same index gives the same page, on every machine that has the Liberation and DejaVu fonts.
/// </summary>
internal sealed class OcrPages
{
    /// <summary>How many different pages there are.</summary>
    public const int Count = 36;

    private static readonly string[] Words =
        """
        about account across address after again against agreement airport all amount analysis and annual answer any apply archive area article
        artist ask assign attach audit author available average back balance bank basic battery before begin below benefit best between bill
        blue board book both bottom branch bridge bright browser budget build business button buy cable calendar call camera campaign cancel
        capital card care carry case category cause center central change channel chapter charge check choice city claim class clean clear
        click client close cloud code coffee collect color column come comment common company compare complete condition confirm connect
        contact content continue contract control copy corner cost country course cover create credit culture current custom daily data date
        day deal decide default delay delete deliver demand design desk detail develop device digital direct discount discover display
        distance document dollar door double down download draft drive early earth east easy edit effect effort email empty enable energy
        engine enter entire equal error estimate evening event every exact example exchange expect expert export express extra face fact
        factory fair family fast feature field figure file filter final find finish first fix flight floor folder follow food force forest
        form forward found free fresh friend from front full future garden general gift give global goal good graph great green group grow
        guest guide half hand happen hard health help here high history hold holiday home hotel hour house however human idea image impact
        import improve include income increase index industry inform inside install interest into invite invoice island issue item job join
        journey July keep kitchen know label lake language large last later launch layer lead learn leave left length less letter level
        library light limit line link list little live local location lock long look lost love low machine mail main make manage many map
        margin market master match material matter measure media medium meeting member memory menu message metal method middle might minute
        mobile model modern moment money month more morning most motion mountain move much museum music must name nation nature near need
        network never new news next night normal north note nothing notice number object ocean offer office often old online only open
        option order other outside over owner package page paint panel paper parent park part partner password path pattern pause payment
        people percent perfect period person phone photo picture piece place plan plant platform play please plus point policy popular
        position possible post power practice present press price print private problem process product profile program project protect
        provide public purchase quality quarter question quick quiet radio rain range rate reach read ready reason recent record reduce
        region release remember remote remove repeat reply report request require research reset resource result return review river road
        room round route rule safe sale same sample save scale schedule school science score screen search season second section secure
        select send senior series serve service session setting several shape share ship shop short should show side sign simple since
        single size small smart snow social software sold some sound source south space special speed sport spring staff stage standard
        start state station status step still stock stop storage store story street strong student studio style subject submit success such
        summer sunday supply support sure surface survey switch system table take target task team test text thank theater their theme there
        these thing third this those three through ticket time title today together tool topic total touch tour track trade traffic train
        travel tree trial true trust turn type under unit until update upgrade upload usage user valley value version video view village
        visit visitor voice volume wait walk wall warm warning watch water wave weather website week weight well west what wheel when where
        which while white whole wide wild will wind window winter wish with within without wonder wood word work world would write year
        yellow yesterday you young your zone
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] FirstNames = ["Anna", "Ben", "Clara", "David", "Ella", "Frank", "Grace", "Hugo", "Ivy", "Jonas", "Kira", "Liam", "Maya", "Noah", "Olga", "Paul"];

    private static readonly string[] LastNames = ["Adams", "Baker", "Clark", "Diaz", "Evans", "Fischer", "Green", "Hill", "Ito", "Jones", "Keller", "Lopez", "Miller", "Novak", "Owen", "Price"];

    private static readonly string[] Fonts =
    [
        "Liberation Sans", "DejaVu Sans", "Liberation Serif", "DejaVu Serif", "Liberation Sans Narrow", "Liberation Sans", "DejaVu Sans", "Liberation Sans",
    ];

    private static readonly (string Back, string Panel, string Text, string Faint, string Accent, string OnAccent)[] Themes =
    [
        ("#ffffff", "#f3f4f6", "#1f2937", "#6b7280", "#2563eb", "#ffffff"),
        ("#111827", "#1f2937", "#f3f4f6", "#9ca3af", "#60a5fa", "#0b1220"),
        ("#faf7f2", "#ffffff", "#3b2f2f", "#7a6a5a", "#b45309", "#ffffff"),
        ("#0f172a", "#1e293b", "#e2e8f0", "#94a3b8", "#22c55e", "#052e16"),
        ("#f0f9ff", "#ffffff", "#0c4a6e", "#48708a", "#0284c7", "#ffffff"),
        ("#ffffff", "#fef2f2", "#222222", "#666666", "#dc2626", "#ffffff"),
    ];

    private readonly Random _random;
    private readonly StringBuilder _html = new();
    private readonly int _size;

    private OcrPages(int index)
    {
        _random = new Random(1000 + index);
        int round = index / 12;
        _size = 14 + (index + round) % 4;
        var theme = Themes[(index + round * 2) % Themes.Length];
        string font = Fonts[(index + round * 3) % Fonts.Length];
        _html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><meta charset="utf-8"><title>Page {{index}}</title><style>
            * { box-sizing: border-box; } body { margin: 0; font: {{_size}}px/1.45 "{{font}}"; background: {{theme.Back}}; color: {{theme.Text}}; }
            .panel { background: {{theme.Panel}}; border: 1px solid {{theme.Faint}}55; border-radius: 6px; padding: 12px; }
            .faint { color: {{theme.Faint}}; } a { color: {{theme.Accent}}; } h1 { font-size: 28px; margin: 8px 0; } h2 { font-size: 20px; margin: 6px 0; }
            .button, button { background: {{theme.Accent}}; color: {{theme.OnAccent}}; border: 0; border-radius: 5px; padding: 7px 14px; font: inherit; display: inline-block; }
            header { background: {{theme.Panel}}; padding: 10px 20px; display: flex; gap: 22px; align-items: center; border-bottom: 1px solid {{theme.Faint}}55; }
            input, select, textarea { font: inherit; color: inherit; background: {{theme.Back}}; border: 1px solid {{theme.Faint}}; border-radius: 4px; padding: 6px 8px; }
            ::placeholder { color: {{theme.Faint}}; } table { border-collapse: collapse; width: 100%; } td, th { padding: 6px 10px; text-align: left; border-bottom: 1px solid {{theme.Faint}}44; }
            .grid { display: grid; gap: 14px; } .row { display: flex; gap: 14px; } main { padding: 16px 20px; } nav a { display: block; padding: 5px 0; }
            pre, code { font-family: "{{(index % 2 == 0 ? "Liberation Mono" : "DejaVu Sans Mono")}}"; } .badge { background: {{theme.Accent}}33; border-radius: 10px; padding: 1px 8px; }
            small { font-size: 14px; } ul, ol { list-style: none; padding: 0; }
            </style><body>
            """);
    }

    /// <summary>One page as HTML.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public static string Write(int index)
    {
        var page = new OcrPages(index);
        Action[] layouts =
        [
            page.Article, page.Dashboard, page.Mail, page.Shop, page.Settings, page.Documentation, page.Invoice, page.Search, page.Board,
            page.Chat, page.Calendar, page.News,
        ];
        layouts[index % layouts.Length]();
        return page._html.ToString();
    }

    private void Add(string html) => _html.Append(html);

    private T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private int Between(int low, int high) => _random.Next(low, high + 1);

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private string Phrase(int least, int most) => Capital(string.Join(' ', Enumerable.Range(0, Between(least, most)).Select(_ => Pick(Words))));

    private string Title(int least, int most) => string.Join(' ', Enumerable.Range(0, Between(least, most)).Select(_ => Capital(Pick(Words))));

    private string Name() => $"{Pick(FirstNames)} {Pick(LastNames)}";

    private string Money() => string.Create(CultureInfo.InvariantCulture, $"${Between(1, 2400):N0}.{Between(0, 99):00}");

    private string Date() => string.Create(CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(Between(0, 900)):MMM d, yyyy}");

    private string Time() => $"{Between(1, 12)}:{Between(0, 59):00} {Pick(["AM", "PM"])}";

    private string Sentence()
    {
        var text = new StringBuilder(Phrase(5, 14));
        int at = _random.Next(8);
        if (at == 0)
            text.Append($" ({Between(2, 98)}%)");
        else if (at == 1)
            text.Append($", {Pick(Words)} {Pick(Words)} and {Pick(Words)}");
        else if (at == 2)
            text.Append($": {Money()} by {Date()}");
        else if (at == 3)
            text.Append($"; it's {Pick(Words)}'s {Pick(Words)}");
        return text.Append(_random.Next(9) == 0 ? "?" : ".").ToString();
    }

    private string Paragraph(int sentences) => string.Join(' ', Enumerable.Range(0, sentences).Select(_ => Sentence()));

    private void Header()
    {
        Add($"<header><b style='font-size:{_size + 4}px'>{Title(1, 2)}</b>");
        for (int i = 0; i < 4; i++)
            Add($"<a href='#'>{Title(1, 2)}</a>");
        Add($"<span style='flex:1'></span><input placeholder='Search {Pick(Words)}' size=16><button>{Title(1, 2)}</button></header>");
    }

    private void Article()
    {
        Header();
        Add($"<main style='max-width:{Between(620, 860)}px;margin:auto'><h1>{Title(4, 7)}</h1><p class=faint>By {Name()} · {Date()} · {Between(3, 14)} min read</p>");
        for (int i = 0; i < 3; i++)
            Add($"<p>{Paragraph(4)} <a href='#'>{Phrase(2, 3)}</a> {Sentence()}</p><h2>{Title(2, 5)}</h2><ul><li>{Sentence()}<li>{Sentence()}</ul>");
        Add("</main>");
    }

    private void Dashboard()
    {
        Header();
        Add("<main><div class=grid style='grid-template-columns:repeat(4,1fr)'>");
        for (int i = 0; i < 4; i++)
            Add($"<div class=panel><div class=faint>{Title(1, 3)}</div><div style='font-size:30px;font-weight:bold'>{Between(100, 99999):N0}</div><small>{Pick(["+", "-"])}{Between(0, 30)}.{Between(0, 9)}% {Phrase(2, 3)}</small></div>");
        Add($"</div><h2 style='margin-top:18px'>{Title(2, 3)}</h2><table><tr><th>{Title(1, 1)}<th>{Title(1, 2)}<th>{Title(1, 1)}<th>{Title(1, 1)}<th>{Title(1, 1)}");
        for (int i = 0; i < 13; i++)
            Add($"<tr><td>#{Between(1000, 9999)}<td>{Name()}<td>{Date()}<td><span class=badge>{Pick(["Active", "Pending", "Failed", "Paid", "Open"])}</span><td>{Money()}");
        Add("</table></main>");
    }

    private void Mail()
    {
        Header();
        Add($"<div class=row><nav style='width:210px;padding:14px 20px'><button>Compose</button>");
        foreach (string folder in (string[])["Inbox", "Starred", "Sent", "Drafts", "Archive", "Spam", "Trash"])
            Add($"<a href='#'>{folder}{(_random.Next(2) == 0 ? $" ({Between(1, 240)})" : "")}</a>");
        Add("</nav><div style='flex:1;padding:10px 20px 0 0'>");
        for (int i = 0; i < 18; i++)
        {
            Add($"<div style='display:flex;gap:12px;border-bottom:1px solid #8884;padding:7px 0;{(i % 3 == 0 ? "font-weight:bold" : "")}'><span style='width:150px'>{Name()}</span>"
                + $"<span style='flex:1;white-space:nowrap;overflow:hidden'>{Phrase(3, 6)} <span class=faint>- {Phrase(4, 6)}</span></span><span>{Time()}</span></div>");
        }
        Add("</div></div>");
    }

    private void Shop()
    {
        Header();
        Add($"<main><h1>{Title(2, 4)}</h1><div class=grid style='grid-template-columns:repeat(4,1fr)'>");
        for (int i = 0; i < 8; i++)
        {
            Add($"<div class=panel><div style='height:110px;border-radius:4px;background:linear-gradient({Between(0, 180)}deg,hsl({Between(0, 359)} 60% 60%),hsl({Between(0, 359)} 60% 40%))'></div>"
                + $"<b>{Title(2, 3)}</b><div class=faint>{Phrase(2, 4)}</div><div style='display:flex;justify-content:space-between;align-items:center;margin-top:8px'>"
                + $"<span style='font-size:20px'>{Money()}</span><button>{Pick(["Add to cart", "Buy now", "Details"])}</button></div></div>");
        }
        Add("</div></main>");
    }

    private void Settings()
    {
        Header();
        Add($"<main style='max-width:900px'><h1>{Title(1, 3)}</h1>");
        for (int i = 0; i < 3; i++)
        {
            Add($"<div class=panel style='margin-bottom:14px'><h2>{Title(1, 3)}</h2><div class=grid style='grid-template-columns:200px 1fr'>"
                + $"<label>{Title(1, 2)}</label><input value='{Name()}'><label>{Title(1, 2)}</label><input value='{Pick(FirstNames).ToLowerInvariant()}.{Pick(Words)}@example.com'>"
                + $"<label>{Title(1, 2)}</label><select><option>{Phrase(1, 3)}</select></div><p><input type=checkbox {(i % 2 == 0 ? "checked" : "")}> {Phrase(4, 8)}</p></div>");
        }
        Add($"<button>Save changes</button> <a href='#'>Cancel</a></main>");
    }

    private void Documentation()
    {
        Header();
        Add("<div class=row><nav class=panel style='width:230px'>");
        for (int i = 0; i < 16; i++)
            Add($"<a href='#'>{Title(1, 3)}</a>");
        Add($"</nav><main style='flex:1'><h1>{Title(2, 4)}</h1><p>{Paragraph(3)}</p><pre class=panel>");
        for (int i = 0; i < 6; i++)
            Add($"{new string(' ', Between(0, 2) * 2)}{Pick(["var", "return", "let", "if", "await"])} {Pick(Words)} = {Pick(Words)}.{Pick(Words)}({Between(0, 99)}, \"{Pick(Words)}\");\n");
        Add($"</pre><p>{Paragraph(2)} Use <code>{Pick(Words)}_{Pick(Words)}</code> to {Pick(Words)} it.</p><h2>{Title(2, 3)}</h2><p>{Paragraph(3)}</p></main></div>");
    }

    private void Invoice()
    {
        Add($"<main style='max-width:820px;margin:auto'><div style='display:flex;justify-content:space-between'><h1>Invoice #{Between(10000, 99999)}</h1><div style='text-align:right'>{Title(2, 3)} Inc.<br>{Between(1, 999)} {Title(1, 1)} Street<br>{Title(1, 1)}, {Between(10000, 99999)}</div></div>"
            + $"<p>Bill to: <b>{Name()}</b><br>Due date: {Date()}<br>Phone: +1 ({Between(200, 999)}) {Between(200, 999)}-{Between(1000, 9999)}</p><table><tr><th>Description<th>Qty<th>Price<th>Total");
        for (int i = 0; i < 9; i++)
            Add($"<tr><td>{Phrase(2, 5)}<td>{Between(1, 40)}<td>{Money()}<td>{Money()}");
        Add($"</table><p style='text-align:right'>Subtotal {Money()}<br>Tax ({Between(5, 25)}%) {Money()}<br><b style='font-size:22px'>Total {Money()}</b></p><p class=faint>{Paragraph(2)}</p></main>");
    }

    private void Search()
    {
        Header();
        Add($"<main style='max-width:760px'><p class=faint>About {Between(1000, 9999999):N0} results (0.{Between(10, 99)} seconds)</p>");
        for (int i = 0; i < 6; i++)
            Add($"<div style='margin-bottom:16px'><div class=faint>https://www.{Pick(Words)}{Pick(Words)}.com/{Pick(Words)}/{Pick(Words)}</div><a href='#' style='font-size:20px'>{Title(4, 7)}</a><div>{Paragraph(2)}</div></div>");
        Add("</main>");
    }

    private void Board()
    {
        Header();
        Add("<main class=grid style='grid-template-columns:repeat(4,1fr)'>");
        foreach (string column in (string[])["To do", "In progress", "Review", "Done"])
        {
            Add($"<div class=panel><h2>{column} <span class=badge>{Between(2, 30)}</span></h2>");
            for (int i = 0; i < 4; i++)
                Add($"<div class=panel style='margin-top:10px'>{Phrase(3, 9)}<div class=faint style='margin-top:6px'>{Pick(["BUG", "FEAT", "DOC", "OPS"])}-{Between(10, 999)} · {Name()}</div></div>");
            Add("</div>");
        }
        Add("</main>");
    }

    private void Chat()
    {
        Add("<div class=row><nav class=panel style='width:260px;height:900px'>");
        for (int i = 0; i < 9; i++)
            Add($"<div style='padding:8px 0'><b>{Name()}</b><div class=faint style='white-space:nowrap;overflow:hidden'>{Phrase(2, 4)}</div></div>");
        Add($"</nav><div style='flex:1;padding:14px'><h2># {Pick(Words)}-{Pick(Words)}</h2>");
        for (int i = 0; i < 8; i++)
        {
            Add($"<div style='display:flex;{(i % 3 == 1 ? "justify-content:flex-end" : "")}'><div class={(i % 3 == 1 ? "button" : "panel")} style='max-width:520px;margin:6px 0'>"
                + $"{Paragraph(Between(1, 2))} <span style='opacity:.8'>{Time()}</span></div></div>");
        }
        Add($"<div class=row><input style='flex:1' placeholder='Message {Pick(Words)}'><button>Send</button></div></div></div>");
    }

    private void Calendar()
    {
        Header();
        Add($"<main><h1>{Pick(["January", "March", "June", "October"])} {Between(2024, 2027)}</h1><div class=grid style='grid-template-columns:repeat(7,1fr);gap:4px'>");
        foreach (string day in (string[])["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
            Add($"<b>{day}</b>");
        for (int i = 1; i <= 35; i++)
            Add($"<div class=panel style='height:118px;padding:6px'>{(i - 1) % 31 + 1}{(_random.Next(3) == 0 ? $"<div class=badge style='border-radius:3px'>{Between(8, 18)}:{Pick(["00", "15", "30"])} {Title(1, 1)}</div>" : "")}{(_random.Next(5) == 0 ? $"<div>{Phrase(2, 3)}</div>" : "")}</div>");
        Add("</div></main>");
    }

    private void News()
    {
        Header();
        Add($"<main><div class=row><div style='flex:2'><h1 style='font-size:36px'>{Title(5, 8)}</h1><p>{Paragraph(4)}</p></div><div class=panel style='flex:1'><h2>{Title(1, 2)}</h2><ol>");
        for (int i = 0; i < 5; i++)
            Add($"<li><a href='#'>{Phrase(4, 8)}</a>");
        Add("</ol></div></div><div style='columns:3;column-gap:24px;margin-top:14px'>");
        for (int i = 0; i < 6; i++)
            Add($"<h2>{Title(3, 5)}</h2><p>{Paragraph(3)}</p>");
        Add($"</div><p style='letter-spacing:2px;text-transform:uppercase'>{Phrase(3, 6)}</p></main>");
    }
}
