using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Magma.Vision;

namespace Magma.Data;

/// <summary>What a model's reply about a marked screen points at.</summary>
public abstract record ScreenReply
{
    private ScreenReply()
    {
    }

    /// <summary>A mark of the screen.</summary>
    /// <param name="Mark">The mark.</param>
    public sealed record AtMark(Mark Mark) : ScreenReply;

    /// <summary>A point.</summary>
    /// <param name="Point">As fractions of the picture; not clamped, may lie outside.</param>
    public sealed record AtPoint(NormalizedPoint Point) : ScreenReply;

    /// <summary>Nothing that could be understood.</summary>
    public sealed record Nothing : ScreenReply;

    /// <summary>
    /// Reads a reply by the rules of the released UI demo, in its order: <c>Mark: N</c> (the first, if the screen has that mark); else, when the word
    /// <c>box</c> occurs, <c>&lt;box&gt;(x,y),(x,y)&lt;/box&gt;</c> in thousandths; else all numbers, where two are a point and four a box. Of a box the
    /// centre counts.
    /// </summary>
    /// <param name="reply">What the model said.</param>
    /// <param name="marks">The marks of the screen.</param>
    public static ScreenReply Read(string reply, IReadOnlyList<Mark> marks)
    {
        if (FindMark(reply) is { } number)
        {
            foreach (Mark mark in marks)
            {
                if (mark.Number == number) return new AtMark(mark);
            }
        }

        NormalizedPoint? point = reply.Contains("box", StringComparison.Ordinal) ? FindBox(reply) : FindNumbers(reply);
        return point is { } found ? new AtPoint(found) : new Nothing();
    }

    /// <summary>The number of the first <c>Mark: N</c>, in any script's digits; the largest number there is for one that does not fit, null for none.</summary>
    public static long? FindMark(string reply) => ScreenPatterns.Mark().Match(reply) is { Success: true } match
        ? long.TryParse(Digits(match.Groups[1].Value), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue
        : null;

    /// <summary>The point that two numbers are or the centre of the box that four numbers are; null for any other count of numbers.</summary>
    public static NormalizedPoint? FindNumbers(string reply)
    {
        double[] numbers = [.. ScreenPatterns.Number().Matches(reply).Select(match => double.Parse(Digits(match.Value), CultureInfo.InvariantCulture))];
        return numbers.Length switch
        {
            2 => new NormalizedPoint(numbers[0], numbers[1]),
            4 => new NormalizedBox(numbers[0], numbers[1], numbers[2], numbers[3]).Center,
            _ => null,
        };
    }

    private static NormalizedPoint? FindBox(string reply)
    {
        if (ScreenPatterns.Box().Match(reply) is not { Success: true } match) return null;
        double[] edges = [.. Enumerable.Range(1, 4).Select(group => double.Parse(Digits(match.Groups[group].Value), CultureInfo.InvariantCulture))];
        NormalizedPoint center = new NormalizedBox(edges[0], edges[1], edges[2], edges[3]).Center;
        return new NormalizedPoint(center.X / 1000, center.Y / 1000);
    }

    // Digits of all scripts count, as in Python.
    private static string Digits(string text)
    {
        var ascii = new StringBuilder(text.Length);
        foreach (char letter in text) ascii.Append(char.IsDigit(letter) ? (char)('0' + (int)char.GetNumericValue(letter)) : letter);
        return ascii.ToString();
    }
}

/// <summary>The patterns that replies are read by.</summary>
internal static partial class ScreenPatterns
{
    [GeneratedRegex(@"Mark: (\d+)")]
    public static partial Regex Mark();

    [GeneratedRegex(@"-?\d+\.?\d*")]
    public static partial Regex Number();

    [GeneratedRegex(@"<box>\((\d+),(\d+)\),\((\d+),(\d+)\)</box>")]
    public static partial Regex Box();
}
