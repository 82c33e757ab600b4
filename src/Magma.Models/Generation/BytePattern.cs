using System.Text;

namespace Magma.Models.Generation;

/// <summary>A regular language over bytes, put together from small parts. Immutable.</summary>
public abstract record BytePattern
{
    /// <summary>Exactly this text, in UTF-8.</summary>
    public static BytePattern Text(string text) =>
        new SequenceOf([.. Encoding.UTF8.GetBytes(text).Select(value => (BytePattern)OneOf(value))]);

    /// <summary>One after the other.</summary>
    public static BytePattern Sequence(params IReadOnlyList<BytePattern> parts) => new SequenceOf(parts);

    /// <summary>Any one of these.</summary>
    public static BytePattern Choice(params IReadOnlyList<BytePattern> parts) => new ChoiceOf(parts);

    /// <summary>For <see cref="Repeat"/>: as often as wanted.</summary>
    public const int Unbounded = int.MaxValue;

    /// <summary>
    /// From <paramref name="least"/> to <paramref name="most"/> times; each time but an unbounded one takes places of its own.
    /// </summary>
    public static BytePattern Repeat(BytePattern part, int least, int most) => new RepeatOf(part, least, most);

    /// <summary>
    /// A character of a JSON string, as JSON writes it: well-formed UTF-8 without control characters, or one of the short escapes.
    /// </summary>
    public static BytePattern JsonCharacter { get; } = Choice(
        new ByteSet(value => value is >= 0x20 and < 0x80 and not (byte)'"' and not (byte)'\\' and not 0x7F),
        Sequence(OneOf((byte)'\\'), new ByteSet(value => "\"\\/nt".Contains((char)value))),
        Sequence(Range(0xC2, 0xDF), Tail),
        Sequence(OneOf(0xE0), Range(0xA0, 0xBF), Tail),
        Sequence(Choice(Range(0xE1, 0xEC), Range(0xEE, 0xEF)), Tail, Tail),
        Sequence(OneOf(0xED), Range(0x80, 0x9F), Tail),
        Sequence(OneOf(0xF0), Range(0x90, 0xBF), Tail, Tail),
        Sequence(Range(0xF1, 0xF3), Tail, Tail, Tail),
        Sequence(OneOf(0xF4), Range(0x80, 0x8F), Tail, Tail));

    private static BytePattern Tail => Range(0x80, 0xBF);

    private static ByteSet OneOf(byte wanted) => new(value => value == wanted);

    private static ByteSet Range(byte first, byte last) => new(value => value >= first && value <= last);

    /// <summary>One byte of a set.</summary>
    internal sealed record ByteSet(Func<byte, bool> Contains) : BytePattern;

    internal sealed record SequenceOf(IReadOnlyList<BytePattern> Parts) : BytePattern;

    internal sealed record RepeatOf(BytePattern Part, int Least, int Most) : BytePattern;

    internal sealed record ChoiceOf(IReadOnlyList<BytePattern> Parts) : BytePattern;
}
