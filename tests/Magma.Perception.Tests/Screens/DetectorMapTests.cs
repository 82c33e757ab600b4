using Magma.Data;
using Magma.Testing;

namespace Magma.Perception.Tests;

public sealed class DetectorMapTests
{
    [Fact]
    public void A_class_map_is_read_with_its_defaults()
    {
        DetectorMap map = Read("size: 640\nclasses:\n  0: icon\n  1: {kind: text, interactable: true}\n");
        Assert.Equal((640, 0.05, 0.1), (map.Size, map.Confidence, map.Overlap));
        Assert.Equal([new DetectorClass(ElementKind.Icon, null), new DetectorClass(ElementKind.Text, true)], map.Classes);
    }

    [Fact]
    public void Every_problem_of_a_class_map_is_in_one_message()
    {
        string message = Assert.Throws<InvalidDataException>(
            () => Read("size: 8\nthreshold: 1\noverlap: much\nclasses:\n  0: gadget\n  two: icon\n  3: {kind: icon, usable: yes}\n")).Message;
        foreach (string part in new[] { "size '8'", "'threshold'", "overlap 'much'", "'gadget' is none of the kinds text,", "class 'two'", "usable", "class 0 is missing" })
            Assert.Contains(part, message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("classes: [")]
    [InlineData("classes: {}")]
    public void What_is_no_class_map_is_refused(string text) => Assert.Throws<InvalidDataException>(() => Read(text));

    private static DetectorMap Read(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["map.yaml"], text);
        return DetectorMap.Read(folder["map.yaml"]);
    }
}
