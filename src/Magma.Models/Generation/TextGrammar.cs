using Magma.Models.Tokenization;

namespace Magma.Models.Generation;

/// <summary>
/// A grammar over text: the tokens whose bytes lead from one place of a pattern to another. A place's tokens are found once, by a walk
/// over the sorted vocabulary, and remembered for all generations.
/// </summary>
public sealed class TextGrammar : ITokenGrammar
{
    private readonly ByteAutomaton automaton;
    private readonly SortedTokens tokens;
    private readonly Dictionary<int, State> states = [];
    private readonly Lock gate = new();

    /// <param name="pattern">The language.</param>
    /// <param name="tokens">The vocabulary.</param>
    public TextGrammar(BytePattern pattern, SortedTokens tokens)
    {
        automaton = new ByteAutomaton(pattern);
        this.tokens = tokens;
    }

    /// <inheritdoc/>
    public IGrammarState Start => StateOf(automaton.Start);

    private State StateOf(int place)
    {
        lock (gate)
        {
            if (states.TryGetValue(place, out State? state)) return state;
            List<(int Id, int Place)> allowed = tokens.Follow(automaton, place);
            allowed.Sort();
            state = new State(this, automaton.IsEnd(place), [.. allowed.Select(entry => entry.Id)], [.. allowed.Select(entry => entry.Place)]);
            return states[place] = state;
        }
    }

    private sealed class State(TextGrammar grammar, bool isComplete, int[] ids, int[] places) : IGrammarState
    {
        public ReadOnlySpan<int> Allowed => ids;

        public bool IsComplete => isComplete;

        public IGrammarState After(int id)
        {
            int index = Array.BinarySearch(ids, id);
            return index >= 0 ? grammar.StateOf(places[index]) : throw new ArgumentException($"Token {id} is not allowed here.", nameof(id));
        }
    }
}

/// <summary>Ordinary tokens in the order of their bytes, so that tokens with a common beginning are walked once. Made once for a tokenizer.</summary>
public sealed class SortedTokens
{
    private readonly byte[][] bytes;
    private readonly int[] ids;
    private readonly int[] shared;

    /// <param name="tokenizer">Whose vocabulary; special tokens are left out.</param>
    public SortedTokens(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        List<(byte[] Bytes, int Id)> entries = [.. Enumerable.Range(0, tokenizer.BaseVocabularySize)
            .Where(id => !tokenizer.IsSpecial(id)).Select(id => (tokenizer.BytesOf(id).ToArray(), id)).Where(entry => entry.Item1.Length > 0)];
        entries.Sort((left, right) => left.Bytes.AsSpan().SequenceCompareTo(right.Bytes));
        bytes = [.. entries.Select(entry => entry.Bytes)];
        ids = [.. entries.Select(entry => entry.Id)];
        shared = new int[bytes.Length];
        for (int index = 1; index < bytes.Length; index++) shared[index] = bytes[index - 1].AsSpan().CommonPrefixLength(bytes[index]);
    }

    /// <summary>Tokens that fit from a place on, and where they lead.</summary>
    internal List<(int Id, int Place)> Follow(ByteAutomaton automaton, int place)
    {
        var found = new List<(int, int)>();
        var path = new List<int> { place };
        for (int index = 0; index < bytes.Length; index++)
        {
            // path[d] is the place after d bytes; it ends where the token before stopped fitting.
            int depth = Math.Min(shared[index], path.Count - 1);
            bool blocked = shared[index] > path.Count - 1 && index > 0;
            if (blocked) continue;
            path.RemoveRange(depth + 1, path.Count - depth - 1);
            byte[] token = bytes[index];
            while (depth < token.Length)
            {
                int next = automaton.Next(path[depth], token[depth]);
                if (next == ByteAutomaton.Dead) break;
                path.Add(next);
                depth++;
            }

            if (depth == token.Length) found.Add((ids[index], path[depth]));
        }

        return found;
    }
}
