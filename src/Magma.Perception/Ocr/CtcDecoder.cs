using System.Numerics.Tensors;
using System.Text;

namespace Magma.Perception;

/// <summary>
/// Turns a recogniser's probabilities into text: the likeliest class of every step, repetitions and blanks left out (greedy decoding of
/// connectionist temporal classification, Graves et al. 2006).
/// </summary>
internal sealed class CtcDecoder
{
    private readonly string[] _characters;

    /// <param name="dictionary">A file of characters, one a line. Class 0 is the blank, the last class after the file's the space.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public CtcDecoder(string dictionary)
    {
        if (!File.Exists(dictionary))
            throw new FileNotFoundException($"There is no dictionary at {dictionary}.", dictionary);
        _characters = ["", .. File.ReadAllLines(dictionary), " "];
    }

    /// <summary>How many classes a recogniser with this dictionary gives.</summary>
    public int Classes => _characters.Length;

    /// <summary>Decodes one line.</summary>
    /// <param name="probabilities">One row of <see cref="Classes"/> values a step.</param>
    /// <returns>The text with single blanks, trimmed, and the mean probability of its characters (0 for no text).</returns>
    public (string Text, double Score) Decode(ReadOnlySpan<float> probabilities)
    {
        var text = new StringBuilder();
        double sum = 0;
        int count = 0, previous = 0;
        for (int at = 0; at < probabilities.Length; at += Classes)
        {
            ReadOnlySpan<float> step = probabilities.Slice(at, Classes);
            int best = TensorPrimitives.IndexOfMax(step);
            if (best != 0 && best != previous)
            {
                sum += step[best];
                count++;
                bool secondBlank = _characters[best] == " " && (text.Length == 0 || text[^1] == ' ');
                if (!secondBlank)
                    text.Append(_characters[best]);
            }
            previous = best;
        }
        string trimmed = text.ToString().Trim();
        return (trimmed, trimmed.Length == 0 ? 0 : sum / count);
    }
}
