using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// Networks of one form that learn side by side as one. Small convolutions keep two threads busy that have a network each, and hardly more than one that share one: after
/// every operation the faster thread waits for the other.
/// </summary>
/// <param name="models">The networks, the caller's; the first is the one that is stepped.</param>
internal sealed class TrainingReplicas(IReadOnlyList<nn.Module> models)
{
    private readonly Tensor[][] _weights = [.. models.Select(model => model.parameters().ToArray<Tensor>())];
    private readonly Tensor[][] _buffers = [.. models.Select(model => model.buffers().ToArray())];

    /// <summary>
    /// Leaves in the first one the mean of all networks' gradients and of what they remember beside their weights (the statistics of normalisations), added up in their
    /// order.
    /// </summary>
    public void Gather()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        for (int place = 0; place < _weights[0].Length; place++) Average([.. _weights.Select(weights => weights[place].grad)]);
        for (int place = 0; place < _buffers[0].Length; place++) Average([.. _buffers.Select(buffers => buffers[place])]);
    }

    /// <summary>Gives all networks the first one's weights and what it remembers beside them.</summary>
    public void Share()
    {
        using IDisposable unrecorded = no_grad();
        for (int other = 1; other < models.Count; other++)
        {
            for (int place = 0; place < _weights[0].Length; place++) _weights[other][place].copy_(_weights[0][place]);
            for (int place = 0; place < _buffers[0].Length; place++) _buffers[other][place].copy_(_buffers[0][place]);
        }
    }

    // In the first one.
    private static void Average(Tensor?[] tensors)
    {
        // Counters stay the first one's.
        if (tensors.Length == 1 || tensors[0] is not { } sum || !is_floating_point(sum)) return;
        foreach (Tensor? other in tensors.Skip(1)) sum.add_(other!);
        sum.div_(tensors.Length);
    }
}
