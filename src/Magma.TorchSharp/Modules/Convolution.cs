using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// What the convolutions share: weight (out, in / groups, kernel…), drawn as PyTorch does, and an optional bias per output channel.
/// </summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    private Parameter weights;
    private Parameter? offset;

    private protected Convolution(string name, ConvolutionSettings settings)
        : base(name)
    {
        Settings = settings;
        if (settings.InChannels % settings.Groups != 0 || settings.OutChannels % settings.Groups != 0)
        {
            throw new ArgumentException(
                $"{name}: {settings.InChannels} and {settings.OutChannels} channels cannot be split into {settings.Groups} groups");
        }

        long[] shape = [settings.OutChannels, settings.InChannels / settings.Groups, .. settings.Kernel];
        weights = new(empty(shape, settings.Type, settings.Device));
        register_parameter(nameof(weight), weights);
        offset = settings.HasBias ? new(empty(settings.OutChannels, settings.Type, settings.Device)) : null;
        register_parameter(nameof(bias), offset);
        reset_parameters();
    }

    public long in_channels => Settings.InChannels;

    public long out_channels => Settings.OutChannels;

    public long groups
    {
        get => Settings.Groups;
        set => Settings = Settings with { Groups = value };
    }

    public long[] kernel_size
    {
        get => Settings.Kernel;
        set => Settings = Settings with { Kernel = value };
    }

    public long[] stride
    {
        get => Settings.Stride;
        set => Settings = Settings with { Stride = value };
    }

    public long[] padding => Settings.Padding;

    public long[] dilation
    {
        get => Settings.Dilation;
        set => Settings = Settings with { Dilation = value };
    }

    public Padding? padding_type => Settings.PaddingType;

    public PaddingModes padding_mode
    {
        get => Settings.PaddingMode;
        set => Settings = Settings with { PaddingMode = value };
    }

    public Parameter weight
    {
        get => weights;
        set => ConditionallyRegisterParameter(nameof(weight), weights = value);
    }

    public Parameter? bias
    {
        get => offset;
        set => ConditionallyRegisterParameter(nameof(bias), offset = value);
    }

    public bool transposed => false;

    private protected ConvolutionSettings Settings { get; private set; }

    /// <summary>Draws weight and bias anew.</summary>
    public void reset_parameters()
    {
        nn.init.kaiming_uniform_(weights, Math.Sqrt(5));
        if (offset is not null)
        {
            var bound = 1 / Math.Sqrt(Settings.InChannels / Settings.Groups * Settings.Kernel.TotalSize());
            nn.init.uniform_(offset, -bound, bound);
        }
    }

    /// <summary>Sets the padding of each spatial dimension.</summary>
    public void SetPadding(long[] padding) => Settings = Settings with { Padding = padding, PaddingType = null };

    public void SetPadding(Padding padding) => Settings = Settings with { PaddingType = padding };
}

/// <summary>The arguments of a convolution; the arrays have one entry per spatial dimension.</summary>
internal sealed record ConvolutionSettings(
    long InChannels,
    long OutChannels,
    long[] Kernel,
    long[] Stride,
    long[] Padding,
    Padding? PaddingType,
    long[] Dilation,
    PaddingModes PaddingMode,
    long Groups,
    bool HasBias,
    Device? Device,
    ScalarType? Type);
