using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Perception;

// T frames, N points, C channels, h w rows and columns of a map, R = 7 the side of a patch.

/// <summary>
/// Feature maps of some frames on four scales, and what is read from them. A position is in pixels of its map: (0, 0) is the middle of the
/// top-left one, and beyond the border the border goes on.
/// </summary>
public sealed class CoTrackerFeatures : IDisposable
{
    /// <summary>Scales; each is half as large as the one before.</summary>
    public const int Levels = 4;

    /// <summary>R.</summary>
    public const int Side = 7;

    private const int Radius = Side / 2;
    private const int Cells = Side + 1;
    private const double LeastNorm = 1e-12;

    // Gathered features of so many points at a time take at most 16 MB: they stay in the cache, and their memory is used again.
    private const long GatherLimit = 16L << 20 >> 2;

    private readonly Tensor[] _maps;

    private CoTrackerFeatures(Tensor[] maps) => _maps = maps;

    /// <summary>T.</summary>
    public long Frames => _maps[0].shape[0];

    /// <summary>The map of a scale, (T, h, w, C).</summary>
    public Tensor Map(int level) => _maps[level];

    /// <summary>Brings the encoder's output (T, C, h, w) to length 1 in every pixel and averages it down.</summary>
    public static CoTrackerFeatures Of(Tensor encoded)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor level = encoded.div(encoded.square().sum(1, keepdim: true).clamp_min_(LeastNorm).sqrt_());
        var maps = new Tensor[Levels];
        for (int i = 0; i < Levels; i++)
        {
            if (i > 0) level = Halve(level);
            maps[i] = level.permute(0, 2, 3, 1).contiguous().DetachFromDisposeScope();
        }

        return new CoTrackerFeatures(maps);
    }

    /// <summary>Means of 2×2 pixels; an odd row or column at the end is left out.</summary>
    /// <param name="map">(T, C, h, w).</param>
    public static Tensor Halve(Tensor map) => nn.functional.avg_pool2d(map, 2, 2);

    /// <summary>Some frames in a row, copied.</summary>
    public CoTrackerFeatures Slice(long start, long count)
    {
        using DisposeScope scope = NewDisposeScope();
        return new CoTrackerFeatures([.. _maps.Select(map => map.narrow(0, start, count).clone().DetachFromDisposeScope())]);
    }

    /// <summary>The frames of several, one after the other.</summary>
    public static CoTrackerFeatures Join(IReadOnlyList<CoTrackerFeatures> parts)
    {
        using DisposeScope scope = NewDisposeScope();
        return new CoTrackerFeatures([.. Enumerable.Range(0, Levels).Select(level =>
            cat([.. parts.Select(part => part._maps[level])], 0).DetachFromDisposeScope())]);
    }

    /// <summary>The same frames in the opposite order.</summary>
    public CoTrackerFeatures Reverse()
    {
        using DisposeScope scope = NewDisposeScope();
        return new CoTrackerFeatures([.. _maps.Select(map => map.flip(0).DetachFromDisposeScope())]);
    }

    /// <summary>The patches around points of some frames: (N, R·R, C), columns one after the other.</summary>
    /// <param name="map">(T, h, w, C).</param>
    /// <param name="frames">The frame of each point, (N), whole numbers; clamped to those there are.</param>
    /// <param name="points">Where it is, (N, 2).</param>
    public static Tensor Patches(Tensor map, Tensor frames, Tensor points)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor index, Tensor fraction) = Corners(map, frames.clamp(0, map.shape[0] - 1), points);
        Tensor gathered = map.view(-1, map.shape[3]).index_select(0, index.view(-1));
        return Blend(gathered.view(points.shape[0], Cells, Cells, map.shape[3]), fraction).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// How alike the patch around every point of every frame is to the point's own patch: scalar products, (N, T, R·R · R·R), places in the
    /// frame first, places in the own patch last, both column by column.
    /// </summary>
    /// <param name="map">(T, h, w, C).</param>
    /// <param name="points">Where the points are now, (N, T, 2).</param>
    /// <param name="patches">(N, R·R, C).</param>
    public static Tensor Correlate(Tensor map, Tensor points, Tensor patches)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = points.shape[0], frames = points.shape[1], channels = map.shape[3];
        Tensor frame = arange(frames, ScalarType.Int64, map.device).unsqueeze(0).expand(count, frames).reshape(-1);
        (Tensor index, Tensor fraction) = Corners(map, frame, points.reshape(-1, 2));
        Tensor gathered = map.view(-1, channels).index_select(0, index.view(-1)).view(count, frames * Cells * Cells, channels);
        // Products of whole pixels first, then between them: interpolation is linear, so the order does not matter.
        Tensor products = gathered.bmm(patches.transpose(1, 2)).view(count * frames, Cells, Cells, Side * Side);
        return Blend(products, fraction).view(count, frames, Side * Side * Side * Side).MoveToOuterDisposeScope();
    }

    /// <summary>How many points <see cref="Correlate"/> should take at a time.</summary>
    public static long PointsAtOnce(long frames, long channels) => Math.Max(1, GatherLimit / (frames * Cells * Cells * channels));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor map in _maps) map.Dispose();
    }

    // The whole pixels that a patch lies between, (M, 8, 8) with columns outermost, and how far it is from them, (M, 2).
    private static (Tensor Index, Tensor Fraction) Corners(Tensor map, Tensor frames, Tensor points)
    {
        long height = map.shape[1], width = map.shape[2];
        Tensor whole = points.floor();
        Tensor offsets = arange(-Radius, Radius + 2, ScalarType.Int64, map.device).unsqueeze(0);
        // Positions may be far outside the map, but not so far that whole numbers end.
        Tensor corner = whole.clamp(-1e6, 1e6).to(ScalarType.Int64);
        Tensor x = corner.select(1, 0).unsqueeze(1).add(offsets).clamp_(0, width - 1);
        Tensor y = corner.select(1, 1).unsqueeze(1).add(offsets).clamp_(0, height - 1);
        Tensor rows = frames.unsqueeze(1).mul(height).add(y).mul_(width);
        return (rows.unsqueeze(1).add(x.unsqueeze(2)), points.sub(whole));
    }

    // (M, 8, 8, K) with columns outermost → (M, R, R, K) as (M, R·R, K).
    private static Tensor Blend(Tensor cells, Tensor fraction)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = fraction.select(1, 0).view(-1, 1, 1, 1), y = fraction.select(1, 1).view(-1, 1, 1, 1);
        Tensor rows = Between(cells.narrow(2, 0, Side), cells.narrow(2, 1, Side), y);
        Tensor both = Between(rows.narrow(1, 0, Side), rows.narrow(1, 1, Side), x);
        return both.view(cells.shape[0], Side * Side, cells.shape[3]).MoveToOuterDisposeScope();
    }

    // lerp of libtorch 1.13 is not vectorised; these three are.
    private static Tensor Between(Tensor from, Tensor to, Tensor share) => to.sub(from).mul_(share).add_(from);
}
