using System.Globalization;

namespace Magma.Vision;

/// <summary>Frames a second as an exact fraction: 30000/1001 is what is often called 29.97.</summary>
/// <param name="Numerator">At least 1.</param>
/// <param name="Denominator">At least 1.</param>
public readonly record struct FrameRate(int Numerator, int Denominator = 1)
{
    /// <summary>Frames a second, rounded to a double.</summary>
    public double PerSecond => (double)Numerator / Denominator;

    /// <summary>The time of a frame counted from 0, to the nearest tick.</summary>
    public TimeSpan TimeOf(long frame) => new((long)Math.Round((decimal)frame * Denominator * TimeSpan.TicksPerSecond / Numerator));

    /// <summary>As ffmpeg writes it: <c>30000/1001</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");

    /// <summary>Reads <c>30000/1001</c> or <c>30</c>; null when it is none, or not above 0.</summary>
    internal static FrameRate? Parse(string? text)
    {
        string[] parts = (text ?? "").Split('/');
        return parts.Length <= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int numerator)
            && int.TryParse(parts.Length == 2 ? parts[1] : "1", NumberStyles.None, CultureInfo.InvariantCulture, out int denominator)
            && numerator > 0 && denominator > 0
            ? new(numerator, denominator) : null;
    }
}
