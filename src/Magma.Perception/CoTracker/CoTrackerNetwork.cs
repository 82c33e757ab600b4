using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

// N points, T frames.

/// <summary>
/// CoTracker3 (Karaev et al. 2024, arXiv 2410.11831): follows many points together by refining their tracks a few times over, from how
/// alike their surroundings are in every frame. Parameters are named as in the published weights (<c>scaled_offline</c>,
/// <c>scaled_online</c>), which carry the licence <see cref="CoTrackerWeights.Licence"/>; this code does not come from that project.
/// </summary>
public sealed class CoTrackerNetwork : nn.Module
{
    /// <summary>Channels of a feature map.</summary>
    public const long Channels = 128;

    /// <summary>Channels of a token: two logits, four scales of likeness, motion.</summary>
    public const long TokenChannels = 2 + (CoTrackerFeatures.Levels * LikenessChannels) + MotionChannels;

    /// <summary>Pixels of a frame per pixel of its largest feature map.</summary>
    public const int Stride = 4;

    /// <summary>Rows of the time embedding of an offline model.</summary>
    public const int OfflineRows = 60;

    /// <summary>Frames of an online model's window, and rows of its time embedding.</summary>
    public const int OnlineRows = 16;

    private const long LikenessChannels = 256;
    private const int Degrees = 10;
    private const long MotionChannels = 4 + (2 * 4 * Degrees);

    // The motion that counts as 1, in feature pixels; the size of a map for frames of 512×384.
    private const double MotionWidth = 128;
    private const double MotionHeight = 96;

    private readonly Tensor _time;

    /// <summary>Makes a network with random weights.</summary>
    /// <param name="timeRows"><see cref="OfflineRows"/> or <see cref="OnlineRows"/>.</param>
    public CoTrackerNetwork(int timeRows)
        : base(nameof(CoTrackerNetwork))
    {
        TimeRows = timeRows;
        Encoder = new CoTrackerEncoder();
        Transformer = new CoTrackerTransformer();
        Likeness = nn.Sequential(
            ("fc1", nn.Linear(CoTrackerFeatures.Side * CoTrackerFeatures.Side * CoTrackerFeatures.Side * CoTrackerFeatures.Side, 384)),
            ("act", nn.GELU()),
            ("fc2", nn.Linear(384, LikenessChannels)));
        using (Tensor time = TimeRowsOf(timeRows, TokenChannels)) _time = time.unsqueeze(0);
        register_buffer("time_emb", _time);
        register_module("fnet", Encoder);
        register_module("updateformer", Transformer);
        register_module("corr_mlp", Likeness);
    }

    /// <summary>Rows of the time embedding: what an online and an offline model differ in besides their weights.</summary>
    public int TimeRows { get; }

    /// <summary>Frames to features.</summary>
    public CoTrackerEncoder Encoder { get; }

    /// <summary>Tokens to changes.</summary>
    public CoTrackerTransformer Transformer { get; }

    /// <summary>Likeness of two patches, (…, 2401) → (…, 256).</summary>
    public Sequential Likeness { get; }

    /// <summary>The time embedding as stored, (1, rows, 1110).</summary>
    public Tensor StoredTime => _time;

    /// <summary>Sines and cosines of a position at falling frequencies: (rows, channels), positions from 0.</summary>
    public static Tensor TimeRowsOf(long rows, long channels)
    {
        using Tensor positions = arange(0, rows, ScalarType.Float64);
        return SinesOf(positions, channels);
    }

    /// <summary>(P) positions → (P, channels): sines of all frequencies 10000^(-k / half), then cosines.</summary>
    public static Tensor SinesOf(Tensor positions, long channels)
    {
        using DisposeScope scope = NewDisposeScope();
        long half = channels / 2;
        Tensor frequencies = arange(0, half, ScalarType.Float64).mul(-Math.Log(10000) / half).exp();
        Tensor angles = positions.to(ScalarType.Float64).unsqueeze(1).mul(frequencies.unsqueeze(0));
        return cat([angles.sin(), angles.cos()], 1).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>The time embedding for so many frames, (T, 1110).</summary>
    public Tensor TimeFor(long frames)
    {
        using DisposeScope scope = NewDisposeScope();
        if (frames == TimeRows) return _time.squeeze(0).MoveToOuterDisposeScope();
        Tensor resampled = nn.functional.interpolate(
            _time.transpose(1, 2), [frames], mode: InterpolationMode.Linear, align_corners: false);
        return resampled.squeeze(0).t().contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Positions and steps as sines of growing frequencies: (…, K) → (…, K · 21).</summary>
    public static Tensor Waves(Tensor values)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor scales = tensor([.. Enumerable.Range(0, Degrees).Select(degree => (float)(1 << degree))], device: values.device);
        long[] shape = [.. values.shape[..^1], Degrees * values.shape[^1]];
        Tensor angles = values.unsqueeze(-2).mul(scales.unsqueeze(-1)).reshape(shape);
        return cat([values, angles.sin(), angles.add(0.5 * Math.PI).sin()], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Encodes frames, one at a time, so that memory grows with the features only.</summary>
    /// <param name="frames">(T, 3, H, W) from -1 to 1, H and W multiples of 4.</param>
    /// <param name="cancellation">Asked before every frame.</param>
    public CoTrackerFeatures Encode(Tensor frames, CancellationToken cancellation = default)
    {
        var parts = new List<CoTrackerFeatures>();
        try
        {
            for (long frame = 0; frame < frames.shape[0]; frame++)
            {
                cancellation.ThrowIfCancellationRequested();
                using DisposeScope scope = NewDisposeScope();
                parts.Add(CoTrackerFeatures.Of(Encoder.call(frames.narrow(0, frame, 1))));
            }

            return CoTrackerFeatures.Join(parts);
        }
        finally
        {
            parts.ForEach(part => part.Dispose());
        }
    }

    /// <summary>The own patch of every point on every scale, (N, 49, 128) each.</summary>
    /// <param name="features">Features of the frames.</param>
    /// <param name="frames">The frame of each point, (N), whole numbers.</param>
    /// <param name="points">Where it is there, (N, 2) in feature pixels.</param>
    public static Tensor[] PatchesOf(CoTrackerFeatures features, Tensor frames, Tensor points)
    {
        var patches = new Tensor[CoTrackerFeatures.Levels];
        for (int level = 0; level < patches.Length; level++)
        {
            using Tensor scaled = points.div(1 << level);
            patches[level] = CoTrackerFeatures.Patches(features.Map(level), frames, scaled);
        }

        return patches;
    }

    /// <summary>Refines tracks.</summary>
    /// <param name="features">Features of T frames.</param>
    /// <param name="patches">The points' own patches.</param>
    /// <param name="start">Where refinement begins; replaced and disposed of.</param>
    /// <param name="iterations">How many times.</param>
    /// <param name="options">Whether tracks see each other, and who watches.</param>
    /// <param name="cancellation">Asked before every iteration.</param>
    public CoTrackerState Refine(
        CoTrackerFeatures features, Tensor[] patches, CoTrackerState start, int iterations, CoTrackerProbe? options = null,
        CancellationToken cancellation = default)
    {
        CoTrackerState state = start;
        using Tensor time = TimeFor(features.Frames);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            Tensor tokens = Tokens(features, patches, state, time);
            options?.Tokens?.Invoke(iteration, tokens);
            Tensor change = Transformer.Update(tokens, options?.AttendsAmongTracks ?? true);
            options?.Change?.Invoke(iteration, change);
            var next = new CoTrackerState(
                state.Points.add(change.narrow(2, 0, 2)).DetachFromDisposeScope(),
                state.Seen.add(change.select(2, 2)).DetachFromDisposeScope(),
                state.Sure.add(change.select(2, 3)).DetachFromDisposeScope());
            state.Dispose();
            state = next;
            options?.State?.Invoke(iteration, state);
        }

        return state;
    }

    /// <summary>The transformer's input, (N, T, 1110).</summary>
    private Tensor Tokens(CoTrackerFeatures features, Tensor[] patches, CoTrackerState state, Tensor time)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = state.Points.shape[0], frames = state.Points.shape[1];
        Tensor tokens = empty([count, frames, TokenChannels], ScalarType.Float32, state.Points.device);
        tokens.select(2, 0).copy_(state.Seen);
        tokens.select(2, 1).copy_(state.Sure);
        long together = CoTrackerFeatures.PointsAtOnce(frames, Channels);
        for (int level = 0; level < CoTrackerFeatures.Levels; level++)
        {
            Tensor points = state.Points.div(1 << level);
            for (long first = 0; first < count; first += together)
            {
                using DisposeScope inner = NewDisposeScope();
                long some = Math.Min(together, count - first);
                Tensor volume = CoTrackerFeatures.Correlate(
                    features.Map(level), points.narrow(0, first, some), patches[level].narrow(0, first, some));
                tokens.narrow(0, first, some).narrow(2, 2 + (level * LikenessChannels), LikenessChannels).copy_(Likeness.call(volume));
            }
        }

        tokens.narrow(2, TokenChannels - MotionChannels, MotionChannels).copy_(Motion(state.Points));
        return tokens.add_(time).MoveToOuterDisposeScope();
    }

    // Steps to the next frame and from the one before, 0 where there is none.
    private static Tensor Motion(Tensor points)
    {
        using DisposeScope scope = NewDisposeScope();
        long frames = points.shape[1];
        Tensor steps = points.narrow(1, 0, frames - 1).sub(points.narrow(1, 1, frames - 1));
        Tensor none = zeros([points.shape[0], 1, 2], points.dtype, points.device);
        Tensor forward = cat([steps, none], 1), backward = cat([none, steps.neg()], 1);
        Tensor size = tensor([MotionWidth, MotionHeight, MotionWidth, MotionHeight], ScalarType.Float32, points.device);
        return Waves(cat([forward, backward], 2).div(size)).MoveToOuterDisposeScope();
    }
}

/// <summary>Tracks under refinement. The owner disposes of it.</summary>
/// <param name="Points">(N, T, 2) in feature pixels.</param>
/// <param name="Seen">(N, T) logits of being seen.</param>
/// <param name="Sure">(N, T) logits of being right.</param>
public sealed record CoTrackerState(Tensor Points, Tensor Seen, Tensor Sure) : IDisposable
{
    /// <summary>Points that stand still in all frames, nothing known about them.</summary>
    /// <param name="points">(N, 2) in feature pixels.</param>
    /// <param name="frames">T.</param>
    public static CoTrackerState At(Tensor points, long frames)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = points.shape[0];
        return new CoTrackerState(
            points.unsqueeze(1).expand(count, frames, 2).clone().DetachFromDisposeScope(),
            zeros([count, frames], ScalarType.Float32, points.device).DetachFromDisposeScope(),
            zeros([count, frames], ScalarType.Float32, points.device).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Points.Dispose();
        Seen.Dispose();
        Sure.Dispose();
    }
}

/// <summary>Looks into refinement, iteration by iteration; the tensors are gone afterwards.</summary>
/// <param name="AttendsAmongTracks">Whether tracks see each other.</param>
/// <param name="Tokens">Shown the transformer's input, (N, T, 1110).</param>
/// <param name="Change">Shown its output, (N, T, 4).</param>
/// <param name="State">Shown the tracks after the iteration.</param>
public sealed record CoTrackerProbe(
    bool AttendsAmongTracks = true, Action<int, Tensor>? Tokens = null, Action<int, Tensor>? Change = null,
    Action<int, CoTrackerState>? State = null);
