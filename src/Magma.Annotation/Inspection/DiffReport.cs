using System.Globalization;
using System.Net;
using System.Text;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Inspection;

/// <summary>Writes the differences of two labelled versions as one HTML file that holds its pictures and needs nothing else.</summary>
public static class DiffReport
{
    private const int PictureWidth = 1_100;
    private const int JpegQuality = 78;
    private const int ListedNames = 200;

    private static readonly Lazy<string> Style = new(() =>
    {
        using Stream stream = typeof(DiffReport).Assembly.GetManifestResourceStream("Magma.Annotation.Inspection.diff.css")
            ?? throw new InvalidOperationException("The report's style sheet is not built into this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });

    /// <summary>Writes the report; the file appears when it is whole.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="diff">The differences.</param>
    /// <param name="oldName">What the earlier version is called.</param>
    /// <param name="newName">What the later version is called.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, DatasetDiff diff, string oldName, string newName)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using AtomicFile file = AtomicFile.Create(path);
        // Pictures go out one by one; all of them in one string would be large.
        using (var writer = new StreamWriter(file.Stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" })
        {
            WriteHead(writer, diff, oldName, newName);
            foreach (InputDiff input in diff.Worst) WriteInput(writer, input);
            WriteNames(writer, $"Only in {oldName}", diff.OnlyOld);
            WriteNames(writer, $"Only in {newName}", diff.OnlyNew);
            writer.WriteLine("</main></body></html>");
        }

        file.Commit();
    }

    private static void WriteHead(StreamWriter writer, DatasetDiff diff, string oldName, string newName)
    {
        writer.WriteLine(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        writer.WriteLine($"<title>{Text(oldName)} → {Text(newName)}</title><style>{Style.Value}</style></head><body>");
        writer.WriteLine("<header><h1>Marks: two labellers over one corpus</h1>");
        writer.WriteLine($"<p class=\"versions\"><b>Old</b> {Text(oldName)}<br><b>New</b> {Text(newName)}</p></header><main>");
        writer.WriteLine("<section class=\"figures\">");
        Figure("inputs in both", diff.Compared, "");
        Figure("inputs that differ", diff.Different, "");
        Figure("marks added", diff.Added, "added");
        Figure("marks lost", diff.Lost, "lost");
        Figure("marks moved", diff.Moved, "moved");
        Figure("marks unchanged", diff.Same, "");
        writer.WriteLine("</section>");
        if (diff.ByKind.Count > 0) WriteKinds(writer, diff);
        if (diff.Worst.Count == 0)
        {
            writer.WriteLine("<p>No input that both versions have differs in its marks.</p>");
            return;
        }

        string shown = diff.Different > diff.Worst.Count
            ? $"The {diff.Worst.Count} inputs that differ most, of {diff.Different}"
            : "Inputs that differ, most first";
        writer.WriteLine($"<h2>{shown}</h2>");
        writer.WriteLine(
            "<p class=\"legend\">Show: <label><input type=\"checkbox\" id=\"show-added\" checked> <i class=\"added\"></i> added</label>");
        writer.WriteLine("<label><input type=\"checkbox\" id=\"show-lost\" checked> <i class=\"lost\"></i> lost</label>");
        writer.WriteLine(
            "<label><input type=\"checkbox\" id=\"show-moved\" checked> <i class=\"moved\"></i> moved (dashed: before)</label></p>");

        void Figure(string name, long value, string kind) =>
            writer.WriteLine($"<div class=\"{kind}\"><strong>{Number(value)}</strong><span>{name}</span></div>");
    }

    private static void WriteKinds(StreamWriter writer, DatasetDiff diff)
    {
        writer.WriteLine("<table><thead><tr><th>kind of mark</th><th>added</th><th>lost</th><th>moved</th></tr></thead><tbody>");
        foreach ((string kind, (long added, long lost, long moved)) in diff.ByKind)
            writer.WriteLine($"<tr><td>{Text(kind)}</td><td>{Number(added)}</td><td>{Number(lost)}</td><td>{Number(moved)}</td></tr>");
        writer.WriteLine("</tbody></table>");
    }

    private static void WriteInput(StreamWriter writer, InputDiff input)
    {
        MarkDiff marks = input.Marks;
        writer.WriteLine($"<article><h3>{Text(input.Name)}</h3><p class=\"counts\"><span class=\"added\">+{marks.Added.Count} added</span> "
            + $"<span class=\"lost\">−{marks.Lost.Count} lost</span> <span class=\"moved\">{marks.Moved.Count} moved</span> {marks.Same} unchanged</p>");
        if (input.Picture is { } picture) WritePicture(writer, input, picture);
        writer.WriteLine("<details><summary>All differences</summary><ul>");
        foreach (SampleMark mark in marks.Added) Item("added", "added", mark, "");
        foreach (SampleMark mark in marks.Lost) Item("lost", "lost", mark, "");
        foreach (MovedMark mark in marks.Moved)
        {
            string how = double.IsFinite(mark.Distance) ? $"moved by {Coordinate(mark.Distance)} px" : "moved";
            Item("moved", how, mark.New, $", before {Place(mark.Old)}");
        }

        writer.WriteLine("</ul></details></article>");

        void Item(string kind, string how, SampleMark mark, string more) => writer.WriteLine(
            $"<li><span class=\"{kind}\">{how}</span> mark {mark.Number}, {Text(mark.Kind)}{(mark.Text is null ? "" : $", “{Text(mark.Text)}”")}, at {Place(mark)}{more}</li>");
    }

    private static void WritePicture(StreamWriter writer, InputDiff input, SampleImage picture)
    {
        PixelSize size;
        byte[] jpeg;
        try
        {
            using Image image = Image.Decode(picture.Bytes.Span);
            size = image.Size;
            double scale = Math.Min(1, (double)PictureWidth / size.Width);
            using Image small = image.Resize(
                new PixelSize(Math.Max(1, (int)(size.Width * scale)), Math.Max(1, (int)(size.Height * scale))));
            jpeg = small.Encode(ImageFormat.Jpeg, JpegQuality);
        }
        catch (InvalidDataException problem)
        {
            writer.WriteLine($"<p>Its picture cannot be shown: {Text(problem.Message)}</p>");
            return;
        }

        writer.WriteLine($"<figure><img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">");
        writer.WriteLine($"<svg viewBox=\"0 0 {size.Width} {size.Height}\" preserveAspectRatio=\"none\">");
        foreach (SampleMark mark in input.Marks.Lost) Draw(mark, "lost", "lost");
        foreach (MovedMark mark in input.Marks.Moved)
        {
            Draw(mark.Old, "moved before", "before");
            Draw(mark.New, "moved", "moved");
        }

        foreach (SampleMark mark in input.Marks.Added) Draw(mark, "added", "added");
        writer.WriteLine("</svg></figure>");

        void Draw(SampleMark mark, string kind, string what)
        {
            string title = $"<title>{what}: mark {mark.Number}{(mark.Text is null ? "" : $" “{Text(mark.Text)}”")}</title>";
            writer.WriteLine(mark.Box is { } box
                ? $"<rect class=\"{kind}\" x=\"{Coordinate(box.X1)}\" y=\"{Coordinate(box.Y1)}\" width=\"{Coordinate(Math.Max(0, box.Width))}\" height=\"{Coordinate(Math.Max(0, box.Height))}\">{title}</rect>"
                : $"<polyline class=\"{kind}\" points=\"{string.Join(' ', mark.Path.Select(point => $"{Coordinate(point.X)},{Coordinate(point.Y)}"))}\">{title}</polyline>");
        }
    }

    private static void WriteNames(StreamWriter writer, string title, IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        writer.WriteLine($"<h2>{Text(title)}: {Number(names.Count)} inputs</h2><ul class=\"names\">");
        foreach (string name in names.Take(ListedNames)) writer.WriteLine($"<li>{Text(name)}</li>");
        if (names.Count > ListedNames) writer.WriteLine($"<li>… and {Number(names.Count - ListedNames)} more</li>");
        writer.WriteLine("</ul>");
    }

    private static string Place(SampleMark mark) => mark.Box is { } box
        ? $"[{Coordinate(box.X1)}, {Coordinate(box.Y1)}, {Coordinate(box.X2)}, {Coordinate(box.Y2)}]"
        : mark.Path.Count == 0 ? "nowhere" : $"({Coordinate(mark.Path[0].X)}, {Coordinate(mark.Path[0].Y)}) to ({Coordinate(mark.Path[^1].X)}, {Coordinate(mark.Path[^1].Y)})";

    private static string Coordinate(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
