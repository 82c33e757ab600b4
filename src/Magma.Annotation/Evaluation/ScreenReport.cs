using System.Globalization;
using System.Net;
using System.Text;
using Magma.Data;

namespace Magma.Annotation.Evaluation;

/// <summary>A picture of the report.</summary>
/// <param name="File">Its name in the folder <c>pictures</c>.</param>
/// <param name="Screen">What it shows.</param>
public sealed record ScreenPicture(string File, EvaluatedScreen Screen);

/// <summary>How good a parser is.</summary>
/// <param name="Name">What finds the controls.</param>
/// <param name="Overlap">Counted by overlap.</param>
/// <param name="Centre">Counted by centre.</param>
public sealed record ParserScore(string Name, ScreenScore Overlap, ScreenScore Centre);

/// <summary>Writes an evaluation as one HTML page with pictures; it loads nothing from the network.</summary>
public static class ScreenReport
{
    /// <summary>The folder of the pictures, beside the page.</summary>
    public const string PictureFolder = "pictures";

    private const string Style = """
        :root { color-scheme: light dark }
        body { font: 15px/1.5 system-ui, "Liberation Sans", Arial, sans-serif; max-width: 1200px; margin: 32px auto; padding: 0 20px }
        table { border-collapse: collapse; margin: 12px 0 } td, th { padding: 3px 14px; text-align: right; border-bottom: 1px solid #8884 }
        td:first-child, th:first-child { text-align: left } img { max-width: 100%; border: 1px solid #8886 } figure { margin: 28px 0 }
        i { font-style: normal; padding: 0 8px; border: 2px solid; margin-right: 8px } .found { border-color: #00963c } .missed { border-color: #dc0000 }
        .false { border-color: #ff8c00 } .seen { border: 1px solid #285ae6 } .optional { border: 1px solid #969696 }
        """;

    /// <summary>The table of a parser as plain text.</summary>
    public static string Table(ParserScore parser)
    {
        var text = new StringBuilder();
        text.Append($"{parser.Name}\n{"",-26}{"truth",7}{"false",7}   {"IoU 0.5: recall",15}{"precision",11}   {"centre: recall",14}{"precision",11}\n");
        foreach ((string name, ScreenCount count) in parser.Overlap.Rows)
        {
            ScreenCount other = parser.Centre[name];
            text.Append($"{name,-26}{count.Truth,7}{other.False,7}   {Share(count.Recall),15}{Share(count.Precision),11}   ");
            text.Append($"{Share(other.Recall),14}{Share(other.Precision),11}\n");
        }

        text.Append($"{OnOptional(parser)}\n");
        return text.ToString();
    }

    /// <summary>Writes <c>index.html</c> into a folder that has the pictures already.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="screens">How many screens there were.</param>
    /// <param name="parsers">The parser that the pictures show, then those beside it.</param>
    /// <param name="pictures">The pictures.</param>
    /// <returns>The page's path.</returns>
    public static string Write(string folder, int screens, IReadOnlyList<ParserScore> parsers, IReadOnlyList<ScreenPicture> pictures)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append($"<title>What the parser saw</title>\n<style>\n{Style}\n</style>\n<h1>What the parser saw</h1>\n");
        html.Append($"<p>{screens} screens. {Text(ScreenTruth.Rules)}</p>\n");
        foreach (ParserScore parser in parsers)
        {
            html.Append($"<h2>{Text(parser.Name)}</h2>\n<table>\n<tr><th></th><th>truth</th><th>false</th><th>recall, IoU 0.5</th>");
            html.Append("<th>precision, IoU 0.5</th><th>recall, centre</th><th>precision, centre</th></tr>\n");
            foreach ((string name, ScreenCount count) in parser.Overlap.Rows)
            {
                ScreenCount other = parser.Centre[name];
                html.Append($"<tr><td>{Text(name)}</td><td>{count.Truth}</td><td>{other.False}</td><td>{Share(count.Recall)}</td>");
                html.Append($"<td>{Share(count.Precision)}</td><td>{Share(other.Recall)}</td><td>{Share(other.Precision)}</td></tr>\n");
            }

            html.Append($"</table>\n<p>{OnOptional(parser)}</p>\n");
        }

        html.Append($"<p>{Text(parsers[0].Name)}: <i class=\"found\">found</i><i class=\"missed\">missed</i><i class=\"false\">on nothing</i>");
        html.Append("<i class=\"seen\">as the parser saw it</i><i class=\"optional\">optional</i> by centre</p>\n");
        foreach (ScreenPicture picture in pictures)
        {
            int truth = picture.Screen.Truth.Count(element => !element.Optional);
            int missed = Enumerable.Range(0, picture.Screen.Truth.Count)
                .Count(index => !picture.Screen.Truth[index].Optional && picture.Screen.Centre.OfTruth[index] is null);
            html.Append($"<figure><img src=\"{PictureFolder}/{picture.File}\" alt=\"{Text(picture.Screen.Name)}\" loading=\"lazy\">");
            html.Append($"<figcaption>{Text(picture.Screen.Name)}: {truth - missed} of {truth} found, {picture.Screen.Centre.False.Count} on nothing");
            html.Append("</figcaption></figure>\n");
        }

        html.Append("</html>\n");
        string path = Path.Combine(folder, "index.html");
        AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(html.ToString()));
        return path;
    }

    private static string OnOptional(ParserScore parser) =>
        $"On something optional, so counted neither way: {parser.Overlap.Open} boxes by overlap, {parser.Centre.Open} by centre.";

    private static string Share(double share) => double.IsNaN(share) ? "-" : share.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
