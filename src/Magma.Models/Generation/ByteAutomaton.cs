namespace Magma.Models.Generation;

/// <summary>
/// A deterministic automaton of a pattern: from a state and a byte to a state. Built when a place is first met, by following all
/// branches of the pattern at once. Not safe to share between threads without a lock.
/// </summary>
internal sealed class ByteAutomaton
{
    /// <summary>The state from which nothing fits any more.</summary>
    public const int Dead = -1;

    private const int Unknown = -2;
    private const int MaxStates = 100_000;

    private readonly List<(Func<byte, bool>? Accepts, int Next, int Other)> nodes = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private readonly List<int[]> members = [];
    private readonly List<int[]> transitions = [];

    public ByteAutomaton(BytePattern pattern)
    {
        // Node 0 is the end; every part is compiled in front of what follows it.
        nodes.Add((null, -1, -1));
        Start = StateOf(Closure([Compile(pattern, 0)]));
    }

    public int Start { get; }

    /// <summary>Whether the pattern may end here.</summary>
    public bool IsEnd(int state) => members[state].Contains(0);

    public int Next(int state, byte value)
    {
        int[] row = transitions[state];
        if (row[value] == Unknown)
        {
            List<int> next = [.. members[state].Where(node => nodes[node].Accepts?.Invoke(value) == true).Select(node => nodes[node].Next)];
            row[value] = next.Count == 0 ? Dead : StateOf(Closure(next));
        }

        return row[value];
    }

    /// <summary>The fewest bytes from a state to an end.</summary>
    /// <exception cref="InvalidOperationException">No end can be reached.</exception>
    public int DistanceToEnd(int state)
    {
        var seen = new HashSet<int> { state };
        var front = new List<int> { state };
        for (int distance = 0; front.Count > 0; distance++)
        {
            if (front.Exists(IsEnd)) return distance;
            front = [.. front.SelectMany(from => Enumerable.Range(0, 256).Select(value => Next(from, (byte)value))).Where(next => next != Dead && seen.Add(next))];
        }

        throw new InvalidOperationException("The grammar has a place from which no answer is complete.");
    }

    private int Compile(BytePattern pattern, int following)
    {
        switch (pattern)
        {
            case BytePattern.ByteSet set:
                nodes.Add((set.Contains, following, -1));
                return nodes.Count - 1;
            case BytePattern.SequenceOf sequence:
                for (int part = sequence.Parts.Count - 1; part >= 0; part--) following = Compile(sequence.Parts[part], following);
                return following;
            case BytePattern.RepeatOf { Most: BytePattern.Unbounded } repeat:
                int loop = nodes.Count;
                nodes.Add((null, -1, following));
                nodes[loop] = (null, Compile(repeat.Part, loop), following);
                return repeat.Least == 0 ? loop : Compile(BytePattern.Repeat(repeat.Part, repeat.Least, repeat.Least), loop);
            case BytePattern.RepeatOf repeat:
                int end = following;
                for (int turn = repeat.Most; turn > 0; turn--)
                {
                    int inside = Compile(repeat.Part, following);
                    if (turn > repeat.Least) nodes.Add((null, inside, end));
                    following = turn > repeat.Least ? nodes.Count - 1 : inside;
                }

                return following;
            case BytePattern.ChoiceOf choice:
                int branch = Compile(choice.Parts[^1], following);
                for (int part = choice.Parts.Count - 2; part >= 0; part--)
                {
                    int first = Compile(choice.Parts[part], following);
                    nodes.Add((null, first, branch));
                    branch = nodes.Count - 1;
                }

                return branch;
            default:
                throw new ArgumentException($"Patterns of type {pattern.GetType()} are not known.");
        }
    }

    /// <summary>All nodes that are reached without a byte: those that take one, and the end.</summary>
    private int[] Closure(IEnumerable<int> from)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(from);
        while (open.TryPop(out int node))
        {
            if (node < 0 || !seen.Add(node) || node == 0) continue;
            (Func<byte, bool>? accepts, int next, int other) = nodes[node];
            if (accepts is not null) continue;
            open.Push(next);
            open.Push(other);
        }

        return [.. seen.Where(node => node == 0 || nodes[node].Accepts is not null).Order()];
    }

    private int StateOf(int[] set)
    {
        string key = string.Join(',', set);
        if (known.TryGetValue(key, out int state)) return state;
        if (members.Count == MaxStates) throw new InvalidOperationException($"The grammar has more than {MaxStates:N0} states.");
        var row = new int[256];
        Array.Fill(row, Unknown);
        members.Add(set);
        transitions.Add(row);
        known[key] = members.Count - 1;
        return members.Count - 1;
    }
}
