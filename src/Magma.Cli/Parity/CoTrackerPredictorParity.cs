using System.Text.Json;
using Magma.Perception;
using Magma.Torch;
using Magma.Vision;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>CoTracker3 from frames to tracks, offline and online, with each way of saying which points.</summary>
internal static class CoTrackerPredictorParity
{
    public static IEnumerable<ParityVerdict> RunOffline(CoTrackerCase golden, CoTrackerNetwork network, SafetensorsFile clips)
    {
        var tracker = new CoTrackerOffline(network);
        foreach (IGrouping<string, JsonProperty> calls in golden.Description.GetProperty("calls").EnumerateObject().GroupBy(call => ClipOf(call.Value, "pred")))
        {
            Image[] frames = Frames(clips, calls.Key);
            using CoTrackerClip clip = CoTrackerClip.Of(network, frames);
            foreach (Image frame in frames) frame.Dispose();
            foreach (JsonProperty call in calls)
            {
                foreach (ParityVerdict verdict in Judge(golden, call.Name, "", "vis_raw", Track(golden, tracker, clip, call.Value))) yield return verdict;
            }
        }
    }

    public static IEnumerable<ParityVerdict> RunOnline(CoTrackerCase golden, CoTrackerNetwork network, SafetensorsFile clips)
    {
        foreach (IGrouping<string, JsonProperty> calls in golden.Description.GetProperty("calls").EnumerateObject().GroupBy(call => ClipOf(call.Value, "online")))
        {
            Image[] frames = Frames(clips, calls.Key);
            using CoTrackerClip clip = CoTrackerClip.Of(network, frames);
            foreach (Image frame in frames) frame.Dispose();
            foreach (JsonProperty call in calls)
            {
                foreach (ParityVerdict verdict in Stream(golden, network, clip, call)) yield return verdict;
            }
        }
    }

    private static CoTrackerTracks Track(CoTrackerCase golden, CoTrackerOffline tracker, CoTrackerClip clip, JsonElement call)
    {
        int grid = Number(call, "grid_size", 0), frame = Number(call, "grid_query_frame", 0);
        bool backward = Flag(call, "backward_tracking");
        bool[]? mask = TensorOf(call, "segm_mask") is { } name ? golden.Flags(name) : null;
        if (Queries(golden, call) is { } queries) return tracker.Track(clip, queries, grid == 0 || mask is not null, backward);
        return grid > 0 ? tracker.TrackGrid(clip, grid, frame, mask, backward) : tracker.TrackDense(clip, frame, backward);
    }

    private static IEnumerable<ParityVerdict> Stream(CoTrackerCase golden, CoTrackerNetwork network, CoTrackerClip clip, JsonProperty call)
    {
        CoTrackerQuery[]? queries = Queries(golden, call.Value);
        using CoTrackerOnline tracker = queries is null
            ? CoTrackerOnline.OfGrid(network, clip.Size, Number(call.Value, "grid_size", 5), Number(call.Value, "grid_query_frame", 0))
            : new CoTrackerOnline(network, clip.Size, queries, Flag(call.Value, "add_support_grid"));
        CoTrackerTracks? all = null;
        int step = 0, frames = Number(call.Value, "frames", (int)clip.Features.Frames);
        for (int frame = 0; frame <= frames; frame++)
        {
            CoTrackerTracks? window = frame < frames ? tracker.Add(clip.Features.Slice(frame, 1)) : tracker.Finish();
            if (window is null) continue;
            all = all is null ? window : Continue(all, window);
            if (golden.Has($"{call.Name}.step{step}.tracks"))
            {
                foreach (ParityVerdict verdict in Judge(golden, call.Name, $"step{step}.", "visconf_raw", all)) yield return verdict;
            }

            step++;
        }

        if (all is null) yield break;
        foreach (string prefix in (string[])[call.Name, $"{call.Name}.final"])
        {
            if (golden.Has($"{prefix}.tracks"))
            {
                foreach (ParityVerdict verdict in golden.Judge($"{prefix}.tracks", tensor(all.Positions, [all.Steps, all.Count, 2]))) yield return verdict;
            }

            if (!golden.Has($"{prefix}.conf_raw")) continue;
            foreach (ParityVerdict verdict in golden.Judge($"{prefix}.vis_raw", tensor(all.Seen, [all.Steps, all.Count]))) yield return verdict;
            foreach (ParityVerdict verdict in golden.Judge($"{prefix}.conf_raw", tensor(all.Sure, [all.Steps, all.Count]))) yield return verdict;
        }
    }

    // A window says its first frames for good and replaces what was said of them before.
    private static CoTrackerTracks Continue(CoTrackerTracks before, CoTrackerTracks window)
    {
        int kept = window.First * before.Count;
        return new CoTrackerTracks(
            before.Size, 0, window.First + window.Steps, before.Count, [.. before.Positions.Take(2 * kept), .. window.Positions],
            [.. before.Seen.Take(kept), .. window.Seen], [.. before.Sure.Take(kept), .. window.Sure], [.. before.Visible.Take(kept), .. window.Visible]);
    }

    private static IEnumerable<ParityVerdict> Judge(CoTrackerCase golden, string name, string step, string rawName, CoTrackerTracks actual)
    {
        string tracks = $"{name}.{step}tracks", raw = $"{name}.{step}{rawName}", flags = $"{name}.{step}visibility";
        foreach (ParityVerdict verdict in golden.Judge(tracks, tensor(actual.Positions, [actual.Steps, actual.Count, 2]))) yield return verdict;
        float[] values = rawName == "vis_raw" ? actual.Seen : [.. actual.Seen.Zip(actual.Sure, (seen, sure) => seen * sure)];
        foreach (ParityVerdict verdict in golden.Judge(raw, tensor(values, [actual.Steps, actual.Count]))) yield return verdict;
        if (golden.Has(flags)) yield return golden.JudgeFlags(flags, actual.Visible, raw);
    }

    private static Image[] Frames(SafetensorsFile clips, string name)
    {
        using Tensor clip = clips.Load(name);
        var size = new PixelSize((int)clip.shape[2], (int)clip.shape[1]);
        return
        [
            .. Enumerable.Range(0, (int)clip.shape[0]).Select(frame =>
            {
                using Tensor pixels = clip.select(0, frame).contiguous();
                return Image.FromPixels(size, pixels.bytes);
            }),
        ];
    }

    private static CoTrackerQuery[]? Queries(CoTrackerCase golden, JsonElement call)
    {
        if (TensorOf(call, "queries") is not { } name) return null;
        float[] rows = golden.Numbers(name);
        return [.. rows.Chunk(3).Select(row => new CoTrackerQuery((int)row[0], row[1], row[2]))];
    }

    // "tensor a.b, in words" names the tensor a.b.
    private static string? TensorOf(JsonElement call, string argument) =>
        call.TryGetProperty(argument, out JsonElement value) ? value.GetString()!.Split(' ', ',')[1] : null;

    private static string ClipOf(JsonElement call, string usual) => call.TryGetProperty("clip", out JsonElement clip) ? clip.GetString()! : usual;

    private static int Number(JsonElement call, string argument, int usual) =>
        call.TryGetProperty(argument, out JsonElement value) ? value.GetInt32() : usual;

    private static bool Flag(JsonElement call, string argument) => call.TryGetProperty(argument, out JsonElement value) && value.GetBoolean();
}
