using System.Globalization;

namespace Magma.Data;

/// <summary>Numbers with two decimals, as Python's <c>%.2f</c> writes them, in which the published texts were made.</summary>
public static class TwoDecimals
{
    /// <summary>The number with two decimals: the binary value rounded correctly, an exact half to the even neighbour.</summary>
    public static string Format(double value)
    {
        // Only odd multiples of 1/8 lie exactly between two hundredths; .NET rounds those away from zero.
        double eighths = value * 8;
        bool half = Math.Floor(eighths) == eighths && Math.Abs(eighths % 2) == 1;
        return (half ? Math.Round(value * 100, MidpointRounding.ToEven) / 100 : value).ToString("F2", CultureInfo.InvariantCulture);
    }
}
