using Magma.Annotation.Evaluation;
using Magma.Browser;
using Magma.Data;
using Magma.Vision;

namespace Magma.Annotation.Tests.Evaluation;

public sealed class ScreenEvaluationTests
{
    private static readonly PixelSize Screen = new(1000, 800);

    [Fact]
    public void Truth_is_what_can_be_used_and_is_large_enough()
    {
        PageElement[] page =
        [
            Element(new(0, 0, 100, 30)), Element(new(0, 50, 7, 57)), Element(new(0, 100, 100, 130), interactable: false, kind: ElementKind.Text) with { Tag = "p" },
            Element(new(0, 200, 900, 700)), Element(new(100, 150, 160, 166), inline: true),
        ];

        using Image striped = Striped();
        IReadOnlyList<TruthElement> truth = ScreenTruth.Of(page, striped);

        Assert.Equal([TruthDemand.Must, TruthDemand.Container, TruthDemand.InlineLink], truth.Select(element => element.Demand));
    }

    [Fact]
    public void An_element_that_holds_others_is_optional()
    {
        PageElement[] page = [Element(new(0, 0, 300, 200)), Element(new(10, 10, 60, 40), parent: 0), Element(new(80, 10, 160, 40), parent: 0)];

        using Image striped = Striped();
        Assert.Equal([true, false, false], ScreenTruth.Of(page, striped).Select(element => element.Optional));
    }

    [Fact]
    public void A_link_whose_pixels_show_nothing_is_not_asked_for_and_a_faint_outline_shows_something()
    {
        PageElement[] page = [Element(new(100, 100, 140, 130)), Element(new(200, 100, 240, 130)), Element(new(300, 100, 340, 130))];
        using var image = new Image(Screen);
        image.FillRectangle(new(0, 0, 1000, 800), new Color(255, 255, 255));
        image.DrawRectangle(new(200, 100, 240, 130), new Color(246, 246, 246), 1);
        image.DrawLine(new(310, 110), new(320, 120), new Color(0, 0, 0), 1);

        Assert.Equal([200, 300], ScreenTruth.Of(page, image).Select(element => element.Box.X1));
    }

    [Fact]
    public void A_link_over_two_lines_is_found_by_either_line_or_both_and_a_box_on_the_other_line_is_no_fault()
    {
        TruthElement[] truth = [Truth(new(0, 20, 100, 40)) with { Parts = [new(60, 0, 100, 18), new(0, 20, 100, 40)] }];
        foreach (PixelBox found in new PixelBox[] { new(60, 0, 100, 18), new(0, 20, 100, 40), new(0, 0, 100, 40) })
            Assert.Equal(0, ScreenMatch.ByOverlap(truth, [found]).OfTruth[0]);
        PixelBox[] both = [new(60, 0, 100, 18), new(0, 20, 100, 40)];
        Assert.Empty(ScreenMatch.ByOverlap(truth, both).False);
        Assert.Empty(ScreenMatch.ByCentre(truth, both).False);
        Assert.Equal([0], ScreenMatch.ByCentre(truth, [new(10, 2, 30, 16)]).False);
    }

    [Fact]
    public void What_looks_like_a_control_but_cannot_be_used_is_optional()
    {
        PageElement[] page =
        [
            Element(new(0, 0, 100, 30)), Element(new(0, 50, 100, 80), interactable: false), Element(new(0, 100, 100, 130), interactable: false) with { Tag = "p" },
            Element(new(0, 150, 100, 180), interactable: false, kind: ElementKind.Text),
            Element(new(0, 200, 100, 230), interactable: false, kind: ElementKind.Text) with { Tag = "p" },
        ];

        using Image striped = Striped();
        IReadOnlyList<TruthElement> truth = ScreenTruth.Of(page, striped);

        Assert.Equal([0, 50, 100, 150], truth.Select(element => element.Box.Y1));
        Assert.Equal([false, true, true, true], truth.Select(element => element.Optional));
    }

    [Fact]
    public void Boxes_on_a_bare_canvas_count_neither_way_and_those_on_a_canvas_behind_a_page_do()
    {
        PageElement chart = Element(new(0, 0, 400, 300), interactable: false, kind: ElementKind.Image) with { Tag = "canvas" };
        PageElement text = Element(new(10, 200, 100, 220), interactable: false, kind: ElementKind.Text) with { Tag = "p" };
        PixelBox[] boxes = [new(20, 10, 60, 26), new(20, 200, 60, 216), new(500, 10, 560, 30)];

        using Image striped = Striped();
        IReadOnlyList<TruthElement> bare = ScreenTruth.Of([chart], striped);
        foreach (ScreenMatch match in new[] { ScreenMatch.ByCentre(bare, boxes), ScreenMatch.ByOverlap(bare, boxes) })
        {
            Assert.Equal([2], match.False);
            Assert.Equal(2, match.Open);
        }

        Assert.Equal([0, 1, 2], ScreenMatch.ByCentre(ScreenTruth.Of([chart, text], striped), boxes).False);
    }

    [Fact]
    public void Boxes_match_one_to_one_and_the_closest_first()
    {
        TruthElement[] truth = [Truth(new(0, 0, 100, 40)), Truth(new(200, 0, 300, 40))];
        PixelBox[] boxes = [new(0, 0, 90, 40), new(0, 0, 100, 40), new(230, 10, 270, 30), new(500, 0, 600, 40)];

        ScreenMatch overlap = ScreenMatch.ByOverlap(truth, boxes), centre = ScreenMatch.ByCentre(truth, boxes);

        Assert.Equal([1, null], overlap.OfTruth);
        Assert.Equal([0, 2, 3], overlap.False);
        Assert.Equal([1, 2], centre.OfTruth);
        Assert.Equal([0, 3], centre.False);
    }

    [Fact]
    public void Boxes_on_something_optional_are_neither_found_nor_false()
    {
        TruthElement[] truth = [Truth(new(0, 0, 400, 400)) with { Demand = TruthDemand.Container }, Truth(new(10, 10, 60, 40))];
        PixelBox[] boxes = [new(10, 10, 60, 40), new(100, 100, 150, 130), new(200, 200, 250, 230)];
        ScreenMatch match = ScreenMatch.ByCentre(truth, boxes);
        var score = new ScreenScore();
        score.Add(truth, [.. boxes.Select(box => new ScreenElement(box, null, ElementKind.Icon, true, ElementSource.Detector, 1))], match, 1);

        Assert.Equal(0, match.OfTruth[1]);
        Assert.Equal(new ScreenCount(1, 1, 0), score[ScreenScore.All]);
        Assert.Contains("1.000", ScreenReport.Table(new ParserScore("one", score, score)));
    }

    private static TruthElement Truth(PixelBox box) => new(box, ElementKind.Button, TruthDemand.Must, "x");

    private static PageElement Element(
        PixelBox box, bool interactable = true, bool inline = false, int? parent = null, ElementKind kind = ElementKind.Link) =>
        new(new ScreenElement(box, "x", kind, interactable, ElementSource.Dom, 1), "a", "link", "x", null, null, inline, parent);

    private static Image Striped()
    {
        var image = new Image(Screen);
        for (int x = 0; x < Screen.Width; x += 5) image.DrawLine(new(x, 0), new(x, Screen.Height), new Color(255, 255, 255), 1);
        return image;
    }
}
