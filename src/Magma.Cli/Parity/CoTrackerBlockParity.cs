using System.Globalization;
using System.Text.Json;
using Magma.Perception;
using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>Unit values of CoTracker3: single layers, samplers and embeddings on inputs by formula.</summary>
internal static class CoTrackerBlockParity
{
    public static IEnumerable<ParityVerdict> Run(CoTrackerCase golden, CoTrackerNetwork offline, CoTrackerNetwork online)
    {
        var inputs = new Inputs(golden.Description.GetProperty("formula_inputs"));
        Dictionary<string, Tensor> parts = golden.Results.Any(name => name.StartsWith("updateformer.", StringComparison.Ordinal))
            ? Watch(golden, offline.Transformer, inputs["updateformer"])
            : [];
        foreach (string name in golden.Results.Where(name => !name.EndsWith(".f64", StringComparison.Ordinal)))
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor? actual = parts.TryGetValue(name, out Tensor? part) ? part : Compute(golden, name, inputs, offline, online);
            if (actual is null)
            {
                yield return new ParityVerdict($"{golden.Name}/{name}", ParityOutcome.NotBuilt);
                continue;
            }

            foreach (ParityVerdict verdict in golden.Judge(name, actual.reshape(golden.Shape(name)))) yield return verdict;
        }
    }

    private static Tensor? Compute(CoTrackerCase golden, string name, Inputs inputs, CoTrackerNetwork offline, CoTrackerNetwork online)
    {
        string[] words = name.Split('.');
        return words[0] switch
        {
            "time_block" or "time_block_low" => offline.Transformer.Time[1].call(inputs[words[0]]),
            "cross_block" or "cross_block_low" => offline.Transformer.ToPoints[1].call(inputs[words[0]], inputs[$"{words[0]}_context"]),
            "corr_mlp" => offline.Likeness.call(inputs["corr_mlp"]),
            "fnet" or "fnet_low" => Every(offline.Encoder.call(inputs[words[0]]), 1, golden.Shape(name)[1]),
            "correlation_sampler" => Around(inputs["fmaps"], golden.Load("correlation_sampler.coords")),
            "track_feat" => Patches(inputs["fmaps"], golden, words[1]),
            "bilinear4" => Sample(inputs["image"], golden.Load("bilinear4.coords"), words[1]),
            "bilinear5" => Sample(inputs["volume"], golden.Load("bilinear5.coords").roll(-1, -1), words[1]),
            "sincos1d" => CoTrackerNetwork.SinesOf(golden.Load("sincos1d.pos"), golden.Shape(name)[1]),
            "sincos2d" => Plane(golden.Shape(name)),
            "time_emb" => Time(golden, name, words[1] == "online" ? online : offline, words.Length > 2 ? words[2] : null),
            "posenc" => CoTrackerNetwork.Waves(inputs["posenc"]),
            "pool" => CoTrackerFeatures.Halve(inputs["pool"]),
            "grid" => Grid(words[1]),
            "resize" => nn.functional.interpolate(inputs["resize"], Sides(words[1]), mode: InterpolationMode.Bilinear, align_corners: true),
            "resize_nearest" => Nearest(inputs["resize"].shape[^2..], Sides(words[1])),
            _ => null,
        };
    }

    private static Dictionary<string, Tensor> Watch(CoTrackerCase golden, CoTrackerTransformer transformer, Tensor input)
    {
        var seen = new Dictionary<string, Tensor>();
        Tensor tokens = input.squeeze(0);
        long points = tokens.shape[0];
        Tensor all = transformer.Update(tokens, watch: (name, value) =>
        {
            string full = $"updateformer.{name}";
            if (!golden.Has(full)) return;
            bool among = name.StartsWith("space_", StringComparison.Ordinal);
            bool ofVirtual = name.StartsWith("space_virtual", StringComparison.Ordinal);
            // Points and frames that the folder keeps of every part.
            long[] tracks = name == "input_transform" ? [0, 1]
                : ofVirtual ? [0, CoTrackerTransformer.VirtualTracks - 1]
                : among ? [0, points - 1]
                : [0, points - 1, points, points + CoTrackerTransformer.VirtualTracks - 1];
            Tensor kept = value.index_select(among ? 1 : 0, tensor(tracks));
            seen[full] = (among ? kept.narrow(0, 0, golden.Shape(full)[0]) : kept).clone().MoveToOtherDisposeScope(input);
        });
        seen["updateformer.out"] = all;
        seen["updateformer.out_no_space"] = transformer.Update(tokens, attendsAmongTracks: false);
        return seen;
    }

    // (1, T, C, h, w), (T, N, 2) → (T·N, 49, C).
    private static Tensor Around(Tensor maps, Tensor points)
    {
        Tensor map = maps.squeeze(0).permute(0, 2, 3, 1).contiguous();
        Tensor frames = arange(points.shape[0], ScalarType.Int64).repeat_interleave(points.shape[1]);
        return CoTrackerFeatures.Patches(map, frames, points.reshape(-1, 2));
    }

    private static Tensor Patches(Tensor maps, CoTrackerCase golden, string what)
    {
        Tensor map = maps.squeeze(0).permute(0, 2, 3, 1).contiguous();
        Tensor frames = golden.Load("track_feat.frames").to(ScalarType.Int64);
        Tensor patches = CoTrackerFeatures.Patches(map, frames, golden.Load("track_feat.coords"));
        return what == "center" ? patches.select(1, patches.shape[1] / 2) : patches.transpose(0, 1);
    }

    // (x, y) or (x, y, t) in pixels.
    private static Tensor Sample(Tensor values, Tensor points, string mode)
    {
        bool corners = mode != "border_no_align";
        long[] sizes = [.. values.shape[2..].Reverse()];
        Tensor size = tensor([.. sizes.Select(length => (float)(corners ? length - 1 : length))]);
        GridSamplePaddingMode padding = mode == "zeros" ? GridSamplePaddingMode.Zeros : GridSamplePaddingMode.Border;
        return nn.functional.grid_sample(values, points.mul(2).div(size).sub(1), GridSampleMode.Bilinear, padding, corners);
    }

    // Half of the channels for the column, half for the row: (C, H, W).
    private static Tensor Plane(long[] shape)
    {
        Tensor columns = CoTrackerNetwork.TimeRowsOf(shape[2], shape[0] / 2).t().unsqueeze(1).expand(shape[0] / 2, shape[1], shape[2]);
        Tensor rows = CoTrackerNetwork.TimeRowsOf(shape[1], shape[0] / 2).t().unsqueeze(2).expand(shape[0] / 2, shape[1], shape[2]);
        return cat([columns, rows], 0);
    }

    private static Tensor Time(CoTrackerCase golden, string name, CoTrackerNetwork network, string? frames)
    {
        Tensor rows = frames is null
            ? network.StoredTime.squeeze(0)
            : network.TimeFor(long.Parse(frames.AsSpan(1), CultureInfo.InvariantCulture));
        return golden.Shape(name)[1] == rows.shape[1] ? rows : rows.index_select(1, golden.Load("time_emb.offline.channels").to(ScalarType.Int64));
    }

    // size5_384x512
    private static Tensor Grid(string what)
    {
        string[] words = what["size".Length..].Split('_');
        long[] sides = Sides(words[1]);
        CoTrackerQuery[] points = CoTrackerPoints.Grid(
            int.Parse(words[0], CultureInfo.InvariantCulture), 0, new PixelSize((int)sides[1], (int)sides[0]));
        return tensor([.. points.SelectMany(point => new[] { point.X, point.Y })]);
    }

    private static Tensor Nearest(long[] from, long[] to) => tensor([.. Enumerable.Range(0, (int)(to[0] * to[1])).Select(i =>
    {
        int row = CoTrackerPoints.Nearest(i / (int)to[1], (int)to[0], (int)from[0]);
        int column = CoTrackerPoints.Nearest(i % (int)to[1], (int)to[1], (int)from[1]);
        return (float)((row * from[1]) + column);
    })]);

    // 12x10 or out_12x10: rows, columns.
    private static long[] Sides(string text) =>
        [.. text[(text.IndexOf('_') + 1)..].Split('x').Select(side => long.Parse(side, CultureInfo.InvariantCulture))];

    private static Tensor Every(Tensor values, long dimension, long kept)
    {
        long step = values.shape[dimension] / kept;
        return values.index_select(dimension, arange(0, values.shape[dimension], step, ScalarType.Int64));
    }

    private sealed class Inputs(JsonElement described)
    {
        public Tensor this[string name]
        {
            get
            {
                JsonElement one = described.GetProperty(name);
                long[] shape = [.. one.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
                Tensor values = FormulaWeights.Uniform(one.GetProperty("formula").GetString()!, shape, one.GetProperty("scale").GetDouble());
                return values.add_(one.GetProperty("base").GetDouble());
            }
        }
    }
}
