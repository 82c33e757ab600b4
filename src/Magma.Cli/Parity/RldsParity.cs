using System.Text.Json;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Datasets.Rlds;
using static Magma.Cli.Parity.GoldenNumbers;

namespace Magma.Cli.Parity;

/// <summary>The sections of an <c>actions</c> folder that are about reading robot data sets.</summary>
internal static class RldsParity
{
    /// <summary>The verdicts of a section, or null when it is none of these.</summary>
    public static IEnumerable<ParityVerdict>? Section(string name, JsonElement value) => name switch
    {
        "rlds_binarize_gripper" => Each(
            name, value, row => Same(GripperSignal.Binarize(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
        "rlds_invert_gripper" => Each(
            name, value, row => Same(GripperSignal.Invert(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
        "rlds_relative_to_absolute_gripper" => Each(
            name, value, row => Same(GripperSignal.RelativeToAbsolute(Singles(row.GetProperty("in"))), row.GetProperty("out"))),
        "rlds_normalize" => value.EnumerateArray().SelectMany(Normalize),
        "rlds_statistics" => Each(name, value, StatisticsOfTrajectories),
        "rlds_bridge_relabel" => Each(name, value, Relabel),
        "rlds_allocate_threads" => Each(name, value, row => WorkerShares
            .Allocate(row.GetProperty("n").GetInt32(), Numbers(row.GetProperty("weights"))).SequenceEqual(Ids(row.GetProperty("result")))),
        "rlds_transforms" => value.EnumerateArray().SelectMany(Transform),
        _ => null,
    };

    private static bool Relabel(JsonElement row)
    {
        float[][] states = Rows(row.GetProperty("state"));
        float[][] actions = OpenXTransform.Relabel(states, [.. Rows(row.GetProperty("action")).Select(action => action[6])]);
        return Same(actions, row.GetProperty("out_action")) && Same(states[..actions.Length], row.GetProperty("out_state"))
            && Enumerable.Range(0, actions.Length).SequenceEqual(Ids(row.GetProperty("out_index")));
    }

    private static IEnumerable<ParityVerdict> Transform(JsonElement row)
    {
        string name = row.GetProperty("transform").GetString()!, title = $"rlds_transforms {name}";
        if (!OpenXTransform.All.TryGetValue(name, out OpenXTransform? transform))
        {
            yield return new ParityVerdict(title, ParityOutcome.NotBuilt);
            yield break;
        }

        OpenXTrajectory ours = transform.Apply(column => Rows(Find(row.GetProperty("input"), column)));
        JsonElement action = row.GetProperty("action");
        // The made quaternions of some sets are not of length 1: where no pitch belongs to them, the rest of the row is off too.
        bool[] defined = [.. action.EnumerateArray().Select(step => Numbers(step).All(double.IsFinite))];
        bool same = ours.Action.Length == defined.Length
            && ours.Action.Zip(action.EnumerateArray(), defined).All(step => !step.Third || Same(step.First, step.Second));
        yield return ParityVerdict.Exact($"{title} action", same, "the values differ");
        foreach (JsonProperty part in row.GetProperty("observation").EnumerateObject())
        {
            bool equal = ours.Observation.TryGetValue(part.Name, out float[][]? values) && Same(values, part.Value);
            yield return ParityVerdict.Exact($"{title} {part.Name}", equal, values is null ? "it is not there" : "the values differ");
        }
    }

    private static JsonElement Find(JsonElement input, string column) =>
        column.Split('/').Aggregate(input, (node, part) => node.GetProperty(part));

    private static float[][] Rows(JsonElement column) =>
        [.. column.EnumerateArray().Select(row => row.ValueKind == JsonValueKind.Array ? Singles(row) : [(float)Number(row)])];

    private static IEnumerable<ParityVerdict> Normalize(JsonElement row, int index)
    {
        ActionNormalization kind = row.GetProperty("type").GetString() switch
        {
            "normal" => ActionNormalization.Normal,
            "bounds" => ActionNormalization.Bounds,
            _ => ActionNormalization.BoundsQ99,
        };
        JsonElement given = row.GetProperty("mask");
        bool[]? mask = given.ValueKind == JsonValueKind.Null ? null : [.. given.EnumerateArray().Select(flag => flag.GetBoolean())];
        ActionStatistics statistics = ActionStatistics.Parse(row.GetProperty("statistics"), "statistics") with { Mask = mask };
        foreach ((string input, string output) in new[] { ("action", "out"), ("proprio", "proprio_out") })
        {
            if (!row.TryGetProperty(input, out JsonElement rows)) continue;
            bool equal = rows.EnumerateArray().Zip(row.GetProperty(output).EnumerateArray())
                .All(pair => Same(statistics.Normalize(Singles(pair.First), kind), pair.Second));
            yield return ParityVerdict.Exact($"rlds_normalize:{index} {kind} {input}", equal, "the values differ");
        }
    }

    private static bool StatisticsOfTrajectories(JsonElement row)
    {
        List<float[]> actions =
            [.. row.GetProperty("trajectories").EnumerateArray().SelectMany(trajectory => trajectory.EnumerateArray()).Select(Singles)];
        List<float[]> states = actions.ConvertAll(action => action[..6].Select(value => value * 2).ToArray());
        return new[] { ("action", actions), ("proprio", states) }.All(part =>
        {
            ActionStatistics ours = ActionStatistics.Of(part.Item2);
            JsonElement theirs = row.GetProperty("result").GetProperty(part.Item1);
            return Same(ours.Mean, theirs.GetProperty("mean")) && Same(ours.Std, theirs.GetProperty("std")) && Same(ours.Min, theirs.GetProperty("min"))
                && Same(ours.Max, theirs.GetProperty("max")) && Same(ours.Q01, theirs.GetProperty("q01"))
                    && Same(ours.Q99, theirs.GetProperty("q99"));
        });
    }
}
