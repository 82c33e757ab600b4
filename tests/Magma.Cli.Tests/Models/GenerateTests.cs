using System.Diagnostics;
using System.Text.Json;
using Magma.Data;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Cli.Tests.Models;

public sealed class GenerateTests(SmallModel small) : IClassFixture<SmallModel>
{
    [Fact]
    public void The_answer_is_streamed_and_json_holds_the_same_one()
    {
        using var folder = new TemporaryFolder();
        Paint(folder["a.png"]);
        Paint(folder["b.jpg"]);
        string[] question = ["--prompt", "What are these?", "--image", folder["a.png"], "--image", folder["b.jpg"], "--max-tokens", "9"];

        (int code, string streamed, string errors) = Generate(small.Folder, question);
        (int jsonCode, string json, _) = Generate(small.Folder, [.. question, "--json"]);

        Assert.Equal((CommandLine.Success, CommandLine.Success, ""), (code, jsonCode, errors));
        JsonElement answer = JsonDocument.Parse(json).RootElement;
        Assert.Equal(answer.GetProperty("text").GetString() + "\n", streamed);
        Assert.Equal((9, "Length"), (answer.GetProperty("ids").GetArrayLength(), answer.GetProperty("reason").GetString()));
        Assert.True(answer.GetProperty("prompt_tokens").GetInt32() > 20);
    }

    [Fact]
    public void An_action_is_printed_as_seven_numbers_that_its_tokens_stand_for()
    {
        string[] question = ["--prompt", "What action should the robot take to wave?", "--grammar", "action", "--temperature", "1", "--seed", "4"];

        string printed = Generate(small.Folder, question).Output;
        JsonElement answer = JsonDocument.Parse(Generate(small.Folder, [.. question, "--json"]).Output).RootElement;

        double[] numbers = [.. answer.GetProperty("action").EnumerateArray().Select(number => number.GetDouble())];
        Assert.Equal(new ActionCodec().Decode([.. answer.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())]), numbers);
        Assert.All(numbers.Zip(printed.Split(' ')), pair => Assert.Equal(pair.First, double.Parse(pair.Second, System.Globalization.CultureInfo.InvariantCulture), 1e-6));
    }

    [Fact]
    public void A_ui_action_is_on_a_mark_that_was_given()
    {
        string printed = Generate(
            small.Folder, "--prompt", "Buy a kettle", "--grammar", "ui:2,5", "--temperature", "1", "--seed", "4", "--max-tokens", "400").Output;

        UiAction.Parse(printed.Trim(), [2, 5]);
    }

    [Fact]
    public void Of_a_video_as_many_frames_are_taken_as_the_model_has_room_for()
    {
        using var folder = new TemporaryFolder();
        string video = Film(folder["clip.mp4"]);
        small.CopyTo(folder["narrow"], positions: 200);
        string[] question = ["--prompt", "What happens?", "--video", video, "--max-tokens", "8", "--json"];

        (int code, string whole, string quiet) = Generate(small.Folder, question);
        (int narrowCode, string narrow, string said) = Generate(folder["narrow"], question);

        Assert.Equal((CommandLine.Success, CommandLine.Success, ""), (code, narrowCode, quiet));
        Assert.Contains("frames of the video are taken instead of 32: the model has 200 positions, of which 8 are kept", said, StringComparison.Ordinal);
        // One frame is six visual tokens, two marks around them and a line end.
        Assert.InRange(JsonDocument.Parse(narrow).RootElement.GetProperty("prompt_tokens").GetInt32(), 30, 190);
        Assert.True(JsonDocument.Parse(whole).RootElement.GetProperty("prompt_tokens").GetInt32() > JsonDocument.Parse(narrow).RootElement.GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public void More_frames_than_fit_are_refused_with_how_many_do_and_those_are_taken()
    {
        using var folder = new TemporaryFolder();
        string video = Film(folder["clip.mp4"]);
        small.CopyTo(folder["narrow"], positions: 200);
        string[] question = ["--prompt", "What happens?", "--video", video, "--max-tokens", "8"];

        (int code, _, string errors) = Generate(folder["narrow"], [.. question, "--frames", "40"]);

        Assert.Equal(CommandLine.Failure, code);
        int most = int.Parse(errors.Split("at most ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(CommandLine.Success, Generate(folder["narrow"], [.. question, "--frames", $"{most}"]).Code);
        Assert.Equal(CommandLine.Failure, Generate(folder["narrow"], [.. question, "--frames", $"{most + 1}"]).Code);
    }

    [Theory]
    [InlineData("there is no checkpoint", "--model", "nowhere")]
    [InlineData("config.json", "--model", ".")]
    [InlineData("missing.png", "--image", "missing.png")]
    [InlineData("missing.mp4", "--video", "missing.mp4")]
    [InlineData("'poem' is not known", "--grammar", "poem")]
    [InlineData("'x' is no mark number", "--grammar", "ui:1,x")]
    [InlineData("Temperature is -1", "--temperature", "-1")]
    [InlineData("MaxNewTokens is 0", "--max-tokens", "0")]
    [InlineData("--frames is 0", "--frames", "0")]
    [InlineData("expected cpu or cuda", "--device", "tpu")]
    public void A_mistake_is_told_in_one_line(string told, string option, string value)
    {
        using var folder = new TemporaryFolder();
        string given = option is "--model" or "--image" or "--video" ? folder[value] : value;
        string[] model = option == "--model" ? [] : ["--model", small.Folder];

        (int code, string output, string errors) = MagmaProcess.RunApart(["generate", "--prompt", "Hello", .. model, option, given]);

        Assert.Equal((CommandLine.Failure, ""), (code, output));
        Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
        Assert.Contains(told, errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupt_ends_an_answer_while_it_is_made()
    {
        using Process process = MagmaProcess.Start("generate", "--model", small.Folder, "--prompt", "Hello", "--max-tokens", "8000");
        // The first characters of the answer are there, so it is being made.
        Assert.True(process.StandardOutput.Read() >= 0);

        Interrupt(process);
    }

    [Fact]
    public void An_interrupt_ends_the_reading_of_a_prompt()
    {
        using var folder = new TemporaryFolder();
        small.CopyDeepTo(folder["deep"], layers: 160);
        string words = string.Join(' ', Enumerable.Range(0, 3500).Select(index => $"word {index % 7}"))[..24_000];
        using Process process = MagmaProcess.Start("generate", "--model", folder["deep"], "--prompt", words, "--max-tokens", "8");
        // With the weights in the process's memory the prompt is next.
        while (!process.HasExited && !File.ReadAllText($"/proc/{process.Id}/maps").Contains("model.safetensors", StringComparison.Ordinal)) Thread.Sleep(20);
        Thread.Sleep(1000);
        Assert.False(process.HasExited, "the prompt was read before it could be interrupted");

        Interrupt(process);

        Assert.Equal("", process.StandardOutput.ReadToEnd());
    }

    private static void Interrupt(Process process)
    {
        using (Process.Start("kill", ["-INT", $"{process.Id}"])) { }
        // On an idle machine it takes some tenths of a second; unanswered, both would go on for much longer than this.
        bool ended = process.WaitForExit(TimeSpan.FromSeconds(15));
        if (!ended) process.Kill();

        Assert.True(ended, "it went on");
        Assert.Equal(CommandLine.Cancelled, process.ExitCode);
        Assert.Equal("Stopped.\n", process.StandardError.ReadToEnd());
    }

    private static (int Code, string Output, string Errors) Generate(string model, params string[] arguments) =>
        MagmaProcess.RunApart(["generate", "--model", model, .. arguments]);

    private static void Paint(string path)
    {
        using var image = new Image(new PixelSize(90, 60));
        for (int index = 0; index < image.Pixels.Length; index++) image.Pixels[index] = (byte)(index * 37);
        image.Save(path);
    }

    private static string Film(string path)
    {
        VideoFiles.Ffmpeg("-f", "lavfi", "-i", "testsrc=size=96x64:rate=20:duration=3", "-pix_fmt", "yuv420p", path);
        return path;
    }
}
