using System.Diagnostics;
using Magma.Models.Tokenization;
using Magma.Testing;

namespace Magma.Models.Tests.Tokenization;

/// <summary>Cases of NormalizationTest.txt of the Unicode character database, each for one rule.</summary>
public class NfcTests
{
    [Theory]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("\u1EA1\u0302", "\u1EAD")]
    [InlineData("\u00E2\u0323", "\u1EAD")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u0344", "\u0308\u0301")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\uD558\u11AB", "\uD55C")]
    [InlineData("\uD55C\u11AB", "\uD55C\u11AB")]
    [InlineData("\u1161\u1112", "\u1161\u1112")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")]
    [InlineData("\uD804\uDC99\uD804\uDCBA", "\uD804\uDC9A")]
    [InlineData("a\u0315\u0300\u05AE\u0301b", "\u00E0\u05AE\u0301\u0315b")]
    [InlineData("\u09C7\u0334\u09BE", "\u09C7\u0334\u09BE")]
    [InlineData("\u0061\u0328\u0301", "\u0105\u0301")]
    [InlineData("\u0301", "\u0301")]
    [InlineData("\u65E5\u672C\u8A9E \u03B1\u03B2", "\u65E5\u672C\u8A9E \u03B1\u03B2")]
    [InlineData("plain", "plain")]
    public void Text_is_composed(string text, string expected)
    {
        Assert.Equal(expected, Nfc.Normalize(text));
        Assert.Equal(expected, Nfc.Normalize(expected));
        Assert.Equal(text == expected, Nfc.IsNormalized(text));
    }

    [Fact]
    public void A_lone_surrogate_stays()
    {
        const string Broken = "\uD800\u0301e\u0301";
        Assert.Equal("\uD800\u0301\u00E9", Nfc.Normalize(Broken));
    }

    [Fact]
    public void The_tables_are_what_their_script_makes()
    {
        string folder = Path.Combine(Repository.Root, "src", "Magma.Models", "Tokenization");
        using Process node = Process.Start(
            new ProcessStartInfo("node", [Path.Combine(folder, "normalization.mjs")]) { RedirectStandardOutput = true })!;
        string[] made = node.StandardOutput.ReadToEnd().Split('\n'), kept = File.ReadAllText(Path.Combine(folder, "Normalization.txt")).Split('\n');

        // Another Node may know another Unicode; decompositions that two versions have are the same for ever.
        if (made[0] == kept[0]) Assert.Equal(kept, made);
        Dictionary<string, string> known = Decompositions(made), ours = Decompositions(kept);
        Assert.True(known.Count > 2000);
        Assert.All(known.Where(entry => ours.ContainsKey(entry.Key)), entry => Assert.Equal(entry.Value, ours[entry.Key]));
    }

    private static Dictionary<string, string> Decompositions(string[] lines) => lines
        .Where(line => line.Contains(" = ", StringComparison.Ordinal) || line.Contains(" ! ", StringComparison.Ordinal))
        .Where(line => !line.StartsWith('#')).ToDictionary(line => line.Split(' ')[0], StringComparer.Ordinal);
}
