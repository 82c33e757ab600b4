using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>
/// What the one training loop needs to know of a task: the network, batches and the loss of a batch. A batch is a pure function of its number
/// (and of the task's own seed), so an interrupted run goes on as if it had never stopped.
/// </summary>
/// <typeparam name="TBatch">What is learned from at once; made on another thread than it is used on.</typeparam>
public interface ITrainingTask<TBatch>
{
    /// <summary>The network that is trained; the caller's to dispose of.</summary>
    nn.Module Model { get; }

    /// <summary>
    /// The network's weights that <see cref="Muon"/> steps, of two dimensions or more: those between its first and its last layer, where that learns faster.
    /// AdamW steps all others.
    /// </summary>
    IReadOnlyList<Parameter> Hidden { get; }

    /// <summary>Makes a batch; may run beside <see cref="Loss"/>.</summary>
    /// <param name="number">From 0. A step of one worker takes the batch of its own number, a step of several the next ones, each another.</param>
    TBatch BatchAt(long number);

    /// <summary>Runs the network on a batch.</summary>
    /// <param name="batch">What <see cref="BatchAt"/> made.</param>
    /// <returns>The loss, a number that gradients can be taken of.</returns>
    Tensor Loss(TBatch batch);
}
