using Magma.Vision;

namespace Magma.Data.Tests;

public sealed class ScreenFrameTests
{
    private static readonly PixelSize Size = new(800, 600);

    private static ScreenElement Element(double x, double y, double width, double height, string? text = null, ElementKind kind = ElementKind.Button) =>
        new(PixelBox.FromXywh(x, y, width, height), text, kind, kind != ElementKind.Text, ElementSource.Detector, 0.9);

    // A bar with two links, and ten rows of a name, a button that all rows have, and an icon without words.
    private static List<ScreenElement> Page(double scrolled, int? inserted = null, string? changed = null)
    {
        var elements = new List<ScreenElement>
        {
            Element(0, 0, 800, 50, null, ElementKind.Region), Element(20, 10, 60, 30, "Home", ElementKind.Link), Element(100, 10, 60, 30, "Help", ElementKind.Link),
        };
        int slot = 0;
        for (int row = 0; row < 10; row++, slot++)
        {
            if (row == inserted)
            {
                elements.Add(Element(20, 60 + (slot * 40) - scrolled, 200, 30, "New", ElementKind.Text));
                elements.Add(Element(300, 60 + (slot * 40) - scrolled, 80, 30, "Edit"));
                slot++;
            }

            double y = 60 + (slot * 40) - scrolled;
            if (y < 60) continue;
            elements.Add(Element(20, y, 200, 30, row == 3 && changed is not null ? changed : $"Name {row}", ElementKind.Text));
            elements.Add(Element(300, y, 80, 30, "Edit"));
            elements.Add(Element(400, y, 30, 30, null, ElementKind.Icon));
        }

        return elements;
    }

    private static Dictionary<int, ScreenElement> ById(ScreenFrame frame) =>
        frame.Ids.Zip(frame.Elements).ToDictionary(pair => pair.First, pair => pair.Second);

    [Fact]
    public void On_an_unchanged_screen_every_element_keeps_its_number()
    {
        ScreenFrame first = ScreenFrame.First(Size, Page(0));
        Assert.Equal(first.Ids, first.Next(Size, Page(0)).Ids);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(40)]
    [InlineData(120)]
    public void Scrolled_elements_keep_their_numbers_also_where_all_rows_look_alike(double by)
    {
        ScreenFrame first = ScreenFrame.First(Size, Page(0)), next = first.Next(Size, Page(by));
        Dictionary<int, ScreenElement> before = ById(first);
        foreach ((int id, ScreenElement after) in next.Ids.Zip(next.Elements))
        {
            bool stays = after.Box.Y1 < 50;
            Assert.Equal(stays ? after.Box.Y1 : after.Box.Y1 + by, before[id].Box.Y1);
            Assert.Equal((before[id].Text, before[id].Kind), (after.Text, after.Kind));
        }
    }

    [Fact]
    public void An_inserted_row_gets_new_numbers_and_the_others_keep_theirs()
    {
        const double place = 60 + (4 * 40);
        ScreenFrame first = ScreenFrame.First(Size, Page(0)), next = first.Next(Size, Page(0, inserted: 4));
        Dictionary<int, ScreenElement> before = ById(first);
        foreach ((int id, ScreenElement after) in next.Ids.Zip(next.Elements))
        {
            if (after.Box.Y1 == place) Assert.DoesNotContain(id, first.Ids);
            else Assert.Equal(after.Box.Y1 > place ? after.Box.Y1 - 40 : after.Box.Y1, before[id].Box.Y1);
        }
    }

    [Fact]
    public void A_changed_text_keeps_its_number()
    {
        ScreenFrame first = ScreenFrame.First(Size, Page(0)), next = first.Next(Size, Page(0, changed: "Renamed"));
        Assert.Equal(first.Ids, next.Ids);
    }

    [Fact]
    public void A_number_is_never_given_again()
    {
        ScreenFrame first = ScreenFrame.First(Size, [Element(0, 0, 40, 20, "One"), Element(300, 300, 40, 20, "Two")]);
        ScreenFrame without = first.Next(Size, [first.Elements[0]]);
        ScreenFrame other = without.Next(Size, [first.Elements[0], Element(600, 100, 90, 60, "Three", ElementKind.Link)]);
        Assert.Equal([0, 2], other.Ids);
    }

    [Fact]
    public void What_lies_inside_belongs_to_the_smallest_that_holds_it_and_is_read_after_it()
    {
        ScreenElement[] elements =
        [
            Element(420, 300, 40, 20, "right"), Element(0, 0, 800, 600, null, ElementKind.Region), Element(20, 302, 300, 100, "left"),
            Element(30, 360, 40, 20, "lower"), Element(30, 310, 40, 20, "upper"), Element(20, 20, 40, 20, "first"),
        ];
        ScreenFrame frame = ScreenFrame.First(Size, elements);
        Assert.Equal([1, null, 1, 2, 2, 1], frame.Parents);
        Assert.Equal([1, 5, 0, 2, 4, 3], frame.ReadingOrder);
    }

    [Fact]
    public void Equal_boxes_hold_each_other_only_one_way()
    {
        ScreenFrame frame = ScreenFrame.First(Size, [Element(0, 0, 40, 20, "a"), Element(0, 0, 40, 20, "b"), Element(0, 0, 40, 20, "c")]);
        Assert.Equal([null, 0, 1], frame.Parents);
        Assert.Equal([0, 1, 2], frame.ReadingOrder);
    }

    [Fact]
    public void The_answer_of_OmniParsers_server_has_its_members_and_fractions()
    {
        ScreenElement[] elements =
        [
            new(new PixelBox(80, 60, 160, 90), "Say", ElementKind.Text, false, ElementSource.Ocr, 0.9), Element(400, 300, 80, 60), Element(0, 0, 80, 60, "Go"),
        ];
        string json = ScreenJson.WriteOmniParser(Size, elements, [1, 2, 3], TimeSpan.FromSeconds(0.25)).ToJsonString();
        Assert.Equal(
            """
            {"som_image_base64":"AQID","parsed_content_list":[
            {"type":"text","bbox":[0.1,0.1,0.2,0.15],"interactivity":false,"content":"Say","source":"box_ocr_content_ocr"},
            {"type":"icon","bbox":[0.5,0.5,0.6,0.6],"interactivity":true,"content":null,"source":"box_yolo_content_yolo"},
            {"type":"icon","bbox":[0,0,0.1,0.1],"interactivity":true,"content":"Go","source":"box_yolo_content_ocr"}],"latency":0.25}
            """.Replace("\n", ""),
            json);
    }
}
