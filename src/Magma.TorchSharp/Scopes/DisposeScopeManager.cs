namespace TorchSharp;

/// <summary>The innermost scope of each thread.</summary>
internal static class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScope? current;

    public static DisposeScope? Current => current;

    public static DisposeScope Enter() => current = new DisposeScope(current);

    /// <summary>Scopes may be left out of order: the one that is left is taken out of the chain wherever it stands.</summary>
    public static void Leave(DisposeScope scope)
    {
        if (current == scope)
        {
            current = scope.OuterScope;
            return;
        }

        for (var inner = current; inner != null; inner = inner.OuterScope)
        {
            if (inner.OuterScope == scope)
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }
}
