using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Magma.Torch;

/// <summary>
/// A pickle machine that can build numbers, texts, lists, tuples and dictionaries, and hands everything else to
/// <see cref="PyTorchObjects"/>: it has no way to look up or call code. It keeps its own stack, so nesting cannot exhaust the thread's.
/// Source: the comments of Python's pickletools; the binary opcodes of protocols 1 to 5.
/// </summary>
/// <param name="bytes">The file from the pickle on.</param>
/// <param name="objects">Makes storages and tensors.</param>
internal ref struct PickleReader(ReadOnlySpan<byte> bytes, PyTorchObjects objects)
{
    private const int MostValues = 10_000_000;
    private const int LongestLine = 1000;
    private const int LongestNumber = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);
    private static readonly object Mark = new();

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private readonly List<object?> stack = [];
    private readonly Dictionary<uint, object?> memo = [];
    private int values = 0;

    /// <summary>Bytes read so far: after <see cref="Read"/>, where the pickle ended.</summary>
    public int Position { get; private set; }

    /// <summary>Runs the pickle to its STOP and returns what it built.</summary>
    /// <exception cref="InvalidDataException">It is damaged, asks for a name that is not on the list, or has an opcode that none needs.</exception>
    public object? Read()
    {
        while (true)
        {
            var opcode = Take(1)[0];
            if (opcode == '.')
            {
                return Pop();
            }

            Run(opcode);
        }
    }

    private void Run(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: CheckProtocol(Take(1)[0]); break;
            case (byte)'(': Push(Mark); break;
            case (byte)'0': Pop(); break;
            case (byte)'1': PopToMark(); break;
            case (byte)'2': Push(Top()); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case (byte)'K': Push((long)Take(1)[0]); break;
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 0x8A: Push(Number(Take(1)[0])); break;
            case 0x8B: Push(Number(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case (byte)'X': Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 0x8C: Push(Text(Take(1)[0])); break;
            case 0x8D: Push(Text(BinaryPrimitives.ReadUInt64LittleEndian(Take(8)))); break;
            // Texts of Python 2.
            case (byte)'U': Push(Text(Take(1)[0])); break;
            case (byte)'T': Push(Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'C': Push(Take(Take(1)[0]).ToArray()); break;
            case (byte)'B': Push(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))).ToArray()); break;
            case 0x8E or 0x96: Push(Take(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))).ToArray()); break;
            case (byte)']': Push(new List<object?>()); break;
            case (byte)'}': Push(new PyTorchDictionary()); break;
            case (byte)')': Push(Array.Empty<object?>()); break;
            case (byte)'t': Push(PopToMark()); break;
            case 0x85 or 0x86 or 0x87: Push(Pop(opcode - 0x84)); break;
            case (byte)'a': Append([Pop()]); break;
            case (byte)'e': Append(PopToMark()); break;
            case (byte)'s': Set(Pop(2)); break;
            case (byte)'u': Set(PopToMark()); break;
            case (byte)'c': Push(PyTorchGlobals.Find(Line(), Line())); break;
            case 0x93: StackGlobal(); break;
            // Only to say what it asked for: it would make an object of a class.
            case (byte)'i': PyTorchGlobals.Find(Line(), Line()); throw Refused(opcode);
            case (byte)'R': Call(Pop(2), objects.Call); break;
            case 0x81: Call(Pop(2), objects.Call); break;
            case (byte)'b': Build(Pop()); break;
            case (byte)'Q': Push(objects.Storage(Pop())); break;
            case (byte)'h': Push(Recall(Take(1)[0])); break;
            case (byte)'j': Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case (byte)'q': memo[Take(1)[0]] = Top(); break;
            case (byte)'r': memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
            case 0x94: memo[(uint)memo.Count] = Top(); break;
            case 0x95: CheckFrame(BinaryPrimitives.ReadUInt64LittleEndian(Take(8))); break;
            default: throw Refused(opcode);
        }
    }

    private readonly InvalidDataException Refused(byte opcode) =>
        new($"the pickle has the opcode 0x{opcode:x2} at byte {Position - 1}, which no checkpoint needs");

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(bytes.Length - Position))
        {
            throw new InvalidDataException($"the pickle ends early: {count} bytes wanted at byte {Position}, {bytes.Length - Position} are left");
        }

        Position += (int)count;
        return bytes.Slice(Position - (int)count, (int)count);
    }

    private static void CheckProtocol(byte protocol)
    {
        if (protocol > 5)
        {
            throw new InvalidDataException($"pickle protocol {protocol}; up to 5 are read");
        }
    }

    private readonly void CheckFrame(ulong length)
    {
        if (length > (ulong)(bytes.Length - Position))
        {
            throw new InvalidDataException($"the pickle ends early: a frame of {length} bytes at byte {Position}");
        }
    }

    private string Text(ulong length)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException problem)
        {
            throw new InvalidDataException($"a text before byte {Position} of the pickle is not UTF-8", problem);
        }
    }

    private string Line()
    {
        var rest = bytes[Position..];
        var length = rest[..Math.Min(rest.Length, LongestLine)].IndexOf((byte)'\n');
        if (length < 0)
        {
            throw new InvalidDataException($"no line of at most {LongestLine} bytes at byte {Position} of the pickle");
        }

        var line = Text((ulong)length);
        Position++;
        return line;
    }

    private object Number(uint length)
    {
        if (length > LongestNumber)
        {
            throw new InvalidDataException($"a whole number of {length} bytes at byte {Position} of the pickle; {LongestNumber} are the limit");
        }

        var number = new BigInteger(Take(length));
        return number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number;
    }

    private void Push(object? value)
    {
        if (++values > MostValues)
        {
            throw new InvalidDataException($"the pickle has more than {MostValues} values");
        }

        stack.Add(value);
    }

    private readonly object? Top()
    {
        if (stack.Count == 0 || ReferenceEquals(stack[^1], Mark))
        {
            throw new InvalidDataException($"the pickle takes from an empty stack before byte {Position}");
        }

        return stack[^1];
    }

    private readonly object? Pop()
    {
        var value = Top();
        stack.RemoveAt(stack.Count - 1);
        return value;
    }

    private readonly object?[] Pop(int count)
    {
        var popped = new object?[count];
        for (var place = count - 1; place >= 0; place--)
        {
            popped[place] = Pop();
        }

        return popped;
    }

    private readonly object?[] PopToMark()
    {
        var mark = stack.FindLastIndex(value => ReferenceEquals(value, Mark));
        if (mark < 0)
        {
            throw new InvalidDataException($"the pickle misses a mark before byte {Position}");
        }

        object?[] popped = [.. stack.Skip(mark + 1)];
        stack.RemoveRange(mark, stack.Count - mark);
        return popped;
    }

    private readonly object? Recall(uint number) => memo.TryGetValue(number, out var value)
        ? value
        : throw new InvalidDataException($"the pickle recalls its value {number}, which it has not kept");

    private readonly void Append(object?[] added)
    {
        if (Top() is not List<object?> list)
        {
            throw new InvalidDataException($"the pickle appends to what is no list before byte {Position}");
        }

        list.AddRange(added);
    }

    private readonly void Set(object?[] pairs)
    {
        if (Top() is not PyTorchDictionary dictionary || pairs.Length % 2 != 0)
        {
            throw new InvalidDataException($"the pickle sets entries of what is no dictionary before byte {Position}");
        }

        for (var place = 0; place < pairs.Length; place += 2)
        {
            dictionary.Set(pairs[place], pairs[place + 1]);
        }
    }

    private void StackGlobal()
    {
        var names = Pop(2);
        if (names is not [string module, string name])
        {
            throw new InvalidDataException($"the pickle asks for a name that is no text before byte {Position}");
        }

        Push(PyTorchGlobals.Find(module, name));
    }

    private void Call(object?[] pair, Func<PyTorchGlobal, object?[], object?> call)
    {
        if (pair is not [PyTorchGlobal callee, object?[] arguments])
        {
            throw new InvalidDataException($"the pickle calls what is no function before byte {Position}");
        }

        Push(call(callee, arguments));
    }

    // What state_dict() gives is an ordered dictionary with version numbers, which nobody needs, as its state.
    private readonly void Build(object? state)
    {
        if (Top() is not PyTorchDictionary || state is not PyTorchDictionary)
        {
            throw new InvalidDataException($"the pickle sets the state of what is no dictionary before byte {Position}");
        }
    }
}
