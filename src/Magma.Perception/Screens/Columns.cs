namespace Magma.Perception;

/// <summary>Puts what follows each other down a screen together.</summary>
internal static class Columns
{
    /// <summary>Groups things: each goes to the first column that it continues.</summary>
    /// <param name="things">From the top of the screen down.</param>
    /// <param name="least">The fewest things that are a column.</param>
    /// <param name="continues">Whether a thing comes next in a column that holds at least one.</param>
    /// <returns>The columns, by their first things; what is in none is left out.</returns>
    public static IEnumerable<List<T>> Of<T>(IEnumerable<T> things, int least, Func<IReadOnlyList<T>, T, bool> continues)
    {
        var left = things.ToList();
        while (left.Count > 0)
        {
            List<T> column = [left[0]];
            left.RemoveAt(0);
            for (int at = 0; at < left.Count;)
            {
                if (continues(column, left[at]))
                {
                    column.Add(left[at]);
                    left.RemoveAt(at);
                }
                else
                {
                    at++;
                }
            }

            if (column.Count >= least) yield return column;
        }
    }
}
