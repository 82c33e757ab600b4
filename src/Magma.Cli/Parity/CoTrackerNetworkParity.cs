using Magma.Perception;
using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>The offline CoTracker3 network called directly on a small clip, every iteration and every stage.</summary>
internal static class CoTrackerNetworkParity
{
    // The points that the folder keeps of every stage.
    private static readonly long[] Kept = [0, 3];

    public static IEnumerable<ParityVerdict> Run(CoTrackerCase golden, CoTrackerNetwork network, SafetensorsFile clips)
    {
        Tensor clip = clips.Load("small").to(ScalarType.Float32).div(255).mul(2).sub(1).permute(0, 3, 1, 2).contiguous();
        using CoTrackerFeatures features = network.Encode(clip);
        long frames = features.Frames;
        Tensor kept = tensor([0L, frames / 2 - 1, frames - 1]);
        Tensor encoded = cat([.. kept.data<long>().ToArray().Select(frame => network.Encoder.call(clip.narrow(0, frame, 1)))], 0);
        long[] shape = golden.Shape("fnet");
        foreach (ParityVerdict verdict in golden.Judge("fnet", Every(Every(encoded, 2, shape[2]), 3, shape[3]))) yield return verdict;
        for (int level = 1; level < CoTrackerFeatures.Levels; level++)
        {
            string name = $"pyramid{level}";
            if (!golden.Has(name)) continue;
            Tensor map = features.Map(level).select(0, 0).permute(2, 0, 1);
            foreach (ParityVerdict verdict in golden.Judge(name, Every(map, 0, golden.Shape(name)[0]))) yield return verdict;
        }

        Tensor queries = golden.Load("queries");
        Tensor[] patches = Patches(features, queries);
        for (int level = 0; level < CoTrackerFeatures.Levels; level++)
        {
            string name = $"support{level}";
            Tensor own = patches[level].index_select(0, tensor(Kept)).transpose(0, 1);
            foreach (ParityVerdict verdict in golden.Judge(name, Every(own, 2, golden.Shape(name)[2]))) yield return verdict;
            foreach (ParityVerdict verdict in golden.Judge($"corr{level}", Volume(features, queries, patches, level, kept))) yield return verdict;
        }

        foreach (ParityVerdict verdict in Refine(golden, network, features, queries, "", new CoTrackerProbe())) yield return verdict;
        if (golden.Has("no_space.coords"))
        {
            foreach (ParityVerdict verdict in Refine(golden, network, features, queries, "no_space.", new CoTrackerProbe(false))) yield return verdict;
        }

        if (!golden.Has("single_frame.queries")) yield break;
        using CoTrackerFeatures first = features.Slice(0, 1);
        foreach (ParityVerdict verdict in Refine(golden, network, first, golden.Load("single_frame.queries"), "single_frame.", new CoTrackerProbe()))
        {
            yield return verdict;
        }
    }

    private static IEnumerable<ParityVerdict> Refine(
        CoTrackerCase golden, CoTrackerNetwork network, CoTrackerFeatures features, Tensor queries, string prefix, CoTrackerProbe probe)
    {
        var stages = new Dictionary<string, Tensor>();
        var points = new List<Tensor>();
        var seen = new List<Tensor>();
        var sure = new List<Tensor>();
        string[] names = ["first", "second"];
        using CoTrackerState state = network.Refine(
            features, Patches(features, queries), CoTrackerState.At(Start(queries), features.Frames),
            (int)golden.Shape($"{prefix}coords")[0],
            probe with
            {
                Tokens = (iteration, tokens) =>
                {
                    if (iteration >= names.Length || prefix.Length > 0) return;
                    long[] some = iteration == 0 ? Kept : Kept[1..];
                    stages[$"tokens_{names[iteration]}"] = tokens.index_select(0, tensor(some)).MoveToOtherDisposeScope(queries);
                },
                Change = (iteration, change) =>
                {
                    if (iteration < names.Length && prefix.Length == 0) stages[$"update_{names[iteration]}"] = change.clone().MoveToOtherDisposeScope(queries);
                },
                State = (_, now) =>
                {
                    points.Add(now.Points.mul(CoTrackerNetwork.Stride).transpose(0, 1).MoveToOtherDisposeScope(queries));
                    seen.Add(now.Seen.sigmoid().t().MoveToOtherDisposeScope(queries));
                    sure.Add(now.Sure.sigmoid().t().MoveToOtherDisposeScope(queries));
                },
            });
        stages[$"{prefix}coords"] = stack(points);
        stages[$"{prefix}vis"] = stack(seen);
        stages[$"{prefix}conf"] = stack(sure);
        foreach ((string name, Tensor actual) in stages)
        {
            foreach (ParityVerdict verdict in golden.Judge(name, actual)) yield return verdict;
        }
    }

    private static Tensor Volume(CoTrackerFeatures features, Tensor queries, Tensor[] patches, int level, Tensor frames)
    {
        Tensor start = Start(queries).div(1 << level).unsqueeze(1).expand(queries.shape[0], features.Frames, 2);
        Tensor volume = CoTrackerFeatures.Correlate(features.Map(level), start.contiguous(), patches[level]);
        Tensor some = volume.index_select(0, tensor(Kept)).index_select(1, frames).transpose(0, 1);
        long area = CoTrackerFeatures.Side * CoTrackerFeatures.Side;
        return some.reshape(frames.shape[0], Kept.Length, area, area);
    }

    private static Tensor[] Patches(CoTrackerFeatures features, Tensor queries) =>
        CoTrackerNetwork.PatchesOf(features, queries.select(1, 0).to(ScalarType.Int64), Start(queries));

    private static Tensor Start(Tensor queries) => queries.narrow(1, 1, 2).div(CoTrackerNetwork.Stride);

    private static Tensor Every(Tensor values, long dimension, long kept)
    {
        long step = (values.shape[dimension] + kept - 1) / kept;
        return values.index_select(dimension, arange(0, values.shape[dimension], step, ScalarType.Int64));
    }
}
