using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What optimizers written in C# share: groups of parameters and one state per parameter.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private protected readonly OrderedDictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    public override IEnumerable<Parameter> parameters() => groups.SelectMany(group => group.Parameters);

    public virtual optim.Optimizer.StateDictionary state_dict()
    {
        var references = groups
            .Select(group => group.Parameters.Select(parameter => states.IndexOf(parameter)).ToList())
            .ToList();
        return new([.. groups.Select(group => group.Options)], [.. states.Values], references);
    }

    /// <summary>Takes over settings and state of another optimizer over parameters of the same number and shapes.</summary>
    /// <exception cref="ArgumentException">The number of groups or parameters differs.</exception>
    public virtual void load_state_dict(optim.Optimizer.StateDictionary state_dict)
    {
        if (state_dict.Options.Count != groups.Count || state_dict.State.Count != states.Count)
        {
            throw new ArgumentException(
                $"expected {groups.Count} groups and {states.Count} parameters, "
                + $"got {state_dict.Options.Count} and {state_dict.State.Count}");
        }

        for (var i = 0; i < groups.Count; i++)
        {
            groups[i].Options.LoadStateDict(state_dict.Options[i]);
        }

        for (var i = 0; i < states.Count; i++)
        {
            states.GetAt(i).Value.LoadStateDict(state_dict.State[i]);
        }
    }

    /// <summary>Moves the state, not the parameters.</summary>
    public void to(Device device)
    {
        foreach (var state in states.Values)
        {
            state.to(device);
        }
    }

    private protected static Tensor? Recorded(Func<Tensor>? closure)
    {
        using var recorded = enable_grad();
        return closure?.Invoke();
    }
}
