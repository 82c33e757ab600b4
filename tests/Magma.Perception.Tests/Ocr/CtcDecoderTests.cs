namespace Magma.Perception.Tests;

public sealed class CtcDecoderTests : IDisposable
{
    private readonly string _dictionary = Path.GetTempFileName();

    public CtcDecoderTests() => File.WriteAllText(_dictionary, "a\nb\n");

    // Classes: 0 blank, 1 a, 2 b, 3 space.
    [Theory]
    [InlineData("a", 1, 1, 0)]
    [InlineData("aa", 1, 0, 1)]
    [InlineData("ab", 1, 2)]
    [InlineData("a b", 0, 1, 3, 0, 3, 2)]
    [InlineData("b", 3, 2, 3)]
    [InlineData("", 0, 3, 0)]
    public void Repetitions_and_blanks_are_left_out(string expected, params int[] best)
    {
        var decoder = new CtcDecoder(_dictionary);
        float[] probabilities = [.. best.SelectMany(b => Enumerable.Range(0, decoder.Classes).Select(c => c == b ? 0.7f : 0.1f))];
        (string text, double score) = decoder.Decode(probabilities);
        Assert.Equal(expected, text);
        Assert.Equal(expected.Length > 0 ? 0.7 : 0, score, 1e-6);
    }

    public void Dispose() => File.Delete(_dictionary);
}
