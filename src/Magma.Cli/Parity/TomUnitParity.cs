using System.Text.Json;
using Magma.Data;
using Magma.Perception;
using Magma.Vision;

namespace Magma.Cli.Parity;

/// <summary>The sections of the Trace-of-Mark goldens that check one building block each.</summary>
internal static class TomUnitParity
{
    public static ParityVerdict Compare(string name, double[] ours, double[] expected, double bar, bool relative)
    {
        if (ours.Length != expected.Length)
        {
            return new ParityVerdict(name, ParityOutcome.Different, Note: $"{ours.Length} numbers, {expected.Length} expected");
        }

        double maxAbsolute = 0, maxRelative = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            if (double.IsNaN(ours[i]) && double.IsNaN(expected[i])) continue;
            double difference = Math.Abs(ours[i] - expected[i]);
            if (double.IsNaN(difference)) difference = double.PositiveInfinity;
            maxAbsolute = Math.Max(maxAbsolute, difference);
            maxRelative = Math.Max(maxRelative, difference / Math.Max(Math.Abs(expected[i]), 1e-3));
        }

        double error = relative ? maxRelative : maxAbsolute;
        return new ParityVerdict(
            name, error <= bar ? ParityOutcome.Equal : ParityOutcome.Different, maxAbsolute, maxRelative, relative ? $"{bar:g3} relative"
                : $"{bar:g3}");
    }

    public static IEnumerable<ParityVerdict> DistanceFilter(JsonElement section)
    {
        foreach ((int index, JsonElement one) in section.EnumerateArray().Index())
        {
            TracePoint[] points = Points(one.GetProperty("points"));
            TracePoint[] apart = MarkTrace.KeepApart(points, one.GetProperty("min_distance").GetDouble());
            TracePoint[] kept = [.. apart.Where(point => point.X > 0 && point.Y > 0)];
            bool equal = apart.SequenceEqual(Points(one.GetProperty("after_distance")))
                && kept.SequenceEqual(Points(one.GetProperty("kept")))
                && kept.Select(point => ((int)point.X, (int)point.Y))
                    .SequenceEqual(one.GetProperty("ints").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32())));
            yield return ParityVerdict.Exact($"distance_filter {index}", equal);
            yield return Compare($"distance_filter {index} speed", [MarkTrace.MeanStep(kept)], [Number(one.GetProperty("mean_speed"))],
                1e-5, relative: true);
        }
    }

    public static IEnumerable<ParityVerdict> KMeansSection(string folder, JsonElement section)
    {
        GoldenTensors tensors = GoldenTensors.Read(Path.Combine(folder, "kmeans.safetensors"));
        foreach (JsonElement one in section.EnumerateArray())
        {
            int index = one.GetProperty("index").GetInt32();
            int[] refills = one.TryGetProperty("refill_rows_in_order", out JsonElement rows) ? Integers(rows) : [];
            var draws = new RefillDraws(refills);
            Clusters? clusters = KMeans.Run(
                tensors.Floats($"x_{index}"), tensors.Shape($"x_{index}")[1], Integers(one.GetProperty("initial_rows")), draws, 100_000);
            bool equal = clusters is not null && draws.Left == 0 && clusters.Ids.SequenceEqual(tensors.Integers($"ids_{index}"));
            yield return ParityVerdict.Exact($"kmeans {index} ids", equal, $"{draws.Left} refill rows left");
            yield return Compare(
                $"kmeans {index} centres", Array.ConvertAll(clusters?.Centres ?? [], value => (double)value),
                tensors.Doubles($"centres_{index}"), 1e-4, relative: false);
        }
    }

    public static IEnumerable<ParityVerdict> HomographySection(string folder, JsonElement section)
    {
        GoldenTensors tensors = GoldenTensors.Read(Path.Combine(folder, "homography.safetensors"));
        foreach (JsonElement one in section.EnumerateArray())
        {
            int index = one.GetProperty("index").GetInt32();
            float[] from = tensors.Floats($"from_{index}");
            CameraFrame frame = CameraMotion.Estimate(from, tensors.Floats($"to_{index}"), 4);
            if (frame.Model is not { } model)
            {
                yield return new ParityVerdict($"homography {index}", ParityOutcome.Different, Note: frame.Status.ToString());
                continue;
            }

            float[] warped = CameraMotion.Warp(model, from);
            yield return Compare(
                $"homography {index} warped", Array.ConvertAll(warped, value => (double)value), tensors.Doubles($"warped_{index}"), 0.01,
                    relative: false);
        }
    }

    public static IEnumerable<ParityVerdict> Captions(JsonElement section)
    {
        foreach ((int index, JsonElement one) in section.EnumerateArray().Index())
        {
            string ours = TraceCaption.Clean(Text(one, "gpt_response"), Text(one, "task"));
            yield return ParityVerdict.Exact($"caption_cleaning {index}", ours == Text(one, "result"), $"\"{ours}\"");
        }
    }

    public static IEnumerable<ParityVerdict> SemanticTurns(JsonElement section)
    {
        foreach ((int index, JsonElement one) in section.EnumerateArray().Index())
        {
            TraceCaption caption = TraceCaption.Of(Text(one, "text"), TomCaseParity.SourceOf(Text(one, "dataset_tag")));
            var text = new TraceText { WrapsImages = one.GetProperty("mm_use_image_start_end").GetBoolean() };
            string question = text.SemanticQuestion(caption, one.GetProperty("images").GetInt32());
            bool equal = question == Text(one, "question") && TraceText.SemanticAnswer(caption) == Text(one, "answer")
                && caption.Todo == Text(one, "todo");
            yield return ParityVerdict.Exact($"semantic_turns {index}", equal, $"{question} {caption}");
        }
    }

    public static IEnumerable<ParityVerdict> CaptionerTurns(JsonElement section)
    {
        foreach ((int index, JsonElement one) in section.EnumerateArray().Index())
        {
            string question = new TraceText().CaptioningQuestion(one.GetProperty("frames").GetInt32());
            yield return ParityVerdict.Exact($"captioner_turns {index}", question == Text(one.GetProperty("turns")[0], "value"), question);
        }
    }

    public static IEnumerable<ParityVerdict> Replies(JsonElement section)
    {
        foreach ((int index, JsonElement one) in section.EnumerateArray().Index())
        {
            var size = new PixelSize(one.GetProperty("image_wh")[0].GetInt32(), one.GetProperty("image_wh")[1].GetInt32());
            TraceReply? reply = TraceReply.Parse(Text(one, "reply"), size);
            JsonElement expected = one.GetProperty("traces_xy");
            string name = $"trace_replies {index}";
            if (expected.ValueKind == JsonValueKind.Null)
            {
                string note = reply is null ? "not readable for both" : "ours reads what the reference cannot";
                yield return new ParityVerdict(name, ParityOutcome.Equal, Bar: "no crash", Note: note);
                continue;
            }

            double[] ours = [.. (reply?.ToEqualLengths() ?? []).SelectMany(trace => trace).SelectMany(point => new[] { point.X, point.Y })];
            double[] theirs = [.. expected.EnumerateArray().SelectMany(trace => trace.EnumerateArray())
                .SelectMany(point => new[] { point[0].GetDouble(), point[1].GetDouble() })];
            yield return Compare(name, ours, theirs, 1e-3, relative: false);
        }
    }

    public static ParityVerdict DemoPrompt(JsonElement section)
    {
        string question = TraceText.DemoQuestion(
            section.GetProperty("marks").GetInt32(), Text(section, "task"), section.GetProperty("speed").GetInt32(),
            section.GetProperty("steps").GetInt32(), 256);
        string[] expected = [.. section.GetProperty("messages").EnumerateArray().Select(message => Text(message, "content"))];
        return ParityVerdict.Exact("trace_demo_prompt", expected.SequenceEqual([TraceText.DemoSystem, question]), question);
    }

    public static double Number(JsonElement value) => value.ValueKind != JsonValueKind.Number ? double.NaN : value.GetDouble();

    private static string Text(JsonElement one, string name) => one.GetProperty(name).GetString() ?? "";

    private static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    private static TracePoint[] Points(JsonElement array) =>
        [.. array.EnumerateArray().Select(pair => new TracePoint(pair[0].GetSingle(), pair[1].GetSingle()))];

    private sealed class RefillDraws(int[] rows) : ITraceDraws
    {
        private int _next;

        public int Left => rows.Length - _next;

        public double Uniform() => throw new DrawMismatch("clustering draws no fraction");

        public int[] Integers(int low, int high, int count) =>
            _next < rows.Length ? [rows[_next++]]
                : throw new InvalidDataException("clustering refilled more clusters than the reference did");

        public int[] Choose(int from, int count) => throw new DrawMismatch("the start rows are given");

        public int[] Permutation(int count) => throw new DrawMismatch("clustering draws no permutation");
    }
}
