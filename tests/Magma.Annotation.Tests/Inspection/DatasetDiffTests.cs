using Magma.Annotation.Inspection;
using Magma.Datasets.Samples;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Annotation.Tests.Inspection;

public sealed class DatasetDiffTests
{
    [Fact]
    public void Seeded_changes_are_all_found_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder["old"], 12, (_, elements) => elements);
        Labelled.Write(folder["new"], 12, (screen, elements) => screen switch
        {
            2 => [.. elements.Where((_, i) => i != 4)],
            5 => [.. elements, Labelled.Button(380, 285, "new one")],
            7 => [.. elements.Select((element, i) => i == 3 ? element with { Box = PixelBox.FromXywh(26, 113, 90, 30) } : element)],
            9 => [.. elements.Select((element, i) => i == 8 ? element with { Box = PixelBox.FromXywh(20, 285, 90, 30) } : element).Reverse()],
            _ => elements,
        });
        DatasetDiff diff = Diff(folder["old"], folder["new"]);
        Assert.Equal((12L, 4L), (diff.Compared, diff.Different));
        Assert.Equal((1L, 1L, 2L), (diff.Added, diff.Lost, diff.Moved));
        Assert.Equal(12 * 9 - 3, diff.Same);
        Assert.Equal("new one", diff.Worst.Single(input => input.Name == "screens/5.png").Marks.Added.Single().Text);
        Assert.Equal("button 2.4", diff.Worst.Single(input => input.Name == "screens/2.png").Marks.Lost.Single().Text);
        Assert.Equal(6, diff.Worst.Single(input => input.Name == "screens/7.png").Marks.Moved.Single().Distance, 0.01);
        Assert.Equal("button 9.8", diff.Worst.Single(input => input.Name == "screens/9.png").Marks.Moved.Single().New.Text);
    }

    [Fact]
    public void A_data_set_does_not_differ_from_itself()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder.Path, 3, (_, elements) => elements);
        DatasetDiff diff = Diff(folder.Path, folder.Path);
        Assert.Equal((3L, 0L, 27L), (diff.Compared, diff.Different, diff.Same));
    }

    [Fact]
    public void Inputs_in_another_order_or_in_one_version_only_are_matched_by_name()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder["old"], Enumerable.Range(0, 5).Select(i => Labelled.SampleOf(i, Labelled.Elements(i))));
        Labelled.Write(folder["new"], new[] { 6, 4, 3, 2, 1 }.Select(i => Labelled.SampleOf(i, Labelled.Elements(i))));
        DatasetDiff diff = Diff(folder["old"], folder["new"]);
        Assert.Equal((4L, 0L), (diff.Compared, diff.Different));
        Assert.Equal(["screens/0.png"], diff.OnlyOld);
        Assert.Equal(["screens/6.png"], diff.OnlyNew);
    }

    [Fact]
    public void Traced_points_are_compared_by_where_they_start_and_go()
    {
        SampleMark Point(int number, double x, double y, double step) =>
            new(number, null, [.. Enumerable.Range(0, 5).Select(i => new PixelPoint(x + i * step, y))], null, "foreground");
        MarkDiff diff = MarkDiff.Between([Point(1, 10, 10, 3), Point(2, 100, 50, 0), Point(3, 200, 50, 1)], [Point(5, 100.5, 50, 0), Point(6, 10, 12, 9), Point(7, 300, 9, 0)]);
        Assert.Equal((1, 1, 1, 1), (diff.Added.Count, diff.Lost.Count, diff.Moved.Count, diff.Same));
    }

    [Fact]
    public void The_report_holds_its_pictures_and_escapes_what_screens_say()
    {
        using var folder = new TemporaryFolder();
        Labelled.Write(folder["old"], 2, (_, elements) => elements);
        Labelled.Write(folder["new"], 2, (_, elements) => [.. elements.Skip(1), Labelled.Button(380, 285, "<script>alert(1)</script>")]);
        DiffReport.Write(folder["report.html"], Diff(folder["old"], folder["new"]), "<old>", "new & newer");
        string html = File.ReadAllText(folder["report.html"]);
        Assert.Equal(2, html.Split("data:image/jpeg;base64,").Length - 1);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("new &amp; newer", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html.Replace("data:image", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static DatasetDiff Diff(string old, string @new)
    {
        var problems = new List<string>();
        DatasetDiff diff = DatasetDiff.Between(SampleSource.Open(old), SampleSource.Open(@new), 10, problems.Add, CancellationToken.None);
        Assert.Empty(problems);
        return diff;
    }
}
