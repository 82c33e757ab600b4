namespace Magma.Onnx.Graph;

/// <summary>What a step computes; the numbers are those of <c>magma_dnn.h</c>.</summary>
internal enum BFloat16Operation
{
    Convolve = 0,
    Transposed = 1,
    Mean = 2,
    Average = 3,
    Add = 4,
    Scale = 5,
    Enlarge = 6,
    Join = 7,
}

/// <summary>What happens to a step's results; the numbers are those of <c>magma_dnn.h</c>.</summary>
internal enum BFloat16Activation
{
    Plain = 0,
    Rectify = 1,
    HardSwish = 2,
    HardSigmoid = 3,
    Sigmoid = 4,
}

/// <summary>A step of a network in bfloat16, over numbered maps: map 0 is what the network is given, step n makes map n + 1.</summary>
/// <param name="Operation">What it computes.</param>
/// <param name="Input">The map that it looks at.</param>
/// <param name="Other">The second map of those that take two; -1 for the others.</param>
internal sealed record BFloat16Step(BFloat16Operation Operation, int Input, int Other = -1)
{
    /// <summary>Channels of the output, of convolutions.</summary>
    public int Outputs { get; init; }

    public int Groups { get; init; } = 1;

    /// <summary>Height and width.</summary>
    public (int Height, int Width) Kernel { get; init; } = (1, 1);

    /// <summary>Down and across; of an enlargement, how often a value is repeated.</summary>
    public (int Height, int Width) Stride { get; init; } = (1, 1);

    /// <summary>Zeros around the input: above, to the left, below, to the right.</summary>
    public (int Top, int Left, int Bottom, int Right) Padding { get; init; }

    public BFloat16Activation Activation { get; init; }

    public float Alpha { get; init; } = 1;

    public float Beta { get; init; }

    /// <summary>Row-major: outputs, inputs of a group, height, width; of transposed convolutions inputs first.</summary>
    public float[]? Weights { get; init; }

    public float[]? Bias { get; init; }
}
