namespace Magma.Data;

/// <summary>
/// Where the choices that the selection of traces leaves to chance come from. The order of the calls is part of the method: feeding the
/// draws of a recorded run gives that run again.
/// </summary>
public interface ITraceDraws
{
    /// <summary>A number from 0 up to but not including 1.</summary>
    double Uniform();

    /// <summary>Whole numbers from <paramref name="low"/> up to but not including <paramref name="high"/>, repetitions allowed.</summary>
    int[] Integers(int low, int high, int count);

    /// <summary><paramref name="count"/> different numbers out of 0 to <paramref name="from"/> - 1, in random order.</summary>
    int[] Choose(int from, int count);

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    int[] Permutation(int count);
}
