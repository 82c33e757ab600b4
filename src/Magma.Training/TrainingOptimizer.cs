using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training;

/// <summary>Steps a network's weights: those that a task names with <see cref="Muon"/>, all others with AdamW (Loshchilov and Hutter 2019).</summary>
public sealed class TrainingOptimizer : IDisposable
{
    private readonly AdamW _rest;
    private readonly Muon _hidden;

    /// <summary>Makes one without any memory of steps.</summary>
    /// <param name="model">The network.</param>
    /// <param name="hidden">Its weights that Muon steps, of two dimensions or more.</param>
    /// <param name="weightDecay">Decay of weights; vectors (biases, scales) do not decay.</param>
    /// <param name="threads">How many weights are stepped at the same time; results do not depend on it.</param>
    public TrainingOptimizer(nn.Module model, IReadOnlyList<Parameter> hidden, double weightDecay, int threads = 1)
    {
        Parameter[] rest = [.. model.parameters().Where(parameter => !hidden.Any(other => ReferenceEquals(other, parameter)))];
        _hidden = new Muon(hidden, weightDecay, threads);
        _rest = optim.AdamW(
            [
                new AdamW.ParamGroup(rest.Where(parameter => parameter.ndim > 1), weight_decay: weightDecay),
                new AdamW.ParamGroup(rest.Where(parameter => parameter.ndim <= 1), weight_decay: 0),
            ]);
    }

    /// <summary>What it remembers of the steps before, by name; its own tensors.</summary>
    public IReadOnlyDictionary<string, Tensor> Memory
    {
        get
        {
            var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            int place = 0;
            foreach (OptimizerState state in _rest.state_dict().State)
            {
                var means = (AdamW.State)state;
                tensors.Add($"mean.{place}", means.exp_avg);
                tensors.Add($"square.{place}", means.exp_avg_sq);
                place++;
            }

            for (int index = 0; index < _hidden.Momenta.Count; index++) tensors.Add($"momentum.{index}", _hidden.Momenta[index]);
            return tensors;
        }
    }

    /// <summary>Goes on after that many steps, with <see cref="Memory"/> filled by the caller.</summary>
    public void ContinueAt(long step)
    {
        foreach (OptimizerState state in _rest.state_dict().State) ((AdamW.State)state).step = step;
    }

    /// <summary>Takes a step along the gradients.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Step(double rate)
    {
        foreach (optim.ILearningRateController group in _rest.ParamGroups) group.LearningRate = rate;
        _rest.step();
        _hidden.Step(rate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rest.Dispose();
        _hidden.Dispose();
    }
}
