using Magma.Torch;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>
/// Where the tensors of a network come from: a checkpoint, random numbers, a formula. Layers ask for them by the checkpoint's name
/// while they are constructed, so building a network is loading it.
/// </summary>
public abstract class WeightStore
{
    /// <summary>Whether parameters are to be trained.</summary>
    public virtual bool IsTrainable => false;

    /// <summary>A tensor of a name; the caller owns it.</summary>
    /// <param name="name">The checkpoint's name.</param>
    /// <param name="shape">The shape that the network needs.</param>
    public abstract Tensor Get(string name, ReadOnlySpan<long> shape);

    /// <summary>Whether the store has a tensor of a name. Stores that make tensors have all.</summary>
    public virtual bool Has(string name) => true;

    /// <summary>The quantised form of a matrix, where the store has that in its place; the caller owns it.</summary>
    /// <param name="name">The checkpoint's name of the matrix.</param>
    /// <param name="rows">Rows that the network needs.</param>
    /// <param name="columns">Columns that the network needs.</param>
    public virtual QuantizedWeight? GetQuantized(string name, long rows, long columns) => null;

    /// <summary>The weights below a prefix.</summary>
    public WeightScope Root(string prefix = "") => new(this, prefix);
}

/// <summary>A place in the tree of weights.</summary>
public sealed class WeightScope
{
    private readonly WeightStore store;
    private readonly string prefix;

    internal WeightScope(WeightStore store, string prefix)
    {
        this.store = store;
        this.prefix = prefix;
    }

    /// <summary>The weights one name further down.</summary>
    public WeightScope At(string name) => new(store, prefix.Length == 0 ? name : $"{prefix}.{name}");

    /// <inheritdoc cref="At(string)"/>
    public WeightScope At(int index) => At(index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The tensor of a name here.</summary>
    public Parameter Get(string name, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = store.Get(prefix.Length == 0 ? name : $"{prefix}.{name}", shape);
        return new Parameter(tensor, store.IsTrainable);
    }

    /// <summary>A linear layer of a name here.</summary>
    public FusedLinear Linear(string name, long inputs, long outputs, bool hasBias = true)
    {
        WeightScope scope = At(name);
        Parameter? bias = hasBias ? scope.Get("bias", outputs) : null;
        return store.GetQuantized($"{scope.prefix}.weight", outputs, inputs) is { } quantized
            ? new FusedLinear(quantized, bias)
            : new FusedLinear(scope.Get("weight", outputs, inputs), bias);
    }

    /// <summary>A linear layer without bias of a name here if the store has it quantised, else null.</summary>
    public FusedLinear? QuantizedLinear(string name, long inputs, long outputs) =>
        store.GetQuantized($"{At(name).prefix}.weight", outputs, inputs) is { } quantized ? new FusedLinear(quantized, null) : null;
}
