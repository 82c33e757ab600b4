using System.Text.Json;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Cli.Tests;

public sealed class ParseTests
{
    private static void Write(string path, string label)
    {
        using var screen = new Image(new PixelSize(320, 160));
        screen.FillRectangle(screen.Size.ToBox(), new Color(255, 255, 255));
        screen.FillRectangle(new PixelBox(20, 20, 160, 60), new Color(30, 90, 200));
        screen.DrawText(label, new PixelPoint(40, 30), Font.Default, 17, new Color(255, 255, 255));
        screen.DrawText("Unchanged words", new PixelPoint(20, 100), Font.Default, 17, new Color(0, 0, 0));
        screen.Save(path);
    }

    private static JsonElement[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    [Fact]
    public void Two_pictures_of_a_screen_give_a_line_each_in_which_elements_keep_their_ids()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.png"], "Save all");
        Write(folder["b.png"], "Saved");

        (int code, string output) = MagmaProcess.Run("parse", folder["a.png"], folder["b.png"]);

        Assert.True(code == 0, output);
        JsonElement[] screens = Lines(output);
        Assert.Equal(2, screens.Length);
        int IdOf(JsonElement screen, string text) =>
            screen.GetProperty("elements").EnumerateArray().Single(one => one.GetProperty("text").GetString() == text).GetProperty("id").GetInt32();
        Assert.Equal(IdOf(screens[0], "Save all"), IdOf(screens[1], "Saved"));
        Assert.Equal(IdOf(screens[0], "Unchanged words"), IdOf(screens[1], "Unchanged words"));
        Assert.Equal(
            [IdOf(screens[1], "Saved"), IdOf(screens[1], "Unchanged words")],
            screens[1].GetProperty("reading_order").EnumerateArray().Select(id => id.GetInt32()));
    }

    [Fact]
    public void Libtorch_is_not_loaded()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.png"], "Save all");

        // glibc's loader tells of every library, in a file per process.
        (int code, string output) = MagmaProcess.Finish(
            MagmaProcess.StartWith(["LD_DEBUG=files", $"LD_DEBUG_OUTPUT={folder["loaded"]}"], "parse", folder["a.png"]));

        Assert.True(code == 0, output);
        string loaded = string.Concat(Directory.GetFiles(folder.Path, "loaded.*").Select(File.ReadAllText));
        Assert.Contains("libonnxruntime.so", loaded);
        Assert.DoesNotContain("libmagma_torch.so", loaded);
        Assert.DoesNotContain("libtorch_cpu.so", loaded);
    }

    [Fact]
    public void With_a_detector_of_ones_own_and_in_OmniParsers_form()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.png"], "Save all");
        File.WriteAllText(folder["map.yaml"], "confidence: 0.9\nclasses: {0: button, 1: icon}\n");

        (int code, string output) = MagmaProcess.Run(
            "parse", folder["a.png"], "--format", "omniparser", "--out", folder["answer.json"], "--detector", Repository.Golden("yolo", "cells-v8.onnx"),
            "--classes", folder["map.yaml"]);

        Assert.True(code == 0, output);
        JsonElement answer = Assert.Single(Lines(File.ReadAllText(folder["answer.json"])));
        using Image marked = Image.Decode(answer.GetProperty("som_image_base64").GetBytesFromBase64());
        Assert.Equal(new PixelSize(320, 160), marked.Size);
        Assert.All(answer.GetProperty("parsed_content_list").EnumerateArray(), item => Assert.Equal("text", item.GetProperty("type").GetString()));
        Assert.Equal(2, answer.GetProperty("parsed_content_list").GetArrayLength());
    }

    [Fact]
    public void A_detector_without_classes_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a.png"], "Save");
        (int code, string output) = MagmaProcess.Run("parse", folder["a.png"], "--detector", Repository.Golden("yolo", "cells-v8.onnx"));
        Assert.Equal(1, code);
        Assert.Contains("--detector and --classes go together", output);
    }
}
