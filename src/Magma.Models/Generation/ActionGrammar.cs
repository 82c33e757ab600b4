using Magma.Data;

namespace Magma.Models.Generation;

/// <summary>Exactly seven action tokens: a robot action and nothing else.</summary>
public sealed class ActionGrammar : ITokenGrammar
{
    private readonly ActionCodec codec;
    private readonly State[] states = new State[ActionCodec.Dimensions + 1];

    /// <param name="codec">Which ids are actions.</param>
    public ActionGrammar(ActionCodec codec)
    {
        ArgumentNullException.ThrowIfNull(codec);
        this.codec = codec;
        int[] all = [.. Enumerable.Range(codec.FirstId, ActionCodec.TokenCount)];
        for (int count = 0; count < states.Length; count++)
            states[count] = new State(this, count, count < ActionCodec.Dimensions ? all : []);
    }

    /// <inheritdoc/>
    public IGrammarState Start => states[0];

    private sealed class State(ActionGrammar grammar, int count, int[] allowed) : IGrammarState
    {
        public ReadOnlySpan<int> Allowed => allowed;

        public bool IsComplete => count == ActionCodec.Dimensions;

        public IGrammarState After(int id) => count < ActionCodec.Dimensions && grammar.codec.IsAction(id)
            ? grammar.states[count + 1]
            : throw new ArgumentException($"Token {id} is not allowed as number {count + 1} of an action.", nameof(id));
    }
}
