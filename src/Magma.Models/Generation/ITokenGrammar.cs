namespace Magma.Models.Generation;

/// <summary>Says which tokens may come next, so that only answers of a given form can be produced. Immutable and safe to share.</summary>
public interface ITokenGrammar
{
    /// <summary>The state before the first token.</summary>
    IGrammarState Start { get; }
}

/// <summary>A place in a grammar. Immutable.</summary>
public interface IGrammarState
{
    /// <summary>Ids that may come next, in rising order; empty when the answer is complete and nothing may follow.</summary>
    ReadOnlySpan<int> Allowed { get; }

    /// <summary>Whether the answer may end here.</summary>
    bool IsComplete { get; }

    /// <summary>The state after a token.</summary>
    /// <exception cref="ArgumentException">The token is not allowed.</exception>
    IGrammarState After(int id);
}
