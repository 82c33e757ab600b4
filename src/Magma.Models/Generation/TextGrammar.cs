using System.Buffers;
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
    private readonly int maxTokens;
    private readonly Dictionary<int, Place> places = [];
    private readonly Dictionary<int, Place> closing = [];
    private readonly Dictionary<int, int> distances = [];
    private readonly Lock gate = new();

    /// <param name="pattern">The language.</param>
    /// <param name="tokens">The vocabulary; every byte that the pattern needs must be a token.</param>
    /// <param name="maxTokens">After so many tokens only those remain that bring the answer nearer to its end.</param>
    public TextGrammar(BytePattern pattern, SortedTokens tokens, int maxTokens = int.MaxValue)
    {
        automaton = new ByteAutomaton(pattern);
        this.tokens = tokens;
        this.maxTokens = maxTokens;
    }

    /// <inheritdoc/>
    public IGrammarState Start => new State(this, automaton.Start, 0);

    // Tokens in rising order and where each leads.
    private sealed record Place(bool IsComplete, int[] Ids, int[] Places);

    private Place PlaceOf(int number, bool closes)
    {
        lock (gate)
        {
            if ((closes ? closing : places).TryGetValue(number, out Place? place)) return place;
            if (closes)
            {
                Place open = PlaceOf(number, closes: false);
                int here = Distance(number);
                List<int> nearer = [.. Enumerable.Range(0, open.Ids.Length).Where(index => Distance(open.Places[index]) < here)];
                return closing[number] = new Place(
                    open.IsComplete, [.. nearer.Select(index => open.Ids[index])], [.. nearer.Select(index => open.Places[index])]);
            }

            (int[] ids, int[] leads) = tokens.Follow(automaton, number);
            return places[number] = new Place(automaton.IsEnd(number), ids, leads);
        }
    }

    private int Distance(int number) =>
        distances.TryGetValue(number, out int distance) ? distance : distances[number] = automaton.DistanceToEnd(number);

    private sealed class State(TextGrammar grammar, int number, int used) : IGrammarState
    {
        private readonly Place place = grammar.PlaceOf(number, used >= grammar.maxTokens);

        public ReadOnlySpan<int> Allowed => place.Ids;

        public bool IsComplete => place.IsComplete;

        public IGrammarState After(int id)
        {
            int index = Array.BinarySearch(place.Ids, id);
            return index >= 0
                ? new State(grammar, place.Places[index], used + 1)
                : throw new ArgumentException($"Token {id} is not allowed here.", nameof(id));
        }
    }
}

/// <summary>
/// Ordinary tokens in the order of their bytes, so that tokens with a common beginning are walked once. Made once for a tokenizer.
/// </summary>
public sealed class SortedTokens
{
    // Their bytes one after the other, where each begins, and where the last ends: a walk reads them in a row.
    private readonly byte[] bytes;
    private readonly int[] starts;
    private readonly int[] ids;

    // How many first bytes a token has in common with the one before, and the next token that has fewer in common with its own.
    private readonly int[] shared;
    private readonly int[] leaving;
    private readonly int longest;
    private readonly int idCount;

    /// <param name="tokenizer">Whose vocabulary; special tokens are left out.</param>
    public SortedTokens(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        List<(byte[] Bytes, int Id)> entries = [.. Enumerable.Range(0, tokenizer.BaseVocabularySize)
            .Where(id => !tokenizer.IsSpecial(id)).Select(id => (tokenizer.BytesOf(id).ToArray(), id)).Where(entry => entry.Item1.Length > 0)];
        entries.Sort((left, right) => left.Bytes.AsSpan().SequenceCompareTo(right.Bytes));
        bytes = [.. entries.SelectMany(entry => entry.Bytes)];
        ids = [.. entries.Select(entry => entry.Id)];
        idCount = tokenizer.BaseVocabularySize;
        starts = new int[ids.Length + 1];
        shared = new int[ids.Length];
        for (int index = 0; index < ids.Length; index++)
        {
            byte[] token = entries[index].Bytes;
            starts[index + 1] = starts[index] + token.Length;
            longest = Math.Max(longest, token.Length);
            if (index > 0) shared[index] = entries[index - 1].Bytes.AsSpan().CommonPrefixLength(token);
        }

        leaving = new int[ids.Length];
        for (int index = ids.Length - 1; index >= 0; index--)
        {
            leaving[index] = index + 1;
            while (leaving[index] < ids.Length && shared[leaving[index]] >= shared[index]) leaving[index] = leaving[leaving[index]];
        }
    }

    /// <summary>Tokens that fit from a place on, in rising order, and where they lead.</summary>
    internal (int[] Ids, int[] Places) Follow(ByteAutomaton automaton, int place)
    {
        // By id, one more than the place, so that what was not found is zero.
        int[] leads = ArrayPool<int>.Shared.Rent(idCount);
        Array.Clear(leads, 0, idCount);
        int count = 0;
        // The place after so many bytes, as far as the token before fitted.
        int[] path = new int[longest + 1];
        path[0] = place;
        for (int index = 0; index < ids.Length;)
        {
            int depth = shared[index];
            ReadOnlySpan<byte> token = bytes.AsSpan(starts[index]..starts[index + 1]);
            for (; depth < token.Length; depth++)
            {
                int next = automaton.Next(path[depth], token[depth]);
                if (next == ByteAutomaton.Dead) break;
                path[depth + 1] = next;
            }

            if (depth == token.Length)
            {
                leads[ids[index]] = path[depth] + 1;
                count++;
            }

            // Tokens with the byte that did not fit are passed over.
            for (index++; index < ids.Length && shared[index] > depth;) index = leaving[index];
        }

        var found = new int[count];
        var places = new int[count];
        for (int id = 0, at = 0; at < count; id++)
        {
            if (leads[id] == 0) continue;
            found[at] = id;
            places[at++] = leads[id] - 1;
        }

        ArrayPool<int>.Shared.Return(leads);
        return (found, places);
    }
}
