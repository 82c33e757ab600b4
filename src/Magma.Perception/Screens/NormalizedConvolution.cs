using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>
/// A convolution without padding loss, its normalisation over the batch (Ioffe and Szegedy 2015) and a rectifier. The normalisation is there while training
/// only: trained weights are stored with it worked in, as a convolution with a bias.
/// </summary>
internal sealed class NormalizedConvolution : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-5;

    // Runs of a few thousand steps: the statistics follow quickly.
    private const double Momentum = 0.05;

    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly Parameter? _scale;
    private readonly Tensor? _mean;
    private readonly Tensor? _variance;
    private readonly ElementLayer _layer;

    /// <summary>Makes one with random weights.</summary>
    /// <param name="layer">Its sizes.</param>
    /// <param name="normalized">Whether it has a normalisation of its own, for training.</param>
    /// <param name="scale">What the normalisation scales by at first.</param>
    public NormalizedConvolution(ElementLayer layer, bool normalized, double scale)
        : base(nameof(NormalizedConvolution))
    {
        _layer = layer;
        Tensor weight = empty(layer.Outputs, layer.Inputs, layer.Kernel, layer.Kernel);
        _weight = new Parameter(nn.init.kaiming_normal_(weight, nonlinearity: nn.init.NonlinearityType.ReLU));
        _bias = new Parameter(zeros(layer.Outputs));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
        if (!normalized) return;
        _scale = new Parameter(full(layer.Outputs, scale));
        (_mean, _variance) = (zeros(layer.Outputs), ones(layer.Outputs));
        register_parameter("scale", _scale);
        register_buffer("mean", _mean);
        register_buffer("variance", _variance);
    }

    /// <summary>Its kernel (outputs, inputs, side, side), its own.</summary>
    public Parameter Weight => _weight;

    /// <summary>
    /// Map (B, inputs, H, W) → (B, outputs, H/stride, W/stride), H and W multiples of the stride. The map's element type decides what is computed in; a
    /// normalisation works in float32.
    /// </summary>
    public override Tensor forward(Tensor input)
    {
        long[] stride = [_layer.Stride, _layer.Stride], padding = [_layer.Padding, _layer.Padding];
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = _weight.to(input.dtype);
        if (_scale is null) return Rectified(nn.functional.conv2d(input, weight, _bias.to(input.dtype), stride, padding)).MoveToOuterDisposeScope();
        Tensor plain = nn.functional.conv2d(input, weight, null, stride, padding);
        return Rectified(nn.functional.batch_norm(plain, _mean, _variance, _scale, _bias, training, Momentum, Epsilon)).MoveToOuterDisposeScope();
    }

    /// <summary>Its weight and bias with the normalisation worked in; new tensors of the caller's.</summary>
    public (Tensor Weight, Tensor Bias) Fold()
    {
        using IDisposable unrecorded = no_grad();
        using DisposeScope scope = NewDisposeScope();
        if (_scale is null) return (_weight.clone().MoveToOuterDisposeScope(), _bias.clone().MoveToOuterDisposeScope());
        Tensor factor = _scale / (_variance! + Epsilon).sqrt();
        return ((_weight * factor.view(-1, 1, 1, 1)).MoveToOuterDisposeScope(), (_bias - (_mean! * factor)).MoveToOuterDisposeScope());
    }

    private Tensor Rectified(Tensor x) => _layer.Rectified ? x.relu_() : x;
}
