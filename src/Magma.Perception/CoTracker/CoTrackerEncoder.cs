using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

// B frames, H W rows and columns of the frames.

/// <summary>
/// CoTracker3's convolutional encoder (<c>fnet</c>): a residual network whose four stages are brought to a quarter of the frame's side and
/// mixed. Every normalisation is instance normalisation without parameters, so frames do not influence each other.
/// </summary>
public sealed class CoTrackerEncoder : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    private readonly Conv2d _stem;
    private readonly ModuleList<CoTrackerResidual>[] _stages;
    private readonly Conv2d _mix;
    private readonly Conv2d _project;

    /// <summary>Makes an encoder with random weights.</summary>
    public CoTrackerEncoder()
        : base(nameof(CoTrackerEncoder))
    {
        _stem = nn.Conv2d(3, 64, 7, stride: 2, padding: 3);
        (long Channels, long Stride)[] stages = [(64, 1), (96, 2), (128, 2), (128, 2)];
        _stages = new ModuleList<CoTrackerResidual>[stages.Length];
        register_module("conv1", _stem);
        long inputs = 64;
        for (int i = 0; i < stages.Length; i++)
        {
            (long channels, long stride) = stages[i];
            _stages[i] = nn.ModuleList(new CoTrackerResidual(inputs, channels, stride), new CoTrackerResidual(channels, channels, 1));
            register_module($"layer{i + 1}", _stages[i]);
            inputs = channels;
        }

        _mix = nn.Conv2d(64 + 96 + 128 + 128, 256, 3, padding: 1);
        _project = nn.Conv2d(256, CoTrackerNetwork.Channels, 1);
        register_module("conv2", _mix);
        register_module("conv3", _project);
    }

    /// <summary>Frames (B, 3, H, W) from -1 to 1, H and W multiples of 4 → features (B, 128, H/4, W/4).</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return cat([.. Enumerable.Range(0, (int)input.shape[0]).Select(frame => Encode(input.narrow(0, frame, 1)))], 0)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Takes mean and deviation out of every channel of one frame.</summary>
    internal static Tensor Normalize(Tensor x)
    {
        using Tensor own = x;
        // In a batch of one, its own statistics are the frame's.
        return nn.functional.batch_norm(x, null, null, training: true, eps: Epsilon);
    }

    private Tensor Encode(Tensor frame)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] size = [frame.shape[2] / 4, frame.shape[3] / 4];
        // Channels lie innermost in memory, which the convolutions of CPUs like best and everything after them keeps.
        Tensor x = frame.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        x = Normalize(_stem.call(x)).relu_();
        var levels = new List<Tensor>();
        foreach (ModuleList<CoTrackerResidual> stage in _stages)
        {
            foreach (CoTrackerResidual block in stage) x = block.call(x);
            levels.Add(nn.functional.interpolate(x, size, mode: InterpolationMode.Bilinear, align_corners: true));
        }

        Tensor mixed = Normalize(_mix.call(cat(levels, 1))).relu_();
        return _project.call(mixed).MoveToOuterDisposeScope();
    }
}

/// <summary>Two 3×3 convolutions beside a shortcut, which is convolved where the block halves the map.</summary>
internal sealed class CoTrackerResidual : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _first;
    private readonly Conv2d _second;
    private readonly Sequential? _shortcut;

    public CoTrackerResidual(long inputs, long outputs, long stride)
        : base(nameof(CoTrackerResidual))
    {
        _first = nn.Conv2d(inputs, outputs, 3, stride: stride, padding: 1);
        _second = nn.Conv2d(outputs, outputs, 3, padding: 1);
        register_module("conv1", _first);
        register_module("conv2", _second);
        if (stride == 1) return;
        _shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride: stride));
        register_module("downsample", _shortcut);
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = CoTrackerEncoder.Normalize(_first.call(input)).relu_();
        y = CoTrackerEncoder.Normalize(_second.call(y)).relu_();
        Tensor x = _shortcut is null ? input : CoTrackerEncoder.Normalize(_shortcut.call(input));
        return y.add_(x).relu_().MoveToOuterDisposeScope();
    }
}
