using Magma.Vision;

namespace Magma.Perception.Tests;

public sealed class TextCacheTests
{
    private static Image Screen(params string[] lines)
    {
        var screen = new Image(new PixelSize(400, 40 + (40 * lines.Length)));
        screen.FillRectangle(screen.Size.ToBox(), new Color(255, 255, 255));
        for (int line = 0; line < lines.Length; line++)
            screen.DrawText(lines[line], new PixelPoint(24, 20 + (40 * line)), Font.Default, 18, new Color(20, 20, 20));
        return screen;
    }

    [Fact]
    public void Only_changed_lines_are_read_again_and_the_result_is_the_same_as_without_a_cache()
    {
        using var reader = new OcrReader();
        var cache = new TextCache();
        using Image before = Screen("Settings and more", "Three new messages", "Sign out of this account");
        using Image after = Screen("Settings and more", "Four new messages", "Sign out of this account");

        IReadOnlyList<TextBox> first = reader.Read(before, cache);
        Assert.Equal(0, cache.Reused);
        IReadOnlyList<TextBox> second = reader.Read(after, cache);

        Assert.Equal(2, cache.Reused);
        Assert.Equal(reader.Read(before), first);
        Assert.Equal(reader.Read(after), second);
        Assert.Contains(second, line => line.Text == "Four new messages");
    }

    [Fact]
    public void Lines_of_the_screen_before_the_last_are_forgotten()
    {
        using var reader = new OcrReader();
        var cache = new TextCache();
        using Image one = Screen("The first screen"), other = Screen("Something quite different");
        foreach (Image screen in new[] { one, other, one }) reader.Read(screen, cache);
        Assert.Equal(0, cache.Reused);
    }
}
