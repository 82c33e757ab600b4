using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Perception;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Annotation.Tests;

public sealed class VideoRunTests
{
    private static readonly VideoSettings Settings = new(
        TraceSettings.Video(
            TraceSource.SomethingSomething) with
        { GridSide = 15, SeparatesBackground = true, SemanticsOnlyProbability = 0 },
        TraceSource.SomethingSomething, new TraceText(), FrameStep: 1, Height: 120);

    [Fact]
    public void A_moving_thing_gives_a_question_with_its_true_path()
    {
        using var folder = new TemporaryFolder();
        MakeVideo(folder["in", "clip.mp4"], 20);
        File.WriteAllText(folder["in", "clip.txt"], "a square slides\n");
        RunResult result = Execute(folder["in"], folder["out"]);
        Assert.Equal((1, 0), ((int)result.Progress.Samples, result.Progress.Failed));
        Assert.Equal(1, result.Manifest!.Counts["task_trace_of_mark"]);
        Sample sample = Assert.Single(ShardReader.Read(Directory.GetFiles(folder["out", "shards"], "*.tar").Single()));
        Assert.Equal(2, sample.Images.Count);
        Assert.Equal(2, sample.Conversation.CountImages());
        Assert.Equal("a square slides\n", sample.Conversation.Turns[0].Answer);
        Assert.Contains("The person is doing: a square slides. To finish the task", sample.Conversation.Turns[1].Question);
        TraceReply? reply = TraceReply.Parse(sample.Conversation.Turns[1].Answer, new PixelSize(160, 120));
        Assert.NotNull(reply);
        Assert.All(reply.Marks, mark => Assert.InRange((mark.Path[^1].X - mark.Path[0].X) / (mark.Path.Count - 1), 3.2, 4.8));
        Assert.True(File.Exists(folder["out", "gallery", "pictures", "00000000-00000.film.jpg"]));
    }

    [Fact]
    public void Bad_videos_are_recorded_and_the_others_are_labelled()
    {
        using var folder = new TemporaryFolder();
        MakeVideo(folder["in", "a-good.mp4"], 34);
        MakeVideo(folder["in", "b-one-frame.mp4"], 1);
        File.WriteAllBytes(folder["in", "c-empty.mp4"], []);
        File.WriteAllText(folder["in", "d-text.mp4"], "this is no video");
        byte[] whole = File.ReadAllBytes(folder["in", "a-good.mp4"]);
        File.WriteAllBytes(folder["in", "e-cut.mp4"], whole[..(whole.Length * 2 / 3)]);
        MakeVideo(folder["in", "f-good.mp4"], 16);
        RunResult result = Execute(folder["in"], folder["out"]);
        Assert.Equal(6, result.Progress.Done);
        string[] errors = File.ReadAllLines(folder["out", "errors.jsonl"]);
        Assert.Equal(["b-one-frame.mp4", "c-empty.mp4", "d-text.mp4", "e-cut.mp4"],
            errors.Select(line => (string)JsonNode.Parse(line)!["input"]!));
        Assert.Contains("1 such frames", errors[0]);
        Assert.All(errors, line => Assert.DoesNotContain(folder.Path, line));
        Assert.True(result.Progress.Samples >= 3, $"{result.Progress.Samples} samples");
    }

    [Fact]
    public void The_number_of_workers_and_a_resumed_run_change_no_byte()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 5; i++) MakeVideo(folder["in", $"{i}.mp4"], 16 + 4 * i, speed: 3 + i % 3);
        Execute(folder["in"], folder["one"]);
        Execute(folder["in"], folder["two"], workers: 3);
        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["two"]));

        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Execute(folder["in"], folder["three"], progress: progress =>
        {
            if (progress.Done == 2) stop.Cancel();
        }, cancel: stop.Token));
        Execute(folder["in"], folder["three"], resume: true);
        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["three"]));
    }

    [Fact]
    public void Segments_of_a_captions_file_are_labelled_with_their_texts()
    {
        using var folder = new TemporaryFolder();
        MakeVideo(folder["in", "clip.mp4"], 60);
        string captions = folder["captions.jsonl"];
        File.WriteAllText(
            captions,
            """
            {"video": "clip.mp4", "start": 1.2, "end": 2.0, "text": "later"}
            {"video": "clip", "start": 0, "end": 9, "text": "not this one"}
            {"video": "clip.mp4", "start": 0.1, "end": 1.1, "text": "sooner"}
            """);
        Execute(folder["in"], folder["out"], captions: VideoCaptions.Read(captions));
        Sample[] samples = [.. ShardReader.Read(Directory.GetFiles(folder["out", "shards"], "*.tar").Single())];
        Assert.Equal(["sooner\n", "later\n"], samples.Select(sample => sample.Conversation.Turns[0].Answer));
        Assert.Equal([0.12, 1.2], samples.Select(sample => (double)sample.Metadata["source"]!["seconds"]![0]!));
    }

    [Fact]
    public void A_window_never_crosses_a_cut()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        using (var writer = new VideoWriter(folder["in", "clip.mp4"], new PixelSize(160, 120), new FrameRate(25)))
        {
            for (int i = 0; i < 40; i++)
            {
                using Image frame = Frame(i, 4);
                if (i >= 20) frame.FillRectangle(new PixelBox(0, 0, 160, 120), new Color(20, 240, 60), 0.9);
                writer.Write(frame);
            }

            writer.Finish();
        }

        Execute(folder["in"], folder["out"]);
        Sample[] samples = [.. ShardReader.Read(Directory.GetFiles(folder["out", "shards"], "*.tar").Single())];
        Assert.Equal([0.0, 0.8], samples.Select(sample => (double)sample.Metadata["source"]!["seconds"]![0]!));
    }

    // Frames of the shots, where windows of 8 frames begin, windows with a change of shots in them. Scenes begin at frames 0 and 20; with the
    // last two rows another is to begin at 40, which is known fifteen frames later.
    [Theory]
    [InlineData(new[] { 20, 10, 20 }, new[] { 0, 8, 20, 36 }, 1)]
    [InlineData(new[] { 20, 4, 16, 20 }, new[] { 0, 8, 28, 40, 48 }, 1)]
    [InlineData(new[] { 20, 4, 16, 12 }, new[] { 0, 8, 28, 44 }, 2)]
    public void Windows_begin_with_their_scene_and_none_holds_a_change_of_shots(int[] shots, int[] starts, int across)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        MakeShots(folder["in", "clip.mp4"], [.. shots.Select((frames, i) => (frames, i % 2 == 1 ? new Color(20, 240, 60) : (Color?)null))]);

        RunResult result = Execute(folder["in"], folder["out"], settings: Settings with { Traces = Settings.Traces with { WindowFrames = 8 } });

        Sample[] samples = [.. ShardReader.Read(Directory.GetFiles(folder["out", "shards"], "*.tar").Single())];
        Assert.Equal(
            starts, samples.Select(sample => (int)Math.Round(25 * (double)sample.Metadata["source"]!["seconds"]![0]!)));
        Assert.Equal(across, result.Manifest!.Counts["windows_across_shots"]);
    }

    [Fact]
    public void Segments_that_a_recipe_leaves_out_are_counted_by_reason()
    {
        using var folder = new TemporaryFolder();
        MakeVideo(folder["in", "clip.mp4"], 60);
        File.WriteAllText(
            folder["captions.jsonl"],
            """
            {"video": "clip.mp4", "start": 0, "end": 1.1, "text": "cuts an onion"}
            {"video": "clip.mp4", "start": 0, "end": 2, "text": "laughs and walks"}
            {"video": "clip.mp4", "start": 1, "end": 1.5, "text": "cuts an onion"}
            {"video": "clip.mp4", "start": 0, "end": 2}
            """);

        RunResult result = Execute(
            folder["in"], folder["out"], captions: VideoCaptions.Read(folder["captions.jsonl"]),
            settings: Settings with { Source = TraceSource.Ego4D, FiltersSegments = true });

        Assert.Equal(1, result.Progress.Samples);
        Assert.Equal(
            ["segments_of_idle_words", "segments_too_short", "segments_without_text"],
            result.Manifest!.Counts.Where(count => count.Key.StartsWith("segments_")).Select(count => count.Key));
    }

    [Theory]
    [InlineData("image.onnx", "text.onnx")]
    [InlineData("both.onnx", null)]
    public void Windows_that_do_not_show_what_their_text_says_are_left_out_and_counted(string model, string? text)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["in"]);
        MakeShots(folder["in", "clip.mp4"], (20, new Color(250, 10, 10)), (20, new Color(10, 10, 250)));
        File.WriteAllText(
            folder["captions.jsonl"],
            """
            {"video": "clip.mp4", "start": 0, "end": 0.8, "text": "a red car"}
            {"video": "clip.mp4", "start": 0.8, "end": 1.6, "text": "a red car"}
            {"video": "clip.mp4", "start": 0.8, "end": 1.6, "text": "a blue car"}
            {"video": "clip.mp4", "start": 0.8, "end": 1.6}
            """);
        using ClipScorer scorer = ClipScorer.Open(
            Repository.Golden("clip", model), text is null ? null : Repository.Golden("clip", text), Repository.Golden("clip", "tokenizer.json"));

        RunResult result = Execute(
            folder["in"], folder["out"], captions: VideoCaptions.Read(folder["captions.jsonl"]),
            settings: Settings with { WindowFilter = new ImageTextFilter(scorer) });

        Sample[] samples = [.. ShardReader.Read(Directory.GetFiles(folder["out", "shards"], "*.tar").Single())];
        Assert.Equal(["a red car\n", "a blue car\n"], samples.Select(sample => sample.Conversation.Turns[0].Answer));
        Assert.All(samples, sample => Assert.InRange((double)sample.Metadata["image_text_score"]!, 0.5, 0.8));
        Assert.Equal(1, result.Manifest!.Counts["windows_unlike_their_text"]);
        Assert.Equal(1, result.Manifest!.Counts["windows_without_text"]);
    }

    [Theory]
    [InlineData("{\"video\": \"a.mp4\", \"start\": 3, \"end\": 2}", "from 3 to 2 seconds")]
    [InlineData("{\"start\": 3}", "line 2")]
    [InlineData("not json", "line 2")]
    public void A_captions_file_with_a_bad_line_is_refused_with_the_line(string line, string part)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["captions.jsonl"], "{\"video\": \"a.mp4\", \"text\": \"fine\"}\n" + line);
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => VideoCaptions.Read(folder["captions.jsonl"]));
        Assert.Contains(part, problem.Message);
    }

    // Frames with a moving square, over which a colour may lie.
    private static void MakeShots(string path, params (int Frames, Color? Colour)[] shots)
    {
        using var writer = new VideoWriter(path, new PixelSize(160, 120), new FrameRate(25));
        int number = 0;
        foreach ((int frames, Color? colour) in shots)
        {
            for (int i = 0; i < frames; i++)
            {
                using Image frame = Frame(number++, 4);
                if (colour is { } over) frame.FillRectangle(new PixelBox(0, 0, 160, 120), over, 0.9);
                writer.Write(frame);
            }
        }

        writer.Finish();
    }

    [Fact]
    public void The_table_of_narrated_videos_is_read_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["captions.json"], """{"clip": {"start": [4, 0.5], "end": [6.5, 4], "text": [" pour ", ""]}, "other": {"start": [], "end": [], "text": []}}""");

        IReadOnlyList<VideoSegment> segments = VideoCaptions.Read(folder["captions.json"]).Of("a/clip.mp4", folder["clip.mp4"]);

        Assert.Equal([(0.5, 4.0, null), (4.0, 6.5, "pour")], segments.Select(one => (one.Start.TotalSeconds, one.End!.Value.TotalSeconds, one.Text)));
    }

    [Theory]
    [InlineData("""{"clip": {"start": [0, 1], "end": [1], "text": ["a"]}}""", "2 starts, 1 ends")]
    [InlineData("""{"clip": {"start": [3], "end": [2], "text": ["a"]}}""", "from 3 to 2 seconds")]
    [InlineData("""{"clip": {"start": [3]}}""", "video 'clip'")]
    [InlineData("[1]", "Expected was")]
    public void A_table_that_does_not_fit_is_refused_with_the_video(string content, string told)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["captions.json"], content);

        Assert.Contains(told, Assert.Throws<InvalidDataException>(() => VideoCaptions.Read(folder["captions.json"])).Message);
    }

    private static RunResult Execute(
        string input, string output, int workers = 1, bool resume = false, VideoCaptions? captions = null,
            Action<RunProgress>? progress = null,
        CancellationToken cancel = default, VideoSettings? settings = null)
    {
        InputFiles inputs = InputFiles.Find([input], VideoLabeller.Extensions);
        var plan = new RunPlan("videos", "magma test", [], 2, [.. inputs.Names.Select(name => new PlannedItem(name))]);
        var run = new AnnotationRun(
            plan, inputs.Root, () => new VideoLabeller(settings ?? Settings, captions ?? VideoCaptions.None, new LucasKanadeTracker(), seed: 1),
            new RunOptions(output, workers, resume, RunShare.Whole));
        return run.Execute(progress, cancel);
    }

    private static void MakeVideo(string path, int frames, int speed = 4)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new VideoWriter(path, new PixelSize(160, 120), new FrameRate(25), quality: 12);
        for (int i = 0; i < frames; i++)
        {
            using Image frame = Frame(i, speed);
            writer.Write(frame);
        }

        writer.Finish();
    }

    // A quiet background, and a square with a pattern that slides to the right and starts again at the left.
    private static Image Frame(int number, int speed)
    {
        var frame = new Image(new PixelSize(160, 120));
        int left = 10 + number * speed % 90;
        for (int y = 0; y < 120; y++)
        {
            for (int x = 0; x < 160; x++)
            {
                bool inside = x >= left && x < left + 56 && y >= 30 && y < 86;
                int value = inside
                    ? 128 + (int)(60 * Math.Sin(0.55 * (x - left)) * Math.Cos(0.6 * y)) + (int)(50 * Math.Sin(0.23 * (x - left) + 0.31 * y))
                    : 100 + (int)(30 * Math.Sin(0.3 * x) * Math.Sin(0.37 * y)) + (int)(30 * Math.Cos(0.11 * x + 0.17 * y));
                frame.Pixels.Slice(3 * (y * 160 + x), 3).Fill((byte)Math.Clamp(value, 0, 255));
            }
        }

        return frame;
    }
}
